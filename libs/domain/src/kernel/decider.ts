import type { CommandId, EventId } from './ids.js';
import type { Catalogue, DataOf, NewEventOf, StoredDataOf } from './event-schema.js';

/** What is missing before a decision can be taken: a stable code, and words for a person. */
export interface Gap {
  readonly code: string;
  readonly message: string;
  /** The id or name of the thing that is concerned, where there is one. */
  readonly about: string | null;
}

/** An expected refusal. It is a value, never an exception. */
export interface Refusal<Code extends string = string> {
  readonly kind: 'REFUSED';
  readonly code: Code;
  readonly message: string;
  readonly gaps: readonly Gap[];
}

export function isRefusal(outcome: unknown): outcome is Refusal {
  return typeof outcome === 'object' && outcome !== null && 'kind' in outcome && outcome.kind === 'REFUSED';
}

/** Either the events to record (none: the state is already so) or the reason why not. */
export type Decision<C extends Catalogue, Code extends string> = readonly NewEventOf<C>[] | Refusal<Code>;

/** What a fold is told of a stored event besides its data. All of it stands in the event's head, or follows from it. */
export interface EventMeta<By> {
  readonly stream: string;
  readonly id: EventId;
  /** The command that recorded it; events of one append share it. */
  readonly commandId: CommandId;
  readonly revision: number;
  readonly recordedAt: string;
  /** The leaf hash (base64url): what approvals bind. */
  readonly leaf: string;
  readonly by: By;
}

export type StoredEventOf<C extends Catalogue, By> = {
  [T in keyof C & string]: { readonly type: T; readonly data: StoredDataOf<C[T]>; readonly meta: EventMeta<By> };
}[keyof C & string];

export type DecideTable<C extends Catalogue, Commands, State, Context, Code extends string> = {
  readonly [K in keyof Commands]: (command: Commands[K], state: State, context: Context) => Decision<C, Code>;
};

export type EvolveTable<C extends Catalogue, State, By> = {
  readonly [T in keyof C & string]: (state: State, data: StoredDataOf<C[T]>, meta: EventMeta<By>) => State;
};

export type DataFor<C extends Catalogue, T extends keyof C> = DataOf<C[T]>;
