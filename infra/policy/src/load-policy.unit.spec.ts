import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { samplePolicy } from '../../../test/support/policy.js';
import { loadPolicy, PolicyError, shippedPolicyFile } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'policy-'));
afterAll(() => rmSync(folder, { recursive: true }));

const shippedText = readFileSync(shippedPolicyFile(), 'utf8');

/** The shipped file with one change, as a file of its own. */
function changed(from: string, to: string): string {
  expect(shippedText).toContain(from);
  const path = join(folder, `changed-${Math.abs(hash(from + to))}.yaml`);
  writeFileSync(path, shippedText.replace(from, to));
  return path;
}

function hash(text: string): number {
  return [...text].reduce((sum, character) => (sum * 31 + character.charCodeAt(0)) | 0, 7);
}

function problemOf(path: string): PolicyError {
  try {
    loadPolicy(path);
  } catch (error) {
    if (error instanceof PolicyError) return error;
    throw error;
  }
  throw new Error(`the policy at ${path} was taken`);
}

interface Sourced {
  readonly citation: string;
  readonly source: string;
  readonly verifiedOn: string | null;
}

/** Every rule in the policy, wherever it stands. */
function rulesIn(value: unknown): readonly Sourced[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'citation' in value ? [value as Sourced] : [];
  return [...own, ...Object.values(value).flatMap(rulesIn)];
}

describe('the shipped policy', () => {
  const policy = loadPolicy();

  it('has the numbers of the clock table and of the legal facts', () => {
    expect({ clocks: valuesOf(policy.clocks), retention: valuesOf(policy.retention) }).toEqual({
      clocks: valuesOf(samplePolicy.clocks),
      retention: valuesOf(samplePolicy.retention),
    });
    expect(policy.flaggedRetention.value).toEqual({ amount: 2, unit: 'YEARS' });
    expect(policy.limitation.felony.value).toEqual({ amount: 3, unit: 'YEARS' });
    expect(policy.limitation.misdemeanor.value).toEqual({ amount: 18, unit: 'MONTHS' });
    expect(policy.limitation.misconductFromDiscovery.value).toEqual({ amount: 1, unit: 'YEARS' });
    expect(policy.limitation.misconductAtMost.value).toEqual({ amount: 3, unit: 'YEARS' });
    expect(policy.deletionWarnings.value).toEqual([30, 10, 5, 1]);
    expect(policy.limitationWarnings.value).toEqual([180, 90, 30, 7]);
    expect(policy.soonDeletion.value).toEqual({ soonHours: 72, confirmWithin: { amount: 4, unit: 'HOURS' } });
    expect(policy.deletionMargin.value).toEqual({ amount: 24, unit: 'HOURS' });
    expect(policy.publicRecords.answer.value).toEqual({ amount: 5, unit: 'BUSINESS_DAYS' });
  });

  it('cites every rule, and claims of none that counsel confirmed it', () => {
    const rules = rulesIn(policy);
    expect(rules.length).toBeGreaterThan(40);
    for (const rule of rules) {
      expect(rule.citation).not.toBe('');
      expect(rule.source).not.toBe('');
      expect(rule.verifiedOn).toBeNull();
    }
    const cited = new Set(rules.map((rule) => rule.citation));
    for (const law of ['50 ILCS 706/10-20(a)(7)', '725 ILCS 167/20', '720 ILCS 5/3-5(b)', '720 ILCS 5/3-6(b)', '720 ILCS 5/3-7(a)(1)']) {
      expect(cited).toContain(law);
    }
    for (const law of ['720 ILCS 5/3-5(a)', '725 ILCS 5/114-13(b)', '6 CFR 5.41-5.49', '5 ILCS 140/3(d)']) expect(cited).toContain(law);
  });

  it('lists every holiday once, in order, none of them on a weekend', () => {
    expect([...new Set(policy.holidays)].toSorted()).toEqual(policy.holidays);
    for (const day of policy.holidays) expect([0, 6]).not.toContain(new Date(`${day}T12:00:00Z`).getUTCDay());
  });
});

describe('a policy that is not sound', () => {
  it('is refused by the name of the key that is wrong', () => {
    const path = changed('TRIAGE: { value: { amount: 2, unit: BUSINESS_DAYS }', "TRIAGE: { value: { amount: 'two', unit: BUSINESS_DAYS }");
    expect(problemOf(path)).toMatchObject({ key: 'clocks.TRIAGE.value.amount', file: path });
    expect(problemOf(path).message).toContain('clocks.TRIAGE.value.amount');
  });

  it.each([
    ['a missing rule', 'deletionMargin: {', 'deletionMarginOfOld: {', 'deletionMargin'],
    ['a missing clock', '  RECEIPT: {', '  RECEIPTS: {', 'clocks.RECEIPT'],
    ['a key that nobody reads', 'zone: America/Chicago', 'zone: America/Chicago\nzones: all', 'zones'],
    ['a zone that is none', 'zone: America/Chicago', 'zone: America/Springfield', 'zone'],
    ['a date that is none', "- '2026-01-19'", "- '2026-02-30'", 'holidays.3'],
    ['a rule without its citation', 'citation: 720 ILCS 5/3-5(a)', "citation: ''", 'limitation.none.citation'],
    ['a span of nothing', 'FIRST_HASH: { value: { amount: 7', 'FIRST_HASH: { value: { amount: 0', 'clocks.FIRST_HASH.value.amount'],
    ['a unit that is none', 'DELIVERY: { value: { amount: 2, unit: BUSINESS_DAYS', 'DELIVERY: { value: { amount: 2, unit: WEEKS', 'clocks.DELIVERY.value.unit'],
  ])('is refused for %s', (_, from, to, key) => {
    expect(problemOf(changed(from, to)).key).toBe(key);
  });

  it('is refused as a whole where it is no YAML or is not there', () => {
    expect(problemOf(changed('name: chicago', 'name: [chicago')).key).toBeNull();
    expect(problemOf(join(folder, 'absent.yaml')).message).toContain("can't be read");
  });
});

function valuesOf(rules: Readonly<Record<string, { readonly value: unknown }>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(rules).map(([name, rule]) => [name, rule.value]));
}
