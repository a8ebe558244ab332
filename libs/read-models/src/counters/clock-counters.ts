import type { CaseState, Clock, ClockState, FootageId } from '#libs/domain';
import { type Cells, type CounterSet, everywhere, labelled, ofSealed, rolledUp, type Tally, unknown } from './counter.js';
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
function cellsOf(clock: Clock, context: Context): readonly (readonly [string, Cells])[] {
  if (clock.stoppedAt === null) return dueCells(clock, context);
  if (clock.clock === 'LIMITATION') return [];
  const outcome = clock.stoppedAt <= clock.dueAt ? 'IN_TIME' : 'LATE';
  const month = monthOf(clock.dueAt);
  const ofClock = ['clock_outcome', rolledUp(month, context.district, [clock.clock, outcome])] as const;
  if (clock.clock !== 'HOLD_CONFIRMED') return [ofClock];
  return [ofClock, ['custodian_outcome', rolledUp(month, context.district, [context.custodianOf(clock), outcome])]];
}

function dueCells(clock: Clock, { district, investigator, custodianOf }: Context): readonly (readonly [string, Cells])[] {
  const districts = [everywhere, district];
  if (clock.clock === 'LIMITATION') return [['clock_due', { periods: dueLevels(clock.dueAt, 'DAY'), districts, labels: [clock.clock] }]];
  const periods = dueLevels(clock.dueAt, 'HOUR');
  const ofClock = ['clock_due', { periods, districts, labels: [clock.clock] }] as const;
  const ofInvestigator = ['investigator_due', { periods, districts: [everywhere], labels: [investigator] }] as const;
  if (clock.clock !== 'HOLD_CONFIRMED') return [ofClock, ofInvestigator];
  return [ofClock, ofInvestigator, ['custodian_due', { periods, districts, labels: [custodianOf(clock)] }]];
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
  for (const [name, cells] of cellsOf(clock, context)) tally.add(context.sealed ? ofSealed(name) : name, cells, amount);
}
