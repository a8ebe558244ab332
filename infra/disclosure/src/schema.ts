import { z } from 'zod';
import { caseEvents, type Fields } from '#libs/domain';
import { audiences, DISCLOSE, type DisclosurePolicy } from '#libs/disclosure/port';

const words = z.string().trim().min(1);
const code = z.string().regex(/^[A-Z][A-Z0-9_]{0,63}$/, { error: 'is no code: capital letters, digits and underscores' });

const ground = z.strictObject({ text: words, citation: words, verifiedOn: z.iso.date().nullable() });
const audienceRule = z.strictObject({
  who: code,
  clear: code,
  sealedForCase: code,
  sealedForPerson: code,
  protectedPersons: code,
  access: code,
  fields: z.record(z.string(), z.record(z.string(), code)),
});

const shape = z.strictObject({
  name: words,
  version: z.int().positive(),
  effectiveFrom: z.iso.datetime({ precision: 3 }),
  grounds: z.record(code, ground),
  always: z.strictObject({ compelled: code, expunged: code, otherCase: code }),
  audiences: z.record(z.enum(audiences), audienceRule),
});
type Shape = z.infer<typeof shape>;
type Report = (path: readonly string[], message: string) => void;

/** The redaction policy. Beyond its form: every ground is known, every row names a field that exists, and nothing protected is public. */
export const disclosurePolicySchema: z.ZodType<DisclosurePolicy> = shape.superRefine((policy, context) => {
  const report: Report = (path, message) => context.addIssue({ code: 'custom', path: [...path], message });
  checkGrounds(policy, report);
  for (const audience of audiences) checkRows(policy, audience, report);
  checkPublic(policy, report);
});

function checkGrounds({ grounds, always }: Shape, report: Report): void {
  const codes = Object.keys(grounds);
  if (DISCLOSE in grounds) report(['grounds', DISCLOSE], 'is what shows a field, so no ground can be called so');
  for (const [key, value] of Object.entries(always)) if (!(value in grounds)) report(['always', key], `there is no ground ${value}`);
  for (const [i, a] of codes.entries()) {
    // A bundle's single damaged character must never make one ground another.
    const near = codes.slice(i + 1).find((b) => a.length === b.length && Array.from(a, (letter, at) => letter === b[at]).filter((same) => !same).length < 2);
    if (near !== undefined) report(['grounds', near], `differs from ${a} in one character only`);
  }
}

const subjectOf = (type: string, field: string): { readonly known: boolean; readonly sealed: boolean } => {
  const events: Readonly<Record<string, { readonly fields: Fields } | undefined>> = caseEvents;
  const found = Object.hasOwn(events, type) ? events[type]?.fields[field] : undefined;
  return { known: found !== undefined, sealed: found !== undefined && found.subject !== null };
};

function checkRows({ grounds, audiences: rules }: Shape, audience: (typeof audiences)[number], report: Report): void {
  const { fields, ...general } = rules[audience];
  const isRuling = (ruling: string): boolean => ruling === DISCLOSE || ruling in grounds;
  for (const [key, ruling] of Object.entries(general)) if (!isRuling(ruling)) report(['audiences', audience, key], `there is no ground ${ruling}`);
  for (const [type, row] of Object.entries(fields)) {
    for (const [field, ruling] of Object.entries(row)) {
      const path = ['audiences', audience, 'fields', type, field];
      if (!subjectOf(type, field).known) report(path, 'there is no such event or field');
      if (!isRuling(ruling)) report(path, `there is no ground ${ruling}`);
    }
  }
}

/** Fail closed: for the public a field that no row names is withheld, and no row can show what the catalogue seals. */
function checkPublic({ audiences: rules }: Shape, report: Report): void {
  const { who, clear, sealedForCase, sealedForPerson, protectedPersons, access, fields } = rules.PUBLIC;
  for (const [key, ruling] of Object.entries({ who, clear, sealedForCase, sealedForPerson, protectedPersons, access })) {
    if (ruling === DISCLOSE) report(['audiences', 'PUBLIC', key], 'must name a ground: for the public, rows alone disclose');
  }
  for (const [type, row] of Object.entries(fields)) {
    for (const [field, ruling] of Object.entries(row)) {
      if (ruling === DISCLOSE && subjectOf(type, field).sealed) report(['audiences', 'PUBLIC', 'fields', type, field], 'is protected and never public');
    }
  }
}
