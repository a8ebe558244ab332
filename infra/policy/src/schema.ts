import { clockNames, footageKinds, type Policy } from '#libs/domain';
import { z } from 'zod';

/** Spans beyond this are a slip of the pen: no rule runs for a century. */
const amountMax = 1_000;
/** More warnings than a year has weeks would be noise. */
const warningsMax = 52;
const daysMax = 3_660;

const span = z.strictObject({
  amount: z.int().positive().max(amountMax),
  unit: z.enum(['HOURS', 'DAYS', 'BUSINESS_DAYS', 'MONTHS', 'YEARS']),
});
const localDate = z.iso.date();
/** As the domain compares instants as texts, they are UTC to the millisecond. */
const instant = z.iso.datetime({ precision: 3 });
/** It is part of a stream's name. */
const policyName = /^[a-z0-9][a-z0-9._]*(-[a-z0-9._]+)*$/;
const words = z.string().trim().min(1);

function rule<S extends z.ZodType>(value: S) {
  return z.strictObject({ value, citation: words, source: words, verifiedOn: localDate.nullable() });
}

const spanRule = rule(span);
const warnings = rule(z.array(z.int().positive().max(daysMax)).min(1).max(warningsMax));

const zone = z.string().refine(isZone, { error: 'is no IANA time zone' });

/** The clocks that have a span of their own. */
const timedClocks = clockNames.filter((name) => name !== 'FOOTAGE_DELETED' && name !== 'LIMITATION');

/** The policy file. A key that is missing, unknown or of another kind is an error that names it. */
export const policySchema = z.strictObject({
  name: z.string().regex(policyName, { error: 'may hold small letters, digits, dots and single hyphens' }),
  version: z.int().positive(),
  effectiveFrom: instant,
  zone,
  holidays: z.array(localDate),
  retention: z.record(z.enum([...footageKinds, 'UNKNOWN']), spanRule),
  flaggedRetention: spanRule,
  limitation: z.strictObject({
    felony: spanRule,
    misdemeanor: spanRule,
    ordinance: spanRule,
    unknown: spanRule,
    misconductFromDiscovery: spanRule,
    misconductAtMost: spanRule,
    startsAt: rule(z.literal('OFFENSE')),
    none: rule(z.array(words)),
  }),
  clocks: z.record(z.enum(timedClocks), spanRule),
  deletionWarnings: warnings,
  limitationWarnings: warnings,
  soonDeletion: rule(z.strictObject({ soonHours: z.int().positive().max(amountMax), confirmWithin: span })),
  deletionMargin: spanRule,
  followUpsBeforeClosing: rule(z.int().positive().max(warningsMax)),
  duties: z.strictObject({ disclosure: rule(words), federalRequests: rule(words) }),
  publicRecords: z.strictObject({ answer: spanRule, extension: spanRule }),
}) satisfies z.ZodType<Policy>;

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return name.includes('/') || name === 'UTC';
  } catch {
    return false;
  }
}
