import type { Kysely } from 'kysely';
import type { Asker } from '#libs/access';
import { conformance } from '../conformance/conformance.js';
import type { ReadDatabase } from '../queries/lister.js';
import * as ofCases from './case-dashboards.js';
import { Counts } from './counts.js';
import * as ofDuties from './duty-dashboards.js';

export type Dashboards = ReturnType<typeof dashboardsFor>;

export interface DashboardsOptions {
  /** Now, as an instant. */
  readonly now: () => string;
  /** Below it a number is not shown to who may not see every case. */
  readonly smallestCell: number;
}

/**
 * The dashboards as one viewer sees them, each from kept counters. Every method @throws BadInput, and AggregateForbidden where the table is not
 * for this viewer.
 */
export function dashboardsFor(db: Kysely<ReadDatabase>, asker: Asker, { now, smallestCell }: DashboardsOptions) {
  const counts = new Counts(db, asker, smallestCell);
  return {
    pipeline: async (filter: ofCases.CaseCountFilter = {}) => ofCases.pipeline(counts, filter),
    federalSupervisors: async (filter: ofCases.CaseCountFilter = {}) => ofCases.federalSupervisors(counts, filter),
    violations: async (filter: ofCases.ViolationCountFilter = {}) => ofCases.violations(counts, filter),
    timeInStage: async (filter: ofCases.CountFilter = {}) => ofCases.timeInStage(counts, filter),
    referralOutcomes: async (filter: ofCases.ReferralCountFilter = {}) => ofCases.referralOutcomes(counts, filter),
    conformance: async (filter: ofCases.CountFilter = {}) => conformance(counts, filter),
    series: async (input: ofCases.SeriesInput) => ofCases.series(counts, input),
    footageAtRisk: async (filter: ofDuties.DistrictFilter = {}) => ofDuties.footageAtRisk(counts, filter, now()),
    clocksDue: async (filter: ofDuties.ClockCountFilter = {}) => ofDuties.clocksDue(counts, filter, now()),
    holdCompliance: async (filter: ofDuties.CustodianFilter = {}) => ofDuties.holdCompliance(counts, filter, now()),
    workload: async (filter: ofCases.WorkloadFilter = {}) => ofDuties.workload(counts, filter, now()),
  };
}
