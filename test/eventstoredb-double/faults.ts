/** Faults on demand. Each strikes one call, as the client sees it. */
export const faultKinds = [
  /** Every connection is cut before the call has done anything. */
  'KILLED_CONNECTION',
  /** The server ends a stream of answers with status OK, too early. A call with one answer is cut instead. */
  'CLEAN_END',
  /** Nothing is done, and nothing is ever answered. */
  'NO_ANSWER',
  /** The answer comes late. */
  'SLOW_ANSWER',
  /** An append is written only after a while, when its client may have given up and asked again. */
  'WRITTEN_LATE',
  /** An append is written; then its connection is cut. */
  'ANSWER_LOST',
  /** An append is written, and never answered. */
  'ANSWER_WITHHELD',
  /** The server says that another is the leader, and names itself: an election that is just over. */
  'NOT_LEADER',
  /** An append is refused for a timeout within the cluster, after it was written. */
  'COMMIT_TIMEOUT',
  /** The request comes twice: an append is made again, a subscription delivers each event twice. */
  'DUPLICATE_DELIVERY',
  /** The server goes away and comes back with what it had stored. */
  'RESTART',
] as const;

export type FaultKind = (typeof faultKinds)[number];
export type CallKind = 'APPEND' | 'READ' | 'SUBSCRIBE' | 'FEATURES';

/** Asked once for each call. */
export interface FaultSource {
  next(call: CallKind): FaultKind | null;
}

/** Explicit faults: each is struck by the next calls of its kind. */
export class PlannedFaults implements FaultSource {
  readonly #planned: { readonly kind: FaultKind; readonly call: CallKind; left: number }[] = [];
  readonly struck: { readonly kind: FaultKind; readonly call: CallKind }[] = [];

  plan(kind: FaultKind, call: CallKind, times = 1): void {
    this.#planned.push({ kind, call, left: times });
  }

  next(call: CallKind): FaultKind | null {
    const plan = this.#planned.find((one) => one.call === call && one.left > 0);
    if (plan === undefined) return null;
    plan.left--;
    this.struck.push({ kind: plan.kind, call });
    return plan.kind;
  }
}

/** Faults drawn by a seed: so many of a hundred calls are struck, until so many have been. */
export class DrawnFaults implements FaultSource {
  readonly struck: { readonly kind: FaultKind; readonly call: CallKind }[] = [];
  readonly #random: () => number;
  readonly #percent: number;
  readonly #most: number;
  readonly #kinds: readonly FaultKind[];

  constructor(options: { readonly random: () => number; readonly percent: number; readonly most: number; readonly kinds?: readonly FaultKind[] }) {
    this.#random = options.random;
    this.#percent = options.percent;
    this.#most = options.most;
    this.#kinds = options.kinds ?? faultKinds;
  }

  next(call: CallKind): FaultKind | null {
    if (call === 'FEATURES' || this.struck.length >= this.#most || this.#random() * 100 >= this.#percent) return null;
    const kind = this.#kinds[Math.floor(this.#random() * this.#kinds.length)] ?? null;
    if (kind !== null) this.struck.push({ kind, call });
    return kind;
  }
}
