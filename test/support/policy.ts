import type { Policy, Rule, Span } from '#libs/domain';

/** A policy with the numbers of domain.md, for tests that must not change when the shipped file does. */
const rule = <V>(value: V, citation = 'local policy'): Rule<V> => ({ value, citation, source: 'test', verifiedOn: null });
const span = (amount: number, unit: Span['unit'], citation?: string): Rule<Span> => rule({ amount, unit }, citation);

export const samplePolicy: Policy = {
  name: 'test',
  version: 1,
  effectiveFrom: '2026-01-01T06:00:00.000Z',
  zone: 'America/Chicago',
  holidays: ['2026-01-01', '2026-05-25', '2026-06-19', '2026-07-03', '2026-09-07', '2026-11-26', '2026-12-25'],
  retention: {
    BODY_WORN: span(90, 'DAYS', '50 ILCS 706/10-20(a)(7)'),
    IN_CAR: span(90, 'DAYS'),
    FIXED_CAMERA: span(30, 'DAYS'),
    DRONE: span(30, 'DAYS', '725 ILCS 167/20'),
    DISPATCH_AUDIO: span(30, 'DAYS'),
    PHONE: span(72, 'HOURS'),
    PRIVATE_CCTV: span(72, 'HOURS'),
    FEDERAL: span(72, 'HOURS'),
    UNKNOWN: span(72, 'HOURS'),
  },
  flaggedRetention: span(2, 'YEARS', '50 ILCS 706/10-20(a)(7)'),
  limitation: {
    felony: span(3, 'YEARS', '720 ILCS 5/3-5'),
    misdemeanor: span(18, 'MONTHS', '720 ILCS 5/3-5'),
    ordinance: span(1, 'YEARS'),
    unknown: span(18, 'MONTHS', '720 ILCS 5/3-5'),
    misconductFromDiscovery: span(1, 'YEARS', '720 ILCS 5/3-6(b)'),
    misconductAtMost: span(3, 'YEARS', '720 ILCS 5/3-6(b)'),
    startsAt: rule('OFFENSE', '720 ILCS 5/3-7(a)(1)'),
    none: rule(['720 ILCS 5/9-1'], '720 ILCS 5/3-5(a)'),
  },
  clocks: {
    FOOTAGE_PRESERVED: span(24, 'HOURS'),
    HOLD_CONFIRMED: span(48, 'HOURS'),
    FIRST_HASH: span(7, 'DAYS'),
    HASH_AGAIN: span(180, 'DAYS'),
    IDENTIFICATION_ATTEMPT: span(24, 'HOURS'),
    TRIAGE: span(2, 'BUSINESS_DAYS'),
    ASSIGNMENT: span(2, 'BUSINESS_DAYS'),
    SUPERVISOR_REVIEW: span(7, 'DAYS'),
    LEGAL_REVIEW: span(14, 'DAYS'),
    REFERRAL_REVIEW: span(7, 'DAYS'),
    DELIVERY: span(2, 'BUSINESS_DAYS'),
    RECEIPT: span(7, 'DAYS'),
    PROSECUTOR_FOLLOW_UP: span(30, 'DAYS'),
    FEDERAL_FOLLOW_UP: span(30, 'DAYS'),
    COMPLAINANT_TOLD: span(5, 'BUSINESS_DAYS'),
    COMPLAINANT_TOLD_OF_CLOSING: span(5, 'BUSINESS_DAYS'),
  },
  deletionWarnings: rule([30, 10, 5, 1]),
  limitationWarnings: rule([180, 90, 30, 7]),
  soonDeletion: rule({ soonHours: 72, confirmWithin: { amount: 4, unit: 'HOURS' } }),
  deletionMargin: span(24, 'HOURS'),
  followUpsBeforeClosing: rule(3),
  duties: {
    disclosure: rule('Investigative material goes to the prosecutor.', '725 ILCS 5/114-13(b)'),
    federalRequests: rule('Requests are written and specific.', '6 CFR 5.41-5.49'),
  },
  publicRecords: { answer: span(5, 'BUSINESS_DAYS', '5 ILCS 140/3'), extension: span(5, 'BUSINESS_DAYS', '5 ILCS 140/3') },
};
