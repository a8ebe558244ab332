import type { Refusal } from './decider.js';
import type { Actor, Role } from './actor.js';
import type { EventMeta } from './decider.js';
import type { ClearField, DataOf, EventDefinition, StoredDataOf } from './event-schema.js';

/** Events of streams that are no cases: every field is clear, since no data key belongs to them. */
export type ClearCatalogue = Readonly<Record<string, EventDefinition<Readonly<Record<string, ClearField<unknown>>>>>>;

/** Who may do an action, and what it does, for a person who reads the schema. */
export interface StreamAction {
  readonly allow: readonly Role[];
  readonly about: string;
}

/** What a decision is told besides command and state. */
export interface StreamContext {
  readonly now: string;
  readonly actor: Actor;
}

/** An event of such a stream, new or stored, as the recorder handles it. */
export interface StreamEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

type CommandOf<Commands> = { readonly [K in keyof Commands & string]: { readonly type: K; readonly data: Commands[K] } }[keyof Commands & string];
type NewEvent<C extends ClearCatalogue> = { readonly [T in keyof C & string]: { readonly type: T; readonly data: DataOf<C[T]> } }[keyof C & string];

/**
 * A kind of short stream that is no case: `user-…`, `policy-…`. The same parts as the case's decider, for a stream that is read whole at each command.
 */
export interface StreamKind<Command extends { readonly type: string; readonly data: object } = never, State = unknown> {
  /** The stream of `id` is `<category>-<id>`. */
  readonly category: string;
  readonly events: ClearCatalogue;
  readonly actions: Readonly<Record<Command['type'], StreamAction>>;
  readonly initial: State;
  /** No events: the state is already so. */
  decide(command: Command, state: State, context: StreamContext): readonly StreamEvent[] | Refusal;
  /** Never refuses, never ignores a type of the catalogue. */
  evolve(state: State, event: StreamEvent, meta: EventMeta<Actor>): State;
}

export interface StreamParts<C extends ClearCatalogue, Commands, State> {
  readonly category: string;
  readonly events: C;
  readonly actions: { readonly [K in keyof Commands & string]: StreamAction };
  readonly initial: State;
  readonly decide: { readonly [K in keyof Commands]: (data: Commands[K], state: State, context: StreamContext) => readonly NewEvent<C>[] | Refusal };
  readonly evolve: { readonly [T in keyof C & string]: (state: State, data: StoredDataOf<C[T]>, meta: EventMeta<Actor>) => State };
}

/** Complete tables in, one kind out: a new command or event fails to compile until each table knows it. */
export const defineStream =
  <Commands extends { readonly [K in keyof Commands]: object }>() =>
  <C extends ClearCatalogue, State>(parts: StreamParts<C, Commands, State>): StreamKind<CommandOf<Commands>, State> => ({
    ...parts,
    // Derivations: a command's type is the key of its data, an event's that of its own.
    decide: ({ type, data }, state, context) => parts.decide[type](data as never, state, context) as readonly StreamEvent[] | Refusal,
    evolve: (state, { type, data }, meta) => (parts.evolve[type] as (state: State, data: unknown, meta: EventMeta<Actor>) => State)(state, data, meta),
  });
