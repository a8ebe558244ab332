/** Lifts the data of an older stored shape to the next version of its type. Stored texts never change; readers see the newest shape. */
export type Upcaster = (data: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>;

/** By event type, then by the version that is lifted. Empty while every type is at version 1. */
export const upcasters: Readonly<Record<string, Readonly<Record<number, Upcaster>>>> = {};

/** @throws Error for a version that is newer than this program knows: an old program must not misread a new log. */
export function upcast(
  type: string,
  from: number,
  to: number,
  data: Readonly<Record<string, unknown>>,
  table = upcasters,
): Readonly<Record<string, unknown>> {
  if (from > to) throw new Error(`${type} version ${from} is newer than this program, which knows version ${to}`);
  let lifted = data;
  for (let version = from; version < to; version += 1) {
    const lift = table[type]?.[version];
    if (lift === undefined) throw new Error(`there is no upcaster for ${type} version ${version}`);
    lifted = lift(lifted);
  }
  return lifted;
}
