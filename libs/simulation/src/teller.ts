import { type Actor, type Case, type CaseCommand, type CaseCommands, type CaseCommandType, type CaseId, type CommandId } from '#libs/domain';
import { derivedId, uuidv7 } from '#libs/envelope';
import type { Recorder } from '#libs/recorder';
import type { Chance } from './chance.js';
import type { District } from './city.js';

const hourMs = 3_600_000;

/** A story has reached the present: what would come next has not happened yet. */
export class Present extends Error {
  override readonly name = 'Present';
}

/** One case being told: time goes on with every step, and nothing is recorded that has not happened by the end. */
export class Teller {
  caseId: CaseId | null = null;
  events = 0;
  refused = 0;

  constructor(
    readonly chance: Chance,
    readonly district: District,
    private readonly clock: { now: number },
    private readonly until: number,
    private readonly recorder: Pick<Recorder, 'record' | 'loader'>,
  ) {}

  /** Milliseconds since 1970. */
  get now(): number {
    return this.clock.now;
  }

  readonly ago = (minutes: number): string => new Date(this.clock.now - minutes * 60_000).toISOString();

  /** The case as it stands. */
  get state(): Case {
    const loaded = this.caseId === null ? undefined : this.recorder.loader.recall(this.caseId);
    if (loaded === undefined || !loaded.state.exists) throw new Error('unreachable: a story begins with a report');
    return loaded.state;
  }

  /**
   * Time passes: so many hours as a rule, seldom many times as long. @throws Present
   */
  wait(medianHours: number): void {
    const gauss = Math.sqrt(-2 * Math.log(1 - this.chance.next())) * Math.cos(2 * Math.PI * this.chance.next());
    this.clock.now += Math.max(60_000, Math.round(medianHours * hourMs * Math.exp(0.9 * gauss)));
    if (this.clock.now >= this.until) throw new Present();
  }

  /** Somebody does something; false where the case refuses it, which is part of life. */
  async does<K extends CaseCommandType>(by: Actor, type: K, data: CaseCommands[K]): Promise<boolean> {
    const commandId = uuidv7({ now: () => this.clock.now, random: (bytes) => this.bytes(bytes) }) as string as CommandId; // A brand of the domain's own.
    this.caseId ??= derivedId('case', commandId) as string as CaseId; // As above.
    // The type and its data are given together; the compiler can't pair them inside the union.
    const command = { type, data } as CaseCommand;
    const outcome = await this.recorder.record({ commandId, caseId: this.caseId, command, actor: by, expectedRevision: null, correlationId: commandId, causationId: null });
    if (outcome.kind !== 'RECORDED') {
      this.refused += 1;
      return false;
    }
    this.events += outcome.receipt.eventIds.length;
    return true;
  }

  private bytes(count: number): Uint8Array {
    return Uint8Array.from({ length: count }, () => this.chance.below(256));
  }
}
