import { type Aggregate } from '#libs/access';
import type { Activity, DueStatus, Granularity, ReferralMeasure, RiskBand, SupervisorOutcome } from '#libs/read-models';
import { graphqlEnum } from '../../graphql/graphql-enum.js';

export const AggregateEnum = graphqlEnum<Aggregate>('Aggregate', 'The tables of aggregates; there are no others.', {
  PIPELINE: 'Cases by stage and district.',
  FOOTAGE_AT_RISK: 'Recordings that no confirmed hold protects, by how soon they are deleted.',
  HOLD_COMPLIANCE: 'Holds confirmed in time, late and not yet, by custodian.',
  FEDERAL_SUPERVISORS: 'Cases by whether the federal supervisor was identified.',
  VIOLATIONS: 'Alleged violations by citation and agency.',
  TIME_IN_STAGE: 'How long cases stayed at each stage.',
  CONFORMANCE: 'How cases moved from stage to stage, held against the stage diagram.',
  CLOCKS: 'Running clocks, by when they are due.',
  WORKLOAD: 'Open cases and their clocks, by investigator.',
  REFERRAL_OUTCOMES: 'Referrals by status, receipt and outcome.',
  SERIES: 'What happened by day, week or month.',
});

export const ActivityEnum = graphqlEnum<Activity>('Activity', 'What a series counts.', {
  CASE_OPENED: 'Cases opened.',
  CASE_CLOSED: 'Cases closed that are closed still.',
  FOOTAGE_REGISTERED: 'Recordings registered.',
  HOLD_CONFIRMED: 'Holds confirmed that stand.',
  VIOLATION_ALLEGED: 'Violations alleged.',
  REFERRAL_APPROVED: 'Referrals approved.',
  REFERRAL_DELIVERED: 'Referrals delivered, by when they were.',
});

export const GranularityEnum = graphqlEnum<Granularity>('Granularity', "Periods of a series, in the city's own time.", { DAY: 'Days.', WEEK: 'Weeks, from Monday.', MONTH: 'Months.' });

export const RiskBandEnum = graphqlEnum<RiskBand>('DeletionBand', 'How soon a recording is taken to be deleted by its source.', {
  PAST: 'The date has passed.',
  ONE_DAY: 'Within a day.',
  THREE_DAYS: 'Within three days, but not within one.',
  SEVEN_DAYS: 'Within seven days, but not within three.',
  THIRTY_DAYS: 'Within thirty days, but not within seven.',
  LATER: 'Later.',
});

export const SupervisorOutcomeEnum = graphqlEnum<SupervisorOutcome>('FederalSupervisorOutcome', 'What came of identifying the federal supervisor.', {
  IDENTIFIED: 'Identified, or identified and confirmed.',
  DECLINED: 'Asked, and declined.',
  NOT_IDENTIFIED: 'Not identified, or nobody has tried yet.',
});

export const ReferralMeasureEnum = graphqlEnum<ReferralMeasure>('ReferralMeasure', 'What of referrals is counted.', {
  STATUS: 'Each referral, by its status.',
  RECEIPT: 'Each receipt, by what it says.',
  OUTCOME: 'The last decision on each pair of violation and agent; AWAITED for a delivered referral without any.',
});

export const DueStatusEnum = graphqlEnum<DueStatus>('DueStatus', 'Where a clock stands.', {
  OVERDUE: 'It runs, and ran out before the last full hour.',
  RUNNING: 'It runs.',
  IN_TIME: 'It was stopped in time.',
  LATE: 'It was stopped too late.',
});
