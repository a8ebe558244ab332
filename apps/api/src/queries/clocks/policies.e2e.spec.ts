import { readFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { shippedPolicyFile } from '#infra/policy';
import { AdoptedPolicies } from '#libs/clocks';
import { adoptionLeadMs } from '#libs/domain';
import type { EventStore } from '#libs/event-store';
import { EVENT_STORE, POLICY, type PolicySource } from '#libs/service';
import { type RunningApp, startApp } from '../../../../../test/support/app.js';

const shipped = readFileSync(shippedPolicyFile(), 'utf8');
/** The shipped file as another version, in force some minutes after every process can know it. */
const version = (number: number, minutes: number): string =>
  shipped.replace(/^version: 1$/m, `version: ${number}`).replace(/^effectiveFrom: .*$/m, `effectiveFrom: '${new Date(Date.now() + adoptionLeadMs + minutes * 60_000).toISOString()}'`);

let service: RunningApp;
let admin: string;
let intake: string;

interface Answer {
  readonly __typename: string;
  readonly code?: string;
  readonly stream?: string;
  readonly caseId?: string | null;
  readonly revision?: number;
}

beforeAll(async () => {
  service = await startApp();
  [admin, intake] = await Promise.all([service.token('admin-1', 'ADMIN'), service.token('intake-1', 'INTAKE')]);
});
afterAll(() => service.close());

async function act(token: string, action: string, input: object): Promise<Answer> {
  const document = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { __typename ... on Recorded { stream caseId revision } ... on Refused { code } } }`;
  const { data, errors } = await service.graphql<{ answer: Answer }>(token, document, { input });
  expect(errors).toEqual([]);
  return data?.answer ?? { __typename: 'none' };
}

interface Version {
  readonly version: number;
  readonly inForce: boolean;
  readonly adoptedBy: string | null;
  readonly sha256: string | null;
  readonly rules: readonly { readonly key: string; readonly citation: string; readonly verifiedOn: string | null }[];
}
async function versions(token: string): Promise<readonly Version[]> {
  const { data, errors } = await service.graphql<{ policies: readonly Version[] }>(token, '{ policies { version inForce adoptedBy sha256 rules { key citation verifiedOn } } }');
  expect(errors).toEqual([]);
  return data?.policies ?? [];
}

describe('the policy of clocks', () => {
  it('is that of the file until an administrator adopts the next one, by an event on its own stream', async () => {
    expect(await versions(intake)).toMatchObject([{ version: 1, inForce: true, adoptedBy: null, sha256: null }]);
    const file = version(2, 5);
    const input = { file, reason: 'Council order 1 (invented).' };
    expect(await act(intake, 'adoptPolicy', input)).toMatchObject({ code: 'ROLE_NOT_ALLOWED' });
    expect(await act(admin, 'adoptPolicy', input)).toMatchObject({ __typename: 'Recorded', stream: 'policy-chicago', caseId: null, revision: 0 });
    // Followed from the log, as every process does.
    while (service.app.get<PolicySource>(POLICY).adoptions().length === 0) await new Promise((resolve) => setImmediate(resolve));
    const all = await versions(intake);
    expect(all).toMatchObject([{ version: 1, inForce: true }, { version: 2, inForce: false, adoptedBy: 'admin-1', sha256: createHash('sha256').update(file).digest('hex') }]);
    expect(all[1]?.rules.find(({ key }) => key === 'retention.BODY_WORN')).toEqual({ key: 'retention.BODY_WORN', citation: '50 ILCS 706/10-20(a)(7)', verifiedOn: null });
  });

  it('takes neither an earlier version nor one that reaches back, and names the first bad key of a file', async () => {
    expect(await act(admin, 'adoptPolicy', { file: version(2, 9), reason: 'Invented.' })).toMatchObject({ code: 'POLICY_NOT_NEWER' });
    expect(await act(admin, 'adoptPolicy', { file: version(3, -20), reason: 'Invented.' })).toMatchObject({ code: 'POLICY_NOT_FORWARD' });
    const { errors } = await service.graphql(admin, 'mutation ($input: AdoptPolicyInput!) { adoptPolicy(input: $input) { __typename } }', { input: { file: version(3, 9).replace('unit: HOURS', 'unit: WEEKS'), reason: 'Invented.' } });
    expect(errors.map(({ extensions }) => [extensions['code'], extensions['fields']])).toEqual([['BAD_INPUT', [{ path: 'file.retention.PHONE.value.unit', problems: [expect.stringContaining('retention.PHONE.value.unit')] }]]]);
  });

  it('is known to a service that starts later, which refuses a file other than the one before the first adoption', async () => {
    const store = service.app.get<EventStore>(EVENT_STORE);
    const { baseline } = service.app.get<PolicySource>(POLICY);
    const log = { warn: () => undefined };
    const later = await new AdoptedPolicies(baseline, store, log).load();
    const adopted = later.adoptions()[0];
    const at = (time: string | undefined): number => later.at(time ?? '').version;
    expect([at(new Date().toISOString()), at(adopted?.policy.effectiveFrom), later.ofVersion(2)?.version, later.ofVersion(9)]).toEqual([1, 2, 2, null]);
    await expect(new AdoptedPolicies({ ...baseline, version: 4 }, store, log).load()).rejects.toThrow('start with the file of version 1');
  });
});

describe('whyThisDeadline', () => {
  it('says of each deadline of a clock how it came about, to who sees the case, and is a recorded look at the case', async () => {
    const report = { origin: 'CIVILIAN', incident: {}, place: {}, narrative: 'An invented account.', injuries: 'NO', occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' } };
    const { caseId } = await act(intake, 'fileReport', report);
    const query = 'query ($c: UUID!) { whyThisDeadline(caseId: $c, clock: TRIAGE) { clock subject policyVersion zone dueAt steps { step text citation date passedOver count } } }';
    const { data, errors } = await service.graphql<{ whyThisDeadline: readonly { readonly dueAt: string; readonly steps: readonly { readonly step: string; readonly text: string; readonly count: number | null }[] }[] }>(intake, query, { c: caseId });
    expect(errors).toEqual([]);
    const [why] = data?.whyThisDeadline ?? [];
    expect(data?.whyThisDeadline).toMatchObject([{ clock: 'TRIAGE', subject: null, policyVersion: 1, zone: 'America/Chicago' }]);
    expect(why?.steps.map(({ step }) => step).filter((step) => step !== 'DAY' && step !== 'ZONE')).toEqual(['START', 'POLICY', 'RULE', 'DUE']);
    expect(why?.steps.filter(({ count }) => count !== null).map(({ count }) => count)).toEqual([1, 2]);
    expect(why?.steps.at(-1)?.text).toContain(why?.dueAt);
    for (const [token, c] of [[await service.tokenOf('another-unit', 'supervisor-9', 'SUPERVISOR'), caseId], [intake, '0190b5a0-0000-8000-8000-00000000ffff']] as const) {
      const refused = await service.graphql(token, query, { c });
      expect(refused.errors.map(({ extensions }) => extensions['code'])).toEqual(['NOT_FOUND']);
    }
  });
});
