type Data = Readonly<Record<string, unknown>>;

/** What of an event's head an older shape may be completed from. */
export interface UpcastHead {
  readonly recordedAt: string;
}

/** Lifts the data of an older stored shape to the next version of its type. Stored texts never change; readers see the newest shape. */
export type Upcaster = (data: Data, head: UpcastHead) => Data;

/** By event type, then by the version that is lifted. */
export const upcasters: Readonly<Record<string, Readonly<Record<number, Upcaster>>>> = {
  ComplainantNotified: {
    // Until version 2 a notice counted from its recording: nothing else was known.
    1: (data, { recordedAt }) => ({ ...data, toldAt: recordedAt }),
  },
};

export interface Upcast {
  readonly type: string;
  /** Version of the stored shape, and of the one that is wanted. */
  readonly from: number;
  readonly to: number;
  readonly data: Data;
  readonly head: UpcastHead;
}

/** @throws Error for a version that is newer than this program knows: an old program must not misread a new log. */
export function upcast({ type, from, to, data, head }: Upcast, table = upcasters): Data {
  if (from > to) throw new Error(`${type} version ${from} is newer than this program, which knows version ${to}`);
  let lifted = data;
  for (let version = from; version < to; version += 1) {
    const lift = table[type]?.[version];
    if (lift === undefined) throw new Error(`there is no upcaster for ${type} version ${version}`);
    lifted = lift(lifted, head);
  }
  return lifted;
}
