import type { Pool, PoolClient } from 'pg';
import { absentCase, type Actor, type CaseEvent, type CaseId, type CaseState, caseStream, type Clock, type CommandId, evolveCase, foldClocks, type Instant, noClocks, type UserId } from '#libs/domain';
import { derivedId } from '#libs/envelope';
import { missedStep, type Place, ranOut, warningStep } from './clock-rows.js';
import { note } from './notices.js';
import { clockLimits, type ClockRow, type KeeperOptions, type Notice } from './port.js';

/** Who the record names for what the service itself noticed. A codec: the kinds of id are the domain's. */
const keeper: Actor = { actor: 'caseledger:clocks' as string as UserId, roles: ['SYSTEM'], unit: null, purpose: null, authority: null };
/** One process looks at a time; any other that did would record nothing twice, only work in vain. */
const lockKey = 'hashtext(\'caseledger-clocks\')';

interface FoldedClocks {
  readonly revision: number;
  readonly clocks: readonly Clock[];
}

/**
 * Watches the clocks of all cases. The rows say where to look; what is recorded is decided on the case's own stream, folded through its head, and
 * appended at that revision: neither a projection that lags nor a second keeper can record a deadline as missed that was kept, or twice.
 */
export class ClockKeeper {
  private timer: NodeJS.Timeout | null = null;
  private running: Promise<void> = Promise.resolve();
  private stopped = true;
  /** Everything due by then was looked for. */
  private frontier: Instant | null = null;
  private missedPlace: Place | null = null;
  private warningPlace: Place | null = null;

  constructor(private readonly options: KeeperOptions) {}

  start(): void {
    if (!this.stopped) return;
    this.stopped = false;
    this.schedule();
  }

  /** Lets the look under way end. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.running;
  }

  private schedule(): void {
    this.timer = setTimeout(() => {
      this.running = this.look()
        .then(() => undefined)
        .catch((error: unknown) => this.options.log.warn(`clocks: ${error instanceof Error ? error.message : String(error)}`))
        .finally(() => {
          if (!this.stopped) this.schedule();
        });
    }, clockLimits.pollMs);
  }

  /** One look, unless another process is looking. Answers how many notices were written. @throws what the database and the log throw; the next look tries again */
  async look(): Promise<number> {
    const client = await this.options.pool.connect();
    try {
      // Of the transaction: a killed process gives it back with its connection.
      await client.query('BEGIN');
      const { rows } = await client.query<{ held: boolean }>(`SELECT pg_try_advisory_xact_lock(${lockKey}) AS held`);
      const count = rows[0]?.held === true ? await this.lookAlone(this.options.pool) : 0;
      await client.query('COMMIT');
      client.release();
      return count;
    } catch (error) {
      client.release(true);
      throw error;
    }
  }

  private async lookAlone(pool: Pool | PoolClient): Promise<number> {
    const now = this.nowText();
    let count = 0;
    // A clock that jumped back makes the stretch anew: what was told of already is not told of again.
    if (this.frontier !== null && this.frontier > now) this.frontier = null;
    for (;;) {
      const rows = await ranOut(pool, this.frontier, now);
      const recorded = await this.recordAll(rows);
      count += recorded;
      // None recorded of a full page: those rows are behind their streams, and wait for the feed.
      if (rows.length < clockLimits.missedMax || recorded === 0) break;
    }
    this.frontier = now;
    const missed = await missedStep(pool, this.missedPlace, now);
    count += await this.recordAll(missed.found);
    this.missedPlace = missed.next;
    const warnings = await warningStep(pool, this.warningPlace, now);
    await note(this.options, warnings.found.map((row) => ({ ...row, kind: 'WARNING', eventId: null })), this.now());
    this.warningPlace = warnings.next;
    return count + warnings.found.length;
  }

  private async recordAll(rows: readonly ClockRow[]): Promise<number> {
    const cases = Map.groupBy(rows, ({ caseId }) => caseId);
    let count = 0;
    for (const [caseId, ofCase] of cases) {
      try {
        count += await this.recordCase(caseId, ofCase);
      } catch (error) {
        // One case that can't be folded must not keep every other case's deadlines from being recorded.
        this.options.log.warn(`clocks of ${caseId}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return count;
  }

  private async recordCase(caseId: string, rows: readonly ClockRow[]): Promise<number> {
    const notices: Notice[] = [];
    for (const row of rows) {
      const notice = await this.record(caseId as CaseId, row);
      if (notice !== null) notices.push(notice);
    }
    await note(this.options, notices, this.now());
    return notices.length;
  }

  /** Null: the deadline was not missed as the case now stands, or can't be recorded now. */
  private async record(caseId: CaseId, row: ClockRow): Promise<Notice | null> {
    for (let tries = 0; tries < clockLimits.attemptsMax; tries += 1) {
      const { revision, clocks } = await this.fold(caseId);
      const clock = clocks.find((one) => `${one.clock}/${one.subject ?? ''}/${one.startedBy}` === row.clockId);
      if (clock === undefined || !isMissed(clock, this.nowText())) return null;
      const { clock: name, startedBy, subject, dueAt, policyVersion } = clock;
      const commandId = derivedId('missed-deadline', caseId, row.clockId) as string as CommandId;
      const outcome = await this.options.recorder.record({
        ...{ commandId, caseId, actor: keeper, expectedRevision: revision, correlationId: commandId, causationId: startedBy },
        command: { type: 'recordMissedDeadline', data: { clock: name, startedBy, subject, dueAt, policyVersion } },
      });
      if (outcome.kind === 'CONFLICT') continue;
      if (outcome.kind === 'REFUSED' && outcome.code !== 'REPEATED_AFTER_EXPUNGEMENT') {
        this.options.log.warn(`a missed deadline of ${caseId} was refused: ${outcome.code}`);
        return null;
      }
      const eventId = outcome.kind === 'RECORDED' ? (outcome.receipt.eventIds[0] ?? null) : null;
      return { ...row, dueAt, kind: 'BREACH', at: dueAt, eventId };
    }
    return null;
  }

  private async fold(caseId: CaseId): Promise<FoldedClocks> {
    let state: CaseState = absentCase;
    let clocks = noClocks;
    let revision = -1;
    for await (const stored of this.options.store.readStream(caseStream(caseId))) {
      const event: CaseEvent = this.options.decode(stored);
      const after = evolveCase(state, event);
      clocks = foldClocks(clocks, event, state, after, this.options.policyAt(event.meta.recordedAt), this.options.policyOf);
      state = after;
      revision = Number(stored.revision);
    }
    return { revision, clocks: clocks.clocks };
  }

  private now(): Date {
    return (this.options.now ?? (() => new Date()))();
  }

  private nowText(): Instant {
    return this.now().toISOString();
  }
}

/** Its time came while it ran; stopped later than that is missed, too. */
const isMissed = ({ dueAt, stoppedAt }: Clock, now: Instant): boolean => dueAt <= now && (stoppedAt === null || stoppedAt > dueAt);
