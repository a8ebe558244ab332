import type { Health } from '../tokens.js';

export const readinessLimits = {
  /** The longest that a check waits for one of its parts, in milliseconds. */
  partMs: 2_500,
  /** How long an answer is given again, in milliseconds: whoever asks is not known, and what is asked has better things to do. */
  freshMs: 750,
} as const;

export interface ReadinessOptions {
  readonly database: () => Promise<unknown>;
  readonly eventLog: () => Promise<unknown>;
  /** Names of the feeds that stand still. */
  readonly standingStill: () => Promise<readonly string[]>;
  /** Whether this process runs feeds. */
  readonly runsFeeds: () => boolean;
  /** Of a clock that never goes back, in milliseconds. */
  readonly nowMs?: () => number;
}

type Answer = Awaited<ReturnType<Health['check']>>;

/** Whether this process may be given work. Asked of by anybody and at any rate: one check at a time, and each part is asked once until it answers. */
export class Readiness implements Health {
  private readonly database: () => Promise<unknown>;
  private readonly eventLog: () => Promise<unknown>;
  private readonly standingStill: () => Promise<readonly string[]>;
  private readonly nowMs: () => number;
  private readonly shared: () => Promise<Answer>;
  private last: Answer | null = null;
  private checkedAt = -Infinity;

  constructor(private readonly options: ReadinessOptions) {
    this.database = once(options.database);
    this.eventLog = once(options.eventLog);
    this.standingStill = once(options.standingStill);
    this.nowMs = options.nowMs ?? (() => performance.now());
    this.shared = once(() => this.checkNow());
  }

  async check(): Promise<Answer> {
    if (this.last !== null && this.nowMs() - this.checkedAt < readinessLimits.freshMs) return this.last;
    return this.shared();
  }

  private async checkNow(): Promise<Answer> {
    const [database, eventLog, still] = await Promise.all([inTime(this.database()), inTime(this.eventLog()), inTime(this.standingStill())]);
    // Feeds that can't be asked of are not known to stand still: what is away is named by its own check.
    const standingStill = still?.value ?? [];
    const checks = { database: database !== null, eventLog: eventLog !== null, feeds: standingStill.length === 0 };
    // A feed of other processes keeps nobody from recording here: it is named, and this process goes on taking work.
    const ready = checks.database && checks.eventLog && (checks.feeds || !this.options.runsFeeds());
    this.checkedAt = this.nowMs();
    this.last = { ready, checks, standingStill };
    return this.last;
  }
}

/** Who asks while the last question is unanswered waits for the same answer: a part that hangs is held up by one question, not by one of each asker. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let open: Promise<T> | null = null;
  return () => (open ??= ask().finally(() => (open = null)));
}

/** Null: it failed, or did not answer in time. */
async function inTime<T>(answer: Promise<T>): Promise<{ readonly value: T } | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), readinessLimits.partMs)));
  const answered = answer.then(
    (value) => ({ value }),
    () => null,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
