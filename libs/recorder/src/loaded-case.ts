import { absentCase, type CaseEvent, type CaseState, evolveCase } from '#libs/domain';

/** A folded case with what the next append needs. Immutable: a reader keeps what it was given. */
export interface LoadedCase {
  readonly state: CaseState;
  /** Of the last event; -1 while there is none. */
  readonly revision: number;
  /** Leaf hash of the last event: the next one's `prev`. */
  readonly leaf: string | null;
  readonly recordedAt: string | null;
  readonly findCommand: (commandId: string) => number | undefined;
}

/** The first revision of each command's append. Versions share one map: entries are only ever added, and each sees up to its own revision. */
type CommandIndex = Map<string, number>;

const indexes = new WeakMap<LoadedCase, CommandIndex>();

function make(state: CaseState, last: CaseEvent | null, index: CommandIndex): LoadedCase {
  const revision = last?.meta.revision ?? -1;
  const loaded: LoadedCase = {
    state,
    revision,
    leaf: last?.meta.leaf ?? null,
    recordedAt: last?.meta.recordedAt ?? null,
    findCommand(commandId) {
      const at = index.get(commandId);
      return at !== undefined && at <= revision ? at : undefined;
    },
  };
  indexes.set(loaded, index);
  return loaded;
}

export const emptyCase = (): LoadedCase => make(absentCase, null, new Map());

/** The case after these events, which follow its head without a gap. */
export function extend(loaded: LoadedCase, events: readonly CaseEvent[]): LoadedCase {
  const last = events.at(-1);
  if (last === undefined) return loaded;
  const index = indexes.get(loaded) ?? new Map<string, number>();
  let { state } = loaded;
  let expected = loaded.revision + 1;
  for (const event of events) {
    if (event.meta.revision !== expected) throw new Error(`${event.meta.stream}: revision ${event.meta.revision} where ${expected} was due`);
    state = evolveCase(state, event);
    if (!index.has(event.meta.commandId)) index.set(event.meta.commandId, expected);
    expected += 1;
  }
  return make(state, last, index);
}
