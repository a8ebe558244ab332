import type { KeyObject } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Policy } from '#libs/domain';
import { type EventStore, EventStoreUnavailable } from '#libs/event-store';
import { type KeyStore, KeysUnavailable } from '#libs/keys/port';
import { Recorder } from '#libs/recorder';
import { Chance } from './chance.js';
import { districtOf } from './city.js';
import { tell } from './story.js';
import { Present, Teller } from './teller.js';

export const simulationLimits = {
  /** Cases told at once: their events interleave, and gather in the log's batches. */
  lanes: 200,
  casesMax: 2_000_000,
  /** A database that is away for a moment ends no long telling: the same command is recorded once, however often it is given. */
  triesMax: 20,
  retryMs: 500,
} as const;

/** Tries again while the log or the keys are out of reach. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await work();
    } catch (error) {
      const mayPass = error instanceof EventStoreUnavailable || error instanceof KeysUnavailable;
      if (!mayPass || tries >= simulationLimits.triesMax) throw error;
      await pause(simulationLimits.retryMs);
    }
  }
}

export interface SimulateOptions {
  readonly store: EventStore;
  readonly keys: KeyStore;
  readonly pepper: KeyObject;
  readonly policy: Policy;
  readonly cases: number;
  readonly seed: number;
  /** First and last time at which a case is opened, and the present: nothing is recorded at a later time. Milliseconds since 1970. */
  readonly from: number;
  readonly until: number;
  /** Stops before the next case. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (told: Pick<Simulated, 'cases' | 'events'>) => void;
}

export interface Simulated {
  readonly cases: number;
  readonly events: number;
  /** Actions that the service refused, as it does in life. */
  readonly refused: number;
}

/**
 * Tells invented cases through the service's own recorder: the same decisions, seals, hashes and appends as any action, with a clock of their own.
 * The same seed tells the same stories (ids included; salts and keys are drawn afresh, as they must be).
 */
export async function simulate(options: SimulateOptions): Promise<Simulated> {
  const { cases, signal, onProgress } = options;
  const sums = { cases: 0, events: 0, refused: 0 };
  let next = 0;
  const interrupted = (): boolean => signal?.aborted === true;
  const lanes = Array.from({ length: Math.min(simulationLimits.lanes, cases) }, async () => {
    const clock = { now: options.from, number: 0 };
    const recorder = new Recorder({ ...options, elsewhere: invented(clock), policy: () => options.policy, now: () => new Date(clock.now) });
    while (next < cases && !interrupted()) {
      const i = next++;
      clock.now = openedAt(options, i);
      clock.number = i + 1;
      const chance = new Chance(options.seed * 1_000_003 + i);
      const teller = new Teller(chance, districtOf(chance), clock, options.until, { record: (request) => patiently(() => recorder.record(request)), loader: recorder.loader });
      await tell(teller).catch((error: unknown) => {
        if (!(error instanceof Present)) throw error;
      });
      if (teller.caseId !== null) recorder.loader.forget(teller.caseId);
      sums.cases += 1;
      sums.events += teller.events;
      sums.refused += teller.refused;
      onProgress?.(sums);
    }
  });
  await Promise.all(lanes);
  return sums;
}

/** One after another, evenly; each then lasts as long as it lasts. */
const openedAt = ({ from, until, cases }: SimulateOptions, i: number): number => from + Math.floor(((until - from) * i) / cases);

/** Numbers of its own, which can't be taken for a sequence's: `2026-S000123`. Nothing is known of other cases' recordings. */
const invented = (clock: { readonly now: number; readonly number: number }) => ({
  caseNumber: () => Promise.resolve(`${new Date(clock.now).getUTCFullYear()}-S${String(clock.number).padStart(6, '0')}`),
  claims: () => Promise.resolve([]),
});
