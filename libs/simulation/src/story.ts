import type { Actor, AgentId, Disposition, ReferralId } from '#libs/domain';
import { another, inCity, inUnit } from './city.js';
import { allege, identify, referralOf, report, secure } from './scenes.js';
import type { Teller } from './teller.js';

/** Shares of what becomes of cases and how often something goes wrong: invented, in the order of what such work is like. */
const share = {
  triaged: 0.96,
  closedAtTriage: 0.34,
  investigated: 0.86,
  submitted: 0.62,
  withdrawn: 0.03,
  returned: 0.16,
  voided: 0.06,
  legallyReturned: 0.1,
  referralApproved: 0.85,
  delivered: 0.97,
  received: 0.93,
  decided: 0.8,
  resumed: 0.15,
  closedAtTheEnd: 0.7,
  reopened: 0.03,
  wrongHand: 0.06,
} as const;

/** Rounds of a review that starts again; more happens to nobody. */
const roundsMax = 4;

/** Tells one case from its report to wherever it has come. @throws Present where the story reaches the present */
export async function tell(teller: Teller): Promise<void> {
  const { chance, district } = teller;
  const scene = await report(teller);
  await secure(teller, scene);
  await identify(teller, scene);
  if (!chance.is(share.triaged)) return;
  const supervisor = inUnit(chance, 'SUPERVISOR', district);
  teller.wait(20);
  if (chance.is(share.closedAtTriage)) return closeAtTriage(teller, supervisor);
  await teller.does(inUnit(chance, 'INTAKE', district), 'triageCase', { outcome: 'INVESTIGATE', disposition: null, reason: null, duplicateOf: null });
  teller.wait(24);
  const investigator = inUnit(chance, 'INVESTIGATOR', district);
  await teller.does(supervisor, 'assignInvestigator', { investigator: investigator.actor });
  if (!chance.is(share.investigated)) return;
  await allege(teller, investigator);
  if (!chance.is(share.submitted)) return closeByInvestigator(teller, investigator, supervisor);
  const approved = await review(teller, investigator, supervisor);
  if (approved !== null) await refer(teller, { investigator, supervisor }, approved);
}

async function closeAtTriage(teller: Teller, supervisor: Actor): Promise<void> {
  const { chance, district } = teller;
  const disposition = chance.one(['UNFOUNDED', 'NO_JURISDICTION', 'OTHER_AGENCY', 'LAWFUL_CONDUCT'] as const);
  const intake = inUnit(chance, 'INTAKE', district);
  await teller.does(intake, 'triageCase', { outcome: 'PROPOSE_CLOSING', disposition, reason: 'Invented: nothing here to look into.', duplicateOf: null });
  teller.wait(30);
  const closer = teller.state.violations.size > 0 ? inCity(chance, 'LEGAL') : supervisor;
  if (await teller.does(closer, 'closeCase', { reason: 'Invented: agreed.' })) await tellComplainant(teller, intake);
}

async function closeByInvestigator(teller: Teller, investigator: Actor, supervisor: Actor): Promise<void> {
  const { chance } = teller;
  teller.wait(200);
  await close(teller, investigator, chance.one(['INSUFFICIENT_EVIDENCE', 'UNFOUNDED', 'LAWFUL_CONDUCT', 'AGENT_NOT_IDENTIFIED'] as const), supervisor);
}

async function close(teller: Teller, proposer: Actor, disposition: Disposition, supervisor: Actor): Promise<void> {
  const { chance, district } = teller;
  if (!(await teller.does(proposer, 'proposeClosing', { disposition, reason: 'Invented: as the file shows.', duplicateOf: null }))) return;
  teller.wait(40);
  const standing = [...teller.state.violations.values()].some((violation) => !violation.withdrawn);
  const closed = await teller.does(standing ? inCity(chance, 'LEGAL') : another(chance, [supervisor], (one) => inUnit(one, 'SUPERVISOR', district)), 'closeCase', { reason: 'Invented: agreed.' });
  if (!closed) return;
  await tellComplainant(teller, inUnit(chance, 'INTAKE', district));
  if (!chance.is(share.reopened)) return;
  teller.wait(1_500);
  await teller.does(supervisor, 'reopenCase', { reason: 'Invented: a further recording turned up.' });
}

async function tellComplainant(teller: Teller, intake: Actor): Promise<void> {
  const [person] = teller.state.persons.values();
  if (person === undefined || person.contactDeclined || person.identity === 'ANONYMOUS') return;
  teller.wait(50);
  await teller.does(intake, 'notifyComplainant', { person: person.id, channel: 'Letter', toldAt: null, substance: 'Invented: how the matter ended.' });
}

/** The two reviews, with what sends a case back; the supervisor and lawyer who approved, or null where it went no further. */
async function review(teller: Teller, investigator: Actor, assigner: Actor): Promise<readonly Actor[] | null> {
  const { chance, district } = teller;
  for (let round = 0; round < roundsMax; round += 1) {
    teller.wait(round === 0 ? 150 : 60);
    if (chance.is(share.wrongHand)) await teller.does(inUnit(chance, 'INTAKE', district), 'submitForReview', { note: null });
    if (!(await teller.does(investigator, 'submitForReview', { note: null }))) return null;
    const supervisor = another(chance, [assigner], (one) => inUnit(one, 'SUPERVISOR', district));
    teller.wait(60);
    if (chance.is(share.withdrawn)) {
      await teller.does(investigator, 'withdrawSubmission', { reason: 'Invented: a statement is still missing.' });
      continue;
    }
    if (chance.is(share.voided)) {
      // Something material turns up while the review runs: it starts again.
      await teller.does(investigator, 'recordSceneDetail', vehicle);
      continue;
    }
    if (chance.is(share.returned)) {
      await teller.does(supervisor, 'returnForWork', { reason: 'Invented: the second element is not covered.' });
      await teller.does(investigator, 'recordSceneDetail', vehicle);
      continue;
    }
    if (chance.is(share.wrongHand)) await teller.does(investigator, 'approveReview', { note: null });
    if (!(await teller.does(supervisor, 'approveReview', { note: null }))) return null;
    const lawyer = inCity(chance, 'LEGAL');
    teller.wait(100);
    if (chance.is(share.legallyReturned)) {
      await teller.does(lawyer, 'returnForWork', { reason: 'Invented: authority for the second limb is missing.' });
      continue;
    }
    return (await teller.does(lawyer, 'approveLegally', { note: null })) ? [supervisor, lawyer] : null;
  }
  return null;
}

const vehicle = {
  kind: 'VEHICLE',
  description: 'Invented: a dark van without plates.',
  agents: [] as readonly AgentId[],
  vehicle: { plate: null, description: 'Invented: dark van' },
  warrant: null,
  wordsUsed: null,
  officer: null,
  camera: null,
  cameraHolder: null,
  place: null,
  timecode: null,
} as const;

interface Leading {
  readonly investigator: Actor;
  readonly supervisor: Actor;
}

async function refer(teller: Teller, { investigator, supervisor }: Leading, approvers: readonly Actor[]): Promise<void> {
  const { chance } = teller;
  const authority = inCity(chance, 'REFERRAL_AUTHORITY');
  teller.wait(120);
  if (!chance.is(share.referralApproved)) return void (await teller.does(authority, 'returnForWork', { reason: 'Invented: not yet.' }));
  if (!(await teller.does(authority, 'approveReferral', referralOf(teller)))) return;
  const referral = [...teller.state.referrals.keys()].at(-1);
  if (referral === undefined || !chance.is(share.delivered)) return;
  const liaison = inCity(chance, 'LIAISON');
  teller.wait(40);
  if (!(await teller.does(liaison, 'deliverReferral', { referral, packetSha256: 'd'.repeat(64), channel: 'By hand', deliveredAt: null }))) return;
  teller.wait(24);
  await teller.does(liaison, 'recordReferralReceipt', { referral, outcome: chance.is(share.received) ? 'RECEIVED' : 'RECEIPT_REFUSED', at: null, note: null });
  await decide(teller, liaison, referral);
  if (teller.state.stage.name !== 'DECIDED') return;
  if (chance.is(share.resumed)) return void (await teller.does(supervisor, 'resumeInvestigation', { reason: 'Invented: a further agent was identified.' }));
  if (!chance.is(share.closedAtTheEnd)) return;
  teller.wait(100);
  const outcomes = [...teller.state.referrals.values()].flatMap(({ decisions }) => decisions.map(({ outcome }) => outcome));
  await close(teller, investigator, outcomes.includes('CHARGES_APPROVED') ? 'CHARGED' : 'CHARGES_REJECTED', approvers[0] ?? liaison);
}

async function decide(teller: Teller, liaison: Actor, referral: ReferralId): Promise<void> {
  const { chance } = teller;
  while (chance.is(0.35)) {
    teller.wait(700);
    await teller.does(liaison, 'recordFollowUp', { referral, to: 'The office (invented)', answer: chance.is(0.5) ? 'Invented: under review.' : null, at: null });
  }
  if (!chance.is(share.decided)) return;
  for (const pair of teller.state.referrals.get(referral)?.pairs ?? []) {
    teller.wait(500);
    const outcome = chance.is(0.45) ? 'CHARGES_APPROVED' : chance.one(['CHARGES_REJECTED', 'CHARGES_REJECTED', 'CONTINUED_INVESTIGATION', 'RETURNED'] as const);
    await teller.does(liaison, 'recordProsecutorDecision', { referral, pair, outcome, reference: null, decidedAt: null });
    if (outcome === 'RETURNED') return;
  }
}

