import { withEntry } from '../kernel/collections.js';
import type { Actor } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { ReferralId } from '../kernel/ids.js';
import { immunityGaps } from './allegation-pairs.js';
import { refuseBarred, sign } from './approvals.decider.js';
import { isBlank, refuseFuture } from './checks.js';
import { refuseOpenContact } from './contacts.decider.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { awaitedPairs, changeReferral, coveredPairs, isAllDecided } from './referrals.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import { barredFromApproving, standingApprovals } from './separate-hands.js';
import type { Case, ReferralState, Stage } from './state.js';
import type { Binding } from './values.js';

type ReferralCommands = Pick<ReviewCommands, 'approveReferral' | 'deliverReferral' | 'withdrawReferral'>;
type ReferralEvents = Pick<typeof reviewEvents, 'ReferralApproved' | 'ReferralDelivered' | 'ReferralWithdrawn'>;
type ApprovedStage = Extract<Stage, { readonly name: 'REFERRAL_APPROVED' }>;

export const decideReferrals: DecideTable<CaseCatalogue, ReferralCommands, Case, CaseContext, RefusalCode> = {
  approveReferral: (command, state, context) => {
    const refused = refuseBarred(state, context.actor) ?? refuseOpenContact(state) ?? refuseScope(state, command);
    if (refused !== null) return refused;
    const { addressee, attestation } = command;
    if (isBlank(addressee)) return refuse('NO_ADDRESSEE', 'Say to which prosecutor the case is referred.');
    if (isBlank(attestation)) return refuse('NO_ATTESTATION', 'Attest who or what began this inquiry.');
    const scope = { violations: [...new Set(command.violations)], agents: [...new Set(command.agents)] };
    const gaps = immunityGaps(state, coveredPairs(state, scope));
    if (gaps.length > 0) return refuse('IMMUNITY_MISSING', gaps.map((gap) => gap.message).join(' '), gaps);
    const referral = context.newId<ReferralId>('referral');
    return [{ type: 'ReferralApproved', data: { referral, addressee, ...scope, binds: state.material, attestation } }];
  },

  deliverReferral: (command, state, context) => {
    const referral = state.referrals.get(command.referral);
    if (referral === undefined) return refuse('REFERRAL_UNKNOWN', `No referral ${command.referral} is on this case.`);
    // The stage has moved on by then: the same packet is recognised at any stage.
    if (referral.packetSha256 !== null && referral.packetSha256 === command.packetSha256) return [];
    const { stage } = state;
    if (stage.name !== 'REFERRAL_APPROVED' || stage.referral !== referral.id) {
      return refuse('NOT_APPROVED', `Referral ${referral.id} is ${referral.status}: only an approved referral is delivered, once, as one packet.`);
    }
    const refused = refuseDelivery(state, stage, command, context);
    if (refused !== null) return refused;
    const { packetSha256, channel } = command;
    const data = { referral: referral.id, packetSha256, channel, binds: state.material, deliveredAt: command.deliveredAt ?? context.now };
    return [{ type: 'ReferralDelivered', data }];
  },

  withdrawReferral: ({ referral: id, reason, addresseeToldAt }, state, context) => {
    const referral = state.referrals.get(id);
    if (referral === undefined) return refuse('REFERRAL_UNKNOWN', `No referral ${id} is on this case.`);
    if (isBlank(reason)) return refuse('NO_REASON', 'Say why the referral is withdrawn.');
    const future = refuseFuture(context.now, { 'When the addressee was told': addresseeToldAt });
    if (future !== null) return future;
    switch (referral.status) {
      case 'WITHDRAWN':
        return [];
      case 'VOIDED':
        return refuse('NOT_APPROVED', `The approval of referral ${id} is void already; it was never delivered.`);
      case 'APPROVED':
        return [{ type: 'ReferralWithdrawn', data: { referral: id, reason, addresseeToldAt } }];
      case 'DELIVERED':
        if (awaitedPairs(referral).length === 0) return refuse('ALREADY_DECIDED', `Referral ${id} is decided: it can't be withdrawn.`);
        if (addresseeToldAt === null) return refuse('ADDRESSEE_NOT_TOLD', `Tell ${referral.addressee} first, and say when they were told.`);
        return [{ type: 'ReferralWithdrawn', data: { referral: id, reason, addresseeToldAt } }];
    }
  },
};

export const evolveReferrals: EvolveTable<ReferralEvents, Case, Actor> = {
  ReferralApproved: (state, { referral, addressee, violations, agents, binds }, meta) => {
    if (state.stage.name !== 'READY_FOR_REFERRAL') return state;
    const approved: ReferralState = {
      id: referral,
      addressee,
      pairs: coveredPairs(state, { violations, agents }),
      status: 'APPROVED',
      packetSha256: null,
      receipt: null,
      decisions: [],
      unansweredFollowUps: 0,
    };
    return {
      ...state,
      referrals: withEntry(state.referrals, referral, approved),
      stage: { ...state.stage, name: 'REFERRAL_APPROVED', authority: sign(binds, meta), referral },
    };
  },
  ReferralDelivered: (state, { referral, packetSha256 }) => ({
    ...changeReferral(state, referral, (approved) => ({ ...approved, status: 'DELIVERED', packetSha256 })),
    stage: { name: 'REFERRED' },
  }),
  ReferralWithdrawn: (state, { referral: id }) => {
    const withdrawn = changeReferral(state, id, (referral) => ({ ...referral, status: 'WITHDRAWN' }));
    if (state.stage.name === 'REFERRAL_APPROVED' && state.stage.referral === id) return { ...withdrawn, stage: { name: 'UNDER_INVESTIGATION' } };
    if (state.stage.name !== 'REFERRED' || !isAllDecided(withdrawn)) return withdrawn;
    // Nothing is awaited any more. Where another referral was decided, the case is; else it is the city's again.
    const others = [...withdrawn.referrals.values()].filter((referral) => referral.status === 'DELIVERED');
    return { ...withdrawn, stage: { name: others.length > 0 ? 'DECIDED' : 'UNDER_INVESTIGATION' } };
  },
};

function refuseScope(state: Case, { violations, agents }: Pick<ReviewCommands['approveReferral'], 'violations' | 'agents'>): CaseRefusal | null {
  if (violations.length === 0) return refuse('VIOLATION_UNKNOWN', 'Name the violations that are referred.');
  if (agents.length === 0) return refuse('AGENT_UNKNOWN', 'Name the agents who are referred.');
  const unknownAgent = agents.find((agent) => !state.agents.has(agent));
  if (unknownAgent !== undefined) return refuse('AGENT_UNKNOWN', `No agent ${unknownAgent} is recorded on this case.`);
  for (const id of violations) {
    const violation = state.violations.get(id);
    if (violation === undefined || violation.withdrawn) return refuse('VIOLATION_UNKNOWN', `No violation ${id} stands on this case.`);
    if (!violation.agents.some((agent) => agents.includes(agent))) {
      return refuse('VIOLATION_UNKNOWN', `${violation.citation} is alleged of none of these agents.`);
    }
  }
  const stray = agents.find((agent) => !violations.some((id) => state.violations.get(id)?.agents.includes(agent)));
  return stray === undefined ? null : refuse('AGENT_UNKNOWN', `None of these violations is alleged of agent ${stray}.`);
}

function refuseDelivery(
  state: Case,
  stage: ApprovedStage,
  { packetSha256, channel, deliveredAt }: ReviewCommands['deliverReferral'],
  context: CaseContext,
): CaseRefusal | null {
  const contact = refuseOpenContact(state);
  if (contact !== null) return contact;
  if (!bindsWhatIsDelivered(state, stage)) {
    return refuse('BINDING_DIFFERS', 'Something material was recorded that the approvals do not bind: the case has to be reviewed again.');
  }
  const barred = barredApprover(state);
  if (barred !== null) return refuse('NOT_APPROVED', `${barred} Their approval can't carry the delivery: withdraw the referral, and review again.`);
  if (isBlank(packetSha256)) return refuse('NO_HASH', 'Give the SHA-256 of the packet.');
  if (isBlank(channel)) return refuse('NO_METHOD', 'Say by which channel the packet was delivered.');
  const future = refuseFuture(context.now, { 'The delivery': deliveredAt });
  if (future !== null) return future;
  if (deliveredAt !== null && Date.parse(deliveredAt) < Date.parse(stage.authority.at)) {
    return refuse('TIME_IMPOSSIBLE', `The referral was approved at ${stage.authority.at}: it can't have been delivered before.`);
  }
  return null;
}

/**
 * Submission and supervisor bind the material before legal review; the legal approval and the referral's bind the assessments made in it as
 * well (domain.md, 'What an approval binds'). A material action voids the review at once, so this holds unless a fold is wrong: it is
 * checked all the same where it matters most.
 */
function bindsWhatIsDelivered(state: Case, stage: ApprovedStage): boolean {
  return (
    isSameBinding(stage.submission.binds, state.materialBeforeLegal) &&
    isSameBinding(stage.supervisor.binds, state.materialBeforeLegal) &&
    isSameBinding(stage.legal.binds, state.material) &&
    isSameBinding(stage.authority.binds, state.material)
  );
}

function isSameBinding(a: Binding, b: Binding): boolean {
  return a.materialRevision === b.materialRevision && a.leaf === b.leaf;
}

/**
 * An approver who has since filed, worked on or witnessed it (a statement that is walled off voids nothing). A contact since then is
 * another matter: the ruling on it decides.
 */
function barredApprover(state: Case): string | null {
  const withoutContacts: Case = { ...state, hands: { ...state.hands, contacted: new Set() } };
  for (const { by } of standingApprovals(state)) {
    const barred = barredFromApproving(withoutContacts, by);
    if (barred !== null) return `${by} has approved and ${barred}.`;
  }
  return null;
}
