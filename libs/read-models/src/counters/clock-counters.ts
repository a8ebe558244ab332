import type { CaseState, Clock, ClockState, FootageId } from '#libs/domain';
import { type Cell, type CounterSet, everywhere, labelled, ofSealed, rolledUp, type Tally, unknown } from './counter.js';
import { dueLevels, monthOf } from './periods.js';

/** Kept by the feed of the clocks, in one transaction with their rows. */
export const clockCounters: CounterSet = { name: 'clock_counter', version: 1 };

/** A case as far as its clocks' cells go. */
export interface ClockedCase {
  readonly state: CaseState;
  readonly clocks: ClockState;
}

interface Context {
  readonly district: string;
  readonly sealed: boolean;
  readonly investigator: string;
  readonly custodianOf: (clock: Clock) => string;
}

/** Running clocks by when they are due; stopped ones by whether that was in time. The limitation is shown as a date and never as missed. */
function* cellsOf(clock: Clock, { district, investigator, custodianOf }: Context): Iterable<readonly [string, Cell]> {
  const isHold = clock.clock === 'HOLD_CONFIRMED';
  if (clock.stoppedAt === null) {
    for (const period of dueLevels(clock.dueAt, clock.clock === 'LIMITATION' ? 'DAY' : 'HOUR')) {
      for (const where of [everywhere, district]) {
        yield ['clock_due', { period, district: where, labels: [clock.clock] }];
        if (isHold) yield ['custodian_due', { period, district: where, labels: [custodianOf(clock)] }];
      }
      if (clock.clock !== 'LIMITATION') yield ['investigator_due', { period, district: everywhere, labels: [investigator] }];
    }
    return;
  }
  if (clock.clock === 'LIMITATION') return;
  const outcome = clock.stoppedAt <= clock.dueAt ? 'IN_TIME' : 'LATE';
  for (const cell of rolledUp(monthOf(clock.dueAt), district, [clock.clock, outcome])) yield ['clock_outcome', cell];
  if (isHold) for (const cell of rolledUp(monthOf(clock.dueAt), district, [custodianOf(clock), outcome])) yield ['custodian_outcome', cell];
}

const nowhere: Context = { district: unknown, sealed: false, investigator: unknown, custodianOf: () => unknown };

function contextOf({ state }: ClockedCase): Context {
  if (!state.exists) return nowhere;
  // The first report that says: as the case list has it.
  let district: string = unknown;
  for (const { place } of state.reports.values()) {
    if (place.district === null) continue;
    district = labelled(place.district);
    break;
  }
  // A recording's clock is about its id; that of other subjects finds none.
  const custodianOf = ({ subject }: Clock): string => labelled(state.footage.get(subject as FootageId)?.custody.custodian);
  return { district, sealed: state.sealed, investigator: labelled(state.investigator), custodianOf };
}

/** Adds what a case's clocks count in after, less what they counted in before; a clock that stayed the same object costs nothing. */
export function tallyClocks(tally: Tally, before: ClockedCase, after: ClockedCase): void {
  const [was, is] = [contextOf(before), contextOf(after)];
  const sameContext = was.district === is.district && was.sealed === is.sealed && was.investigator === is.investigator;
  const [old, now] = [before.clocks.clocks, after.clocks.clocks];
  const stays = (clock: Clock, other: Clock | undefined): boolean =>
    sameContext && clock === other && (clock.clock !== 'HOLD_CONFIRMED' || was.custodianOf(clock) === is.custodianOf(clock));
  old.forEach((clock, i) => {
    if (!stays(clock, now[i])) addCells(tally, clock, was, -1);
  });
  now.forEach((clock, i) => {
    if (!stays(clock, old[i])) addCells(tally, clock, is, 1);
  });
}

function addCells(tally: Tally, clock: Clock, context: Context, amount: number): void {
  for (const [name, cell] of cellsOf(clock, context)) tally.add(context.sealed ? ofSealed(name) : name, cell, amount);
}
