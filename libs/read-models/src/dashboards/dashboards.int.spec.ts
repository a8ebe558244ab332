import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Pool } from 'pg';
import { decodeCaseEvent } from '#libs/codec';
import { type CaseEvent, type CourtOrderId, localDate, type Role, stageDiagram, stages, type UserId } from '#libs/domain';
import { type FeedHandle, FeedProgress, startFeed } from '#libs/feeds';
import { at, people } from '../../../../test/support/case-kit.js';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/database.js';
import { MemoryLog, type Recorded } from '../../../../test/support/memory-log.js';
import { samplePolicy } from '../../../../test/support/policy.js';
import { randomHistory } from '../../../../test/support/random-histories.js';
import { type Counted, recount, type Recount } from '../../../../test/support/recount.js';
import { caseCounting, caseProjections, readModelFeeds } from '../catalogue.js';
import { activities } from '../counters/case-counters.js';
import { bucketOf, middleOf } from '../counters/histogram.js';
import { pathStagesMax } from '../counters/paths.js';
import { conformanceLimits } from '../conformance/conformance.js';
import { granularities, periodOf } from '../counters/periods.js';
import { projectionFeed } from '../engine/projection-feed.js';
import { clockFeed } from '../projections/clock-feed.js';
import { createReadModels, type Queries } from '../queries/queries.js';
import { AggregateForbidden } from './counts.js';
import type { DrillDown } from './drill-down.js';
import { riskBands } from './duty-dashboards.js';

const cases = 70;
const steps = 110;
/** The sign of roll-ups is a district like any other. */
const districts = ['001', '002', '*', null] as const;
const caseIdAt = (i: number): string => `0190b5a0-0000-8000-8000-${String(1_000 + i).padStart(12, '0')}`;
/** Some clocks have run out by then, others have not. */
const now = at(12 * 24 * 60);
const dayMs = 86_400_000;

/** Told in other districts, and days apart, so that there are several months; some are sealed at the end, and some of these unsealed. */
function history(i: number): readonly Recorded[] {
  const later = (time: string): string => new Date(Date.parse(time) + (i % 10) * 9 * dayMs).toISOString();
  const told = randomHistory(i + 1, steps, `2026-${String(i + 1).padStart(6, '0')}`).map((one) => {
    if (one.event.type !== 'ReportFiled') return { ...one, at: later(one.at) };
    const { data } = one.event;
    return { ...one, at: later(one.at), event: { ...one.event, data: { ...data, place: { ...data.place, district: districts[i % districts.length] ?? null } } } };
  });
  const end = told.at(-1);
  if (end === undefined || i % 3 !== 0) return told;
  const order = 'order-1' as CourtOrderId;
  const sealed: Recorded = { by: people.legal, at: end.at, event: { type: 'CaseSealed', data: { order, named: [] } } };
  const unsealed: Recorded = { by: people.legal, at: end.at, event: { type: 'CaseUnsealed', data: { order, reason: 'Invented.' } } };
  return [...told, sealed, ...(i % 9 === 0 ? [unsealed] : [])];
}

describe('dashboards', () => {
  let database: TestDatabase;
  let pool: Pool;
  let all: Recount;
  const log = new MemoryLog();
  const feeds: FeedHandle[] = [];

  beforeAll(async () => {
    database = await createTestDatabase();
    pool = new Pool({ connectionString: database.serviceUrl });
    pool.on('error', () => undefined);
    const histories = Array.from({ length: cases }, (_, i) => history(i));
    const progress = new FeedProgress(pool);
    const options = { store: log, decode: decodeCaseEvent };
    const definitions = [
      projectionFeed({ ...readModelFeeds.cases, ...options, projections: caseProjections, counters: caseCounting }),
      clockFeed({ ...readModelFeeds.clocks, ...options, policyAt: () => samplePolicy }),
    ];
    for (const definition of definitions) {
      feeds.push(startFeed({ definition, store: log, databaseUrl: database.serviceUrl, onProgress: progress.advanced, limits: { batchEventsMax: 53 } }));
    }
    for (let from = 0; histories.some((one) => one.length > from); from += 3) histories.forEach((one, i) => log.record(`case-${caseIdAt(i)}`, ...one.slice(from, from + 3)));
    const head = await log.head();
    if (head === null) throw new Error('nothing was recorded');
    await Promise.all(definitions.map((feed) => progress.waitFor(feed, head, 20_000)));
    const streams = new Map<string, CaseEvent[]>();
    for (const stored of log.events) streams.set(stored.stream, [...(streams.get(stored.stream) ?? []), decodeCaseEvent(stored)]);
    all = recount([...streams.values()], samplePolicy);
  }, 60_000);

  afterAll(async () => {
    await Promise.all(feeds.map((feed) => feed.stop()));
    await pool.end();
    await database.drop();
  });

  const as = (...roles: Role[]): Queries => createReadModels(pool, () => new Date(now)).queriesFor({ actor: { ...people.supervisor, actor: 'viewer-1' as UserId, roles } });
  const months = ['2026-04', '2026-05'] as const;
  const inMonths = ({ month }: Counted): boolean => month >= months[0] && month <= months[1];
  const range = { fromMonth: months[0], toMonth: months[1] };
  const open = ({ sealed }: Counted): boolean => !sealed;

  /** `key/district` and how often; the sum over all beside it. */
  function tally(things: readonly Counted[], withTotals = true): Record<string, number> {
    const sums: Record<string, number> = {};
    const add = (key: string): void => void (sums[key] = (sums[key] ?? 0) + 1);
    for (const thing of things) {
      add(`${thing.key} in ${thing.district ?? 'none'}`);
      if (withTotals) add(`${thing.key} in all`);
    }
    return sums;
  }
  const where = ({ district, all: isAll }: { district: string | null; all: boolean }): string => (isAll ? 'all' : (district ?? 'none'));
  const listed = (cells: readonly (readonly [string, number | null])[]): Record<string, number | null> => Object.fromEntries(cells.filter(([, count]) => count !== 0));
  async function drilled(queries: Queries, drill: DrillDown): Promise<string[]> {
    return (await queries.drillDown(drill, { page: { first: 200 } })).edges.map(({ node }) => node.case_id).sort();
  }
  const casesOf = (things: readonly Counted[]): string[] => [...new Set(things.map(({ caseId }) => caseId))].sort();

  it('histories are sealed, referred, decided and late often enough to compare something', () => {
    expect({
      sealed: all.pipeline.filter(({ sealed }) => sealed).length >= 3,
      referrals: all.referrals.length >= 10,
      months: new Set(all.pipeline.map(({ month }) => month)).size >= 3,
      late: all.clocks.filter(({ clock }) => clock.stoppedAt !== null && clock.stoppedAt > clock.dueAt).length >= 5,
      responses: all.responses.length >= 10,
      stays: all.stays.length >= 100,
    }).toEqual({ sealed: true, referrals: true, months: true, late: true, responses: true, stays: true });
  });

  describe.each([
    ['who may not know of sealed cases', 'LEGAL', open],
    ['the records office, which sees sealed cases', 'RECORDS', () => true],
  ] as const)('equal a slow recount for %s', (_title, role, seen: (one: Counted) => boolean) => {
    let queries: Queries;
    beforeAll(() => {
      queries = as(role);
    });

    it.each([['ever', {}, () => true], ['some months', range, inMonths]] as const)('by stage, and federal supervisors, of %s', async (_when, filter, within) => {
      const kept = (things: readonly Counted[]): Record<string, number> => tally(things.filter((one) => seen(one) && within(one)));
      expect(listed((await queries.dashboards.pipeline(filter)).map((cell) => [`${cell.stage} in ${where(cell)}`, cell.count]))).toEqual(kept(all.pipeline));
      expect(listed((await queries.dashboards.federalSupervisors(filter)).map((cell) => [`${cell.status} in ${where(cell)}`, cell.count]))).toEqual(kept(all.supervisors));
    });

    it('violations by citation and agency, of a district', async () => {
      const cells = await queries.dashboards.violations({ districts: ['001', '*'], ...range });
      const expected = tally(all.violations.filter((one) => seen(one) && inMonths(one) && (one.district === '001' || one.district === '*')).map((one) => ({ ...one, district: 'x' })), false);
      expect(listed(cells.map((cell) => [`${cell.citation}/${cell.all ? 'ALL' : (cell.agency ?? '-')} in x`, cell.count]))).toEqual(expected);
    });

    it('time in stage, the median and the ninetieth percentile within a sixteenth of a doubling', async () => {
      const answer = await queries.dashboards.timeInStage();
      const stays = all.stays.filter(seen);
      expect(answer.map(({ stage }) => stage).sort()).toEqual([...new Set(stays.map(({ key }) => key))].sort());
      for (const { stage, quantiles } of answer) {
        const sorted = stays.filter(({ key }) => key === stage).map(({ ms }) => ms).sort((a, b) => a - b);
        const nearest = (share: number): number => sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] ?? Number.NaN;
        expect(quantiles).toEqual({ count: sorted.length, medianMs: middleOf(bucketOf(nearest(0.5))), p90Ms: middleOf(bucketOf(nearest(0.9))) });
        expect(Math.abs(Math.log2((quantiles?.medianMs ?? 0) / Math.max(1_000, nearest(0.5))))).toBeLessThanOrEqual(1 / 16 + 1e-3);
      }
    });

    it.each([['ever', {}, () => true], ['some months', range, inMonths]] as const)('moves from stage to stage and whole ways, with their times, of %s', async (_when, filter, within) => {
      const report = await queries.dashboards.conformance(filter);
      const moves = all.moves.filter((one) => seen(one) && within(one));
      const paths = all.paths.filter((one) => seen(one) && within(one));
      const timesOf = (things: readonly { readonly ms: number }[]) => {
        const sorted = things.map(({ ms }) => ms).sort((a, b) => a - b);
        const nearest = (share: number): number => sorted[Math.max(1, Math.ceil(sorted.length * share)) - 1] ?? Number.NaN;
        return sorted.length === 0 ? null : { count: sorted.length, medianMs: middleOf(bucketOf(nearest(0.5))), p90Ms: middleOf(bucketOf(nearest(0.9))) };
      };
      const allowed = new Set(stageDiagram.map(({ from, to, by }) => `${from}/${to}/${by}`));
      for (const { from, to, by, ...counted } of report.moves) {
        const key = `${from}/${to}/${by}`;
        const mine = moves.filter((one) => one.key === key);
        expect([key, counted]).toEqual([key, { allowed: allowed.has(key), count: mine.length, quantiles: timesOf(mine) }]);
      }
      const told = report.moves.map(({ from, to, by }) => `${from}/${to}/${by}`);
      expect(told.slice(0, stageDiagram.length)).toEqual([...allowed]);
      expect(told.slice(stageDiagram.length)).toEqual([...new Set(moves.map(({ key }) => key).filter((key) => !allowed.has(key)))].sort());
      expect([report.made, report.outside]).toEqual([moves.length, moves.filter(({ key }) => !allowed.has(key)).length]);
      expect(report.stays.map(({ count }) => count)).toEqual(stages.map((stage) => moves.filter(({ key }) => key.startsWith(`${stage}/`)).length));
      const whole = report.paths.filter(({ isCut }) => !isCut);
      for (const { stages: passed, count, quantiles } of whole) {
        const mine = paths.filter(({ key }) => key === passed.join('/'));
        expect({ count, quantiles }).toEqual({ count: mine.length, quantiles: timesOf(mine) });
      }
      expect(report.paths.length).toBe(Math.min(conformanceLimits.pathsMax, new Set(paths.map(({ key }) => key.split('/').slice(0, pathStagesMax + 1).join('/'))).size));
    });

    it('referral outcomes, and workload by investigator', async () => {
      const referrals = await queries.dashboards.referralOutcomes();
      expect(listed(referrals.map(({ measure, value, addressee, count }) => [`${measure}/${value}/${addressee} in all`, count]))).toEqual(
        tally(all.referrals.filter(seen).map((one) => ({ ...one, district: 'all' })), false),
      );
      const { cells } = await queries.dashboards.workload();
      expect(listed(cells.flatMap(({ investigator, stages }) => stages.map(({ stage, count }) => [`${investigator ?? '-'}/${stage} in all`, count] as const)))).toEqual(
        tally(all.workload.filter(seen).map((one) => ({ ...one, district: 'all' })), false),
      );
      const overdue = all.clocks.filter((one) => seen(one) && one.clock.stoppedAt === null && one.clock.clock !== 'LIMITATION' && one.clock.dueAt < `${now.slice(0, 13)}:00:00.000Z`);
      for (const cell of cells) expect([cell.investigator, cell.overdue]).toEqual([cell.investigator, overdue.filter((one) => one.investigator === cell.investigator).length]);
    });

    it('series by day, week and month, of each activity', async () => {
      const [from, to] = ['2026-02-01', '2026-07-15']; // All of it.
      for (const activity of activities) {
        for (const granularity of granularities) {
          const points = await queries.dashboards.series({ activity, granularity, from, to });
          const expected: Record<string, number> = {};
          for (const one of all.happened) {
            if (one.key !== activity || !seen(one)) continue;
            const first = periodOf(granularity, localDate(one.at, 'America/Chicago')).slice(1);
            expected[granularity === 'MONTH' ? `${first}-01` : first] = (expected[granularity === 'MONTH' ? `${first}-01` : first] ?? 0) + 1;
          }
          expect([activity, granularity, listed(points.map((point) => [point.from, point.count]))]).toEqual([activity, granularity, expected]);
        }
      }
    });

    it('footage at risk and running clocks, by when they are due', async () => {
      const hour = `${now.slice(0, 13)}:00:00.000Z`;
      const running = all.clocks.filter((one) => seen(one) && one.clock.stoppedAt === null);
      const hoursTo = (due: string): number => (Date.parse(due) - Date.parse(hour)) / 3_600_000;
      const bandOf = (due: string): string => riskBands.find(({ withinHours }) => withinHours === null || hoursTo(due) < withinHours)?.name ?? '';
      const risk = await queries.dashboards.footageAtRisk();
      const deletions = running.filter(({ clock }) => clock.clock === 'FOOTAGE_DELETED').map((one) => ({ ...one, key: bandOf(one.clock.dueAt) }));
      expect(risk.asOf).toBe(hour);
      expect(listed(risk.cells.map((cell) => [`${cell.band} in ${where(cell)}`, cell.count]))).toEqual(tally(deletions));
      const due = await queries.dashboards.clocksDue({ byDistrict: true });
      const overdue = running.filter(({ clock }) => clock.clock !== 'LIMITATION' && clock.dueAt < hour);
      expect(listed(due.cells.filter(({ clock }) => clock !== 'LIMITATION').map((cell) => [`${cell.clock} in ${where(cell)}`, cell.overdue]))).toEqual(tally(overdue, false));
      const sum = (cell: (typeof due.cells)[number]): number => (cell.overdue ?? 0) + (cell.dueInOneDay ?? 0) + (cell.dueInSevenDays ?? 0) + (cell.later ?? 0);
      expect(listed(due.cells.map((cell) => [`${cell.clock} in ${where(cell)}`, sum(cell)]))).toEqual(tally(running, false));
    });

    it('holds confirmed in time, late and not yet, and how long that took, by custodian', async () => {
      const { cells } = await queries.dashboards.holdCompliance();
      const holds = all.clocks.filter((one) => seen(one) && one.clock.clock === 'HOLD_CONFIRMED');
      for (const cell of cells) {
        const mine = holds.filter(({ custodian }) => custodian === cell.custodian);
        const stopped = mine.filter(({ clock }) => clock.stoppedAt !== null);
        const late = stopped.filter(({ clock }) => (clock.stoppedAt ?? '') > clock.dueAt).length;
        const responses = all.responses.filter((one) => seen(one) && one.key === (cell.custodian ?? '-')).length;
        expect(cell).toMatchObject({ inTime: stopped.length - late, late, waiting: mine.length - stopped.length });
        expect([cell.custodian, cell.response?.count ?? 0]).toEqual([cell.custodian, responses]);
      }
      expect(cells.map(({ custodian }) => custodian ?? '-').sort()).toEqual([...new Set([...holds.map(({ custodian }) => custodian ?? '-'), ...all.responses.filter(seen).map(({ key }) => key)])].sort());
    });

    it('the cases behind a cell are those that it counts', async () => {
      const kept = (things: readonly Counted[], is: (one: Counted) => boolean): string[] => casesOf(things.filter((one) => seen(one) && is(one)));
      for (const { stage } of await queries.dashboards.pipeline()) {
        const is = (one: Counted): boolean => one.key === stage && one.district === null && inMonths(one);
        expect(await drilled(queries, { of: 'PIPELINE', stages: [stage], districts: [null], ...range })).toEqual(kept(all.pipeline, is));
      }
      for (const { status } of await queries.dashboards.federalSupervisors()) {
        expect(await drilled(queries, { of: 'FEDERAL_SUPERVISORS', federalSupervisor: [status] })).toEqual(kept(all.supervisors, ({ key }) => key === status));
      }
      for (const { citation, agency, all: isAll } of await queries.dashboards.violations()) {
        const drill: DrillDown = { of: 'VIOLATIONS', citations: [citation], ...(isAll ? {} : { agencies: [agency] }) };
        expect(await drilled(queries, drill)).toEqual(kept(all.violations, ({ key }) => key === `${citation}/${isAll ? 'ALL' : (agency ?? '-')}`));
      }
      for (const { stage } of await queries.dashboards.timeInStage()) {
        expect(await drilled(queries, { of: 'TIME_IN_STAGE', stages: [stage], ...range })).toEqual(kept(all.stays, (one) => one.key === stage && inMonths(one)));
      }
      for (const { from, to, by } of (await queries.dashboards.conformance()).moves) {
        expect(await drilled(queries, { of: 'CONFORMANCE', stages: [from], toStages: [to], movedBy: [by] })).toEqual(kept(all.moves, ({ key }) => key === `${from}/${to}/${by}`));
      }
      for (const { measure, value, addressee } of await queries.dashboards.referralOutcomes()) {
        const expected = kept(all.referrals, ({ key }) => key === `${measure}/${value}/${addressee}`);
        expect(await drilled(queries, { of: 'REFERRAL_OUTCOMES', measure, values: [value], addressees: [addressee] })).toEqual(expected);
      }
      for (const { investigator } of (await queries.dashboards.workload()).cells) {
        expect(await drilled(queries, { of: 'WORKLOAD', people: [investigator] })).toEqual(kept(all.workload, ({ key }) => key.startsWith(`${investigator ?? '-'}/`)));
      }
    });

    it('the cases behind what is due are those that it counts', async () => {
      const hour = `${now.slice(0, 13)}:00:00.000Z`;
      const clocks = all.clocks.filter(seen);
      const running = clocks.filter(({ clock }) => clock.stoppedAt === null);
      expect(await drilled(queries, { of: 'CLOCKS', due: 'OVERDUE', clocks: ['TRIAGE', 'HOLD_CONFIRMED'] })).toEqual(
        casesOf(running.filter(({ clock }) => ['TRIAGE', 'HOLD_CONFIRMED'].includes(clock.clock) && clock.dueAt < hour)),
      );
      const counted = (await queries.dashboards.footageAtRisk()).cells.filter(({ all: isAll }) => isAll);
      const behind = await Promise.all(counted.map(({ band }) => drilled(queries, { of: 'FOOTAGE_AT_RISK', band })));
      expect([...new Set(behind.flat())].sort()).toEqual(casesOf(running.filter(({ clock }) => clock.clock === 'FOOTAGE_DELETED')));
      expect(counted.map(({ count }) => (count ?? 0) > 0)).toEqual(behind.map((ids) => ids.length > 0));
      for (const { custodian } of (await queries.dashboards.holdCompliance()).cells) {
        const mine = clocks.filter((one) => one.clock.clock === 'HOLD_CONFIRMED' && one.custodian === custodian && one.clock.stoppedAt !== null);
        expect(await drilled(queries, { of: 'HOLD_COMPLIANCE', due: 'LATE', people: [custodian] })).toEqual(casesOf(mine.filter(({ clock }) => (clock.stoppedAt ?? '') > clock.dueAt)));
      }
      for (const activity of activities) {
        const date = localDate(all.happened.find(({ key }) => key === activity)?.at ?? now, 'America/Chicago');
        const sameWeek = (one: Counted): boolean => periodOf('WEEK', localDate(one.at, 'America/Chicago')) === periodOf('WEEK', date);
        expect(await drilled(queries, { of: 'SERIES', activity, granularity: 'WEEK', date })).toEqual(casesOf(all.happened.filter((one) => seen(one) && one.key === activity && sameWeek(one))));
      }
    });
  });

  it('shows the mayor’s office no number below five and none from which one could be reckoned, no member of the staff, and no case', async () => {
    const queries = as('EXECUTIVE');
    const exact = tally(all.pipeline.filter(open));
    const cells = await queries.dashboards.pipeline();
    expect(cells.some(({ count }) => count === null)).toBe(true);
    for (const cell of cells) {
      const count = exact[`${cell.stage} in ${where(cell)}`] ?? 0;
      expect(cell.count).toBe(count < 5 ? null : count - (count % 5));
    }
    expect((await queries.dashboards.timeInStage()).every(({ quantiles }) => quantiles === null || quantiles.count >= 5)).toBe(true);
    const { moves, paths, made } = await queries.dashboards.conformance();
    const exactly = tally(all.moves.filter(open), false);
    for (const { from, to, by, count, quantiles } of moves) {
      const inAll = Object.entries(exactly).filter(([key]) => key.startsWith(`${from}/${to}/${by} in `)).reduce((sum, [, amount]) => sum + amount, 0);
      expect({ count, told: quantiles?.count ?? null }).toEqual(inAll < 5 ? { count: null, told: null } : { count: inAll - (inAll % 5), told: inAll - (inAll % 5) });
    }
    expect([made, ...paths.map(({ count }) => count)].every((count) => count !== null && count >= 5 && count % 5 === 0)).toBe(true);
    await expect(queries.dashboards.workload()).rejects.toThrow(AggregateForbidden);
    await expect(queries.dashboards.holdCompliance()).rejects.toThrow(AggregateForbidden);
    expect(await drilled(queries, { of: 'PIPELINE' })).toEqual([]);
  });

  it('shows who runs the system nothing', async () => {
    await expect(as('ADMIN').dashboards.pipeline()).rejects.toThrow(AggregateForbidden);
  });

  it.each([
    ['a month that is none', (queries: Queries) => queries.dashboards.pipeline({ fromMonth: "2026-13' OR 1=1" })],
    ['a date that is none', (queries: Queries) => queries.dashboards.series({ activity: 'CASE_OPENED', granularity: 'DAY', from: '2026-02-30', to: '2026-03-01' })],
    ['a series without end', (queries: Queries) => queries.dashboards.series({ activity: 'CASE_OPENED', granularity: 'DAY', from: '0001-01-01', to: '9999-12-31' })],
    ['a district that is no text', (queries: Queries) => queries.dashboards.pipeline({ districts: ['\0'] })],
    ['more values than a filter takes', (queries: Queries) => queries.drillDown({ of: 'PIPELINE', districts: Array.from({ length: 51 }, String) })],
  ])('refuses %s', async (_title, ask) => {
    await expect(ask(as('LEGAL'))).rejects.toMatchObject({ name: 'BadInput' });
  });
});
