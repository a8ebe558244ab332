import { describe, expect, it } from '@jest/globals';
import { runSchedule, type ScheduleReport } from './schedule.js';

/** `npm run test:faults` runs 200; `npm test` a sample. */
const schedules = Number(process.env['CASELEDGER_TEST_FAULT_SCHEDULES'] ?? 3);
/** Schedules wait more than they work: so many run at once. */
const atOnce = 4;
const firstSeed = Number(process.env['CASELEDGER_TEST_FAULT_SEED'] ?? 1);
const scheduleMsMax = 120_000;

const total = (reports: readonly ScheduleReport[], of: (report: ScheduleReport) => number) => reports.reduce((sum, report) => sum + of(report), 0);

describe(`the whole service under ${schedules} seeded schedules of faults at its log`, () => {
  it(
    'has every acknowledged event once, none that was answered with nothing, and read models and a ledger that equal a fold of the log',
    async () => {
      const reports: ScheduleReport[] = [];
      const seeds = Array.from({ length: schedules }, (_, nth) => firstSeed + nth);
      const started = performance.now();
      await Promise.all(
        Array.from({ length: atOnce }, async () => {
          for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
            const report = await runSchedule(seed);
            reports.push(report);
            if (report.wrong.length > 0) console.error(`schedule ${report.seed}: ${report.wrong.join('\n')}`);
          }
        }),
      );
      const faults: Record<string, number> = {};
      for (const report of reports) for (const [kind, times] of Object.entries(report.faults)) faults[kind] = (faults[kind] ?? 0) + times;
      if (process.env['CASELEDGER_TEST_FAULT_SCHEDULES'] !== undefined) {
        console.log(
          `${reports.length} schedules, ${reports.filter(({ wrong }) => wrong.length === 0).length} as they must be; ${total(reports, (one) => one.commands)} commands, ` +
            `${total(reports, (one) => one.recorded)} recorded, ${total(reports, (one) => one.gaveUp)} without an answer in all their tries; ` +
            `${total(reports, (one) => total([one], () => Object.values(one.faults).reduce((a, b) => a + b, 0)))} faults: ${JSON.stringify(faults)}; ` +
            `slowest answer ${Math.max(...reports.map(({ slowestMs }) => slowestMs))} ms; ${Math.round((performance.now() - started) / 1_000)} s`,
        );
      }
      expect(reports.filter(({ wrong }) => wrong.length > 0).map(({ seed, wrong }) => ({ seed, wrong }))).toEqual([]);
      expect(reports).toHaveLength(schedules);
      expect(Object.values(faults).reduce((a, b) => a + b, 0)).toBeGreaterThan(schedules);
    },
    Math.ceil(schedules / atOnce) * scheduleMsMax,
  );
});
