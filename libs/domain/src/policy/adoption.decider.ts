import { type CaseRefusal, refuse } from '../case/refusals.js';
import { clear, defineEvent } from '../kernel/event-schema.js';
import type { UserId } from '../kernel/ids.js';
import { type Json, sameJson } from '../kernel/json.js';
import { defineStream, type StreamKind } from '../kernel/stream-kind.js';
import type { Instant } from '../kernel/time.types.js';
import type { Policy } from './policy.js';

/**
 * How long before it is in force a version is adopted at least: every process of the service knows it by then, and reckons the deadline of
 * one and the same event under one and the same version.
 */
export const adoptionLeadMs = 10 * 60_000;

export const policyEvents = {
  PolicyAdopted: defineEvent({
    title: 'Policy adopted',
    fields: {
      name: clear<string>(),
      version: clear<number>(),
      /** The version that it follows: of the first adoption, that of the file with which the service started. */
      previous: clear<number>(),
      effectiveFrom: clear<Instant>(),
      /** The whole policy, each rule with its citation, source and `verifiedOn`: what was in force is answered from the log alone. */
      policy: clear<Policy>(),
      /** SHA-256 of the file that was read, in hex: what counsel confirmed is compared with it. */
      sha256: clear<string>(),
      reason: clear<string>(),
    },
  }),
};

export interface PolicyCommands {
  readonly adoptPolicy: { readonly policy: Policy; readonly sha256: string; readonly reason: string };
}
export type PolicyCommand = { readonly [K in keyof PolicyCommands]: { readonly type: K; readonly data: PolicyCommands[K] } }[keyof PolicyCommands];

export interface Adoption {
  readonly previous: number;
  readonly policy: Policy;
  readonly sha256: string;
  readonly adoptedBy: UserId;
  readonly adoptedAt: Instant;
  readonly reason: string;
}

/** The versions adopted so far, in their order, which is that of their versions and of their times, too. */
export type Adoptions = readonly Adoption[];

export const policyActions = {
  adoptPolicy: { allow: ['ADMIN'], about: 'Adopts the next version of the policy of clocks and holds. It applies forward only; running clocks keep theirs.' },
} as const;

const category = 'policy';

/** The versions of a policy: the stream `policy-<name>`. `baseline`: in force before any adoption. */
export const policyStreamOf = (baseline: Policy): StreamKind<PolicyCommand, Adoptions> =>
  defineStream<PolicyCommands>()({
    category,
    events: policyEvents,
    actions: policyActions,
    initial: [] as Adoptions,
    decide: {
      adoptPolicy: ({ policy, sha256, reason }, adopted, { now }) => {
        const last = adopted.at(-1)?.policy ?? baseline;
        if (policy.version === last.version && sameJson(asJson(policy), asJson(last))) return [];
        const refused = refuseOther(policy, last) ?? refuseBackward(policy, last, now);
        if (refused !== null) return refused;
        const { name, version, effectiveFrom } = policy;
        return [{ type: 'PolicyAdopted', data: { name, version, previous: last.version, effectiveFrom, policy, sha256, reason } }];
      },
    },
    evolve: {
      PolicyAdopted: (adopted, { previous, policy, sha256, reason }, { by, recordedAt }) => [...adopted, { previous, policy, sha256, reason, adoptedBy: by.actor, adoptedAt: recordedAt }],
    },
  });

function refuseOther(policy: Policy, last: Policy): CaseRefusal | null {
  if (policy.name !== last.name) return refuse('POLICY_OF_OTHER_NAME', `The policy in force is '${last.name}', not '${policy.name}'.`);
  if (policy.zone !== last.zone) return refuse('POLICY_OF_OTHER_ZONE', `Local dates are those of ${last.zone}: a policy of another zone is another policy.`);
  return policy.version > last.version ? null : refuse('POLICY_NOT_NEWER', `Version ${last.version} is there already: the next one has a higher number.`);
}

function refuseBackward({ effectiveFrom }: Policy, last: Policy, now: Instant): CaseRefusal | null {
  const earliest = new Date(Date.parse(now) + adoptionLeadMs).toISOString();
  if (effectiveFrom < earliest) return refuse('POLICY_NOT_FORWARD', `It applies forward only: from ${earliest} or later, so that every process knows it by then.`);
  return effectiveFrom > last.effectiveFrom ? null : refuse('POLICY_NOT_FORWARD', `Version ${last.version} is in force from ${last.effectiveFrom}: this one comes after it.`);
}

/** The version in force at a time: the last one that had come into force by then. Pure, so that every fold says the same. */
export function policyInForce(baseline: Policy, adopted: Adoptions, at: Instant): Policy {
  return adopted.findLast(({ policy }) => policy.effectiveFrom <= at)?.policy ?? baseline;
}

/** A derivation: a policy is made of what JSON holds. */
const asJson = (policy: Policy): Json => policy as unknown as Json;
