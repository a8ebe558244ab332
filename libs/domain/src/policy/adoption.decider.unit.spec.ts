import { describe, expect, it } from '@jest/globals';
import { samplePolicy } from '../../../../test/support/policy.js';
import type { Actor } from '../kernel/actor.js';
import type { EventMeta } from '../kernel/decider.js';
import type { UserId } from '../kernel/ids.js';
import { adoptionLeadMs, type Adoptions, policyInForce, policyStreamOf } from './adoption.decider.js';
import type { Policy } from './policy.js';

const policyStream = policyStreamOf(samplePolicy);
const now = '2026-03-02T15:00:00.000Z';
const soon = new Date(Date.parse(now) + adoptionLeadMs).toISOString();
const admin: Actor = { actor: 'admin-1' as UserId, roles: ['ADMIN'], unit: null, purpose: null, authority: null };
const version = (number: number, effectiveFrom: string, change: Partial<Policy> = {}): Policy => ({ ...samplePolicy, version: number, effectiveFrom, ...change });
const adopt = (policy: Policy, adopted: Adoptions = []) =>
  policyStream.decide({ type: 'adoptPolicy', data: { policy, sha256: 'a'.repeat(64), reason: 'Council order (invented).' } }, adopted, { now, actor: admin });
const after = (...policies: readonly Policy[]): Adoptions =>
  policies.reduce<Adoptions>(
    (state, policy) => policyStream.evolve(state, { type: 'PolicyAdopted', data: { name: policy.name, version: policy.version, previous: policy.version - 1, effectiveFrom: policy.effectiveFrom, policy, sha256: 's', reason: 'r' } }, { by: admin, recordedAt: now } as EventMeta<Actor>),
    [],
  );

describe('the adoption of a policy', () => {
  it('is one event with the whole policy; the same version again records nothing', () => {
    const policy = version(2, soon);
    expect(adopt(policy)).toMatchObject([{ type: 'PolicyAdopted', data: { version: 2, previous: 1, effectiveFrom: soon, policy, sha256: 'a'.repeat(64) } }]);
    expect(adopt(policy, after(policy))).toEqual([]);
    expect(adopt(samplePolicy)).toEqual([]);
  });

  it.each([
    ['of another name', version(2, soon, { name: 'elsewhere' }), [], 'POLICY_OF_OTHER_NAME'],
    ['of a version that is there with another text', version(2, soon, { holidays: ['2026-03-02'] }), [version(2, soon)], 'POLICY_NOT_NEWER'],
    ['of an earlier version', version(2, soon), [version(3, soon)], 'POLICY_NOT_NEWER'],
    ['of another zone', version(2, soon, { zone: 'Europe/Paris' }), [], 'POLICY_OF_OTHER_ZONE'],
    ['that reaches back', version(2, now), [], 'POLICY_NOT_FORWARD'],
    ['that comes into force sooner than every process knows it', version(2, new Date(Date.parse(soon) - 1).toISOString()), [], 'POLICY_NOT_FORWARD'],
    ['that is in force before the one before it', version(3, soon), [version(2, '2027-01-01T00:00:00.000Z')], 'POLICY_NOT_FORWARD'],
  ] as const)('is refused for one %s', (_what, policy, adopted, code) => {
    expect(adopt(policy, after(...adopted))).toMatchObject({ kind: 'REFUSED', code });
  });

  it('leaves what was in force before it, to the millisecond', () => {
    const adopted = after(version(2, '2026-04-01T05:00:00.000Z'), version(3, '2026-05-01T05:00:00.000Z'));
    const inForce = (at: string): number => policyInForce(samplePolicy, adopted, at).version;
    expect(['2020-01-01T00:00:00.000Z', '2026-04-01T04:59:59.999Z', '2026-04-01T05:00:00.000Z', '2026-05-01T05:00:00.000Z'].map(inForce)).toEqual([1, 1, 2, 3]);
  });
});
