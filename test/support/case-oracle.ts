import type { CaseEvent, CaseEventType, Role, UserId } from '#libs/domain';

/**
 * What must hold of any case, read off the raw events alone: none of the domain's own rules, tables or state is used here, so that a mistake
 * in them shows. Each function gives the sentences that are violated.
 */

type Of<T extends CaseEventType> = Extract<CaseEvent, { readonly type: T }>;

function all<T extends CaseEventType>(events: readonly CaseEvent[], type: T): readonly Of<T>[] {
  return events.filter((event): event is Of<T> => event.type === type);
}

/** domain.md, 'What an approval binds', as a list of its own. */
const material = new Set<CaseEventType>([
  'ReportFiled',
  'ReportSupplemented',
  'FootageRegistered',
  'FootageMismatchFound',
  'MismatchExplained',
  'FootageReportedUnavailable',
  'ExhibitRegistered',
  'SceneDetailRecorded',
  'AgentRecorded',
  'AgentIdentityLinked',
  'AgentIdentityUnlinked',
  'FederalSupervisorIdentificationAttempted',
  'FederalSupervisorIdentified',
  'FederalSupervisorConfirmed',
  'PersonRecorded',
  'MedicalAidRecorded',
  'FederalRecordsAnswered',
  'ViolationAlleged',
  'EvidenceLinked',
  'EvidenceLinkWithdrawn',
  'ViolationWithdrawn',
  'ImmunityAssessed',
]);

function isMaterial(event: CaseEvent): boolean {
  if (event.type === 'StatementTaken') return event.data.voluntariness === 'VOLUNTARY';
  if (event.type === 'FactCorrected') return event.data.material;
  return material.has(event.type);
}

const approvalTypes = ['ReviewApproved', 'LegalReviewApproved', 'ReferralApproved'] as const;
type ApprovalEvent = Of<(typeof approvalTypes)[number]>;

function isApproval(event: CaseEvent): event is ApprovalEvent {
  return approvalTypes.some((type) => type === event.type);
}

/** The running review before an event: its submission and the approvals since, or nothing where a later event ended it. */
interface Round {
  readonly submission: Of<'ReviewSubmitted'> | null;
  readonly approvals: readonly ApprovalEvent[];
}

const endsReview = new Set<CaseEventType>(['SubmissionWithdrawn', 'ReviewReturned', 'ReviewVoided', 'ReferralWithdrawn', 'CaseClosed', 'ReferralDelivered']);

function roundBefore(events: readonly CaseEvent[]): Round {
  let round: Round = { submission: null, approvals: [] };
  for (const event of events) {
    if (event.type === 'ReviewSubmitted') round = { submission: event, approvals: [] };
    else if (isApproval(event)) round = { ...round, approvals: [...round.approvals, event] };
    else if (event.type === 'ReferralWithdrawn') {
      const isOfRound = round.approvals.some((given) => given.type === 'ReferralApproved' && given.data.referral === event.data.referral);
      if (isOfRound) round = { submission: null, approvals: [] };
    } else if (endsReview.has(event.type)) round = { submission: null, approvals: [] };
  }
  return round;
}

/** No delivery of anything but what submission and all three approvals bind. */
export function wrongDeliveries(events: readonly CaseEvent[]): readonly string[] {
  return all(events, 'ReferralDelivered').flatMap((delivery) => {
    const before = events.slice(0, delivery.meta.revision);
    const { submission, approvals } = roundBefore(before);
    const wrong: string[] = [];
    const say = (what: string): number => wrong.push(`delivery at ${delivery.meta.revision}: ${what}`);
    const [supervisor, legal, authority] = approvals;
    if (submission === null || supervisor?.type !== 'ReviewApproved' || legal?.type !== 'LegalReviewApproved' || authority?.type !== 'ReferralApproved') {
      say(`not all approvals in their order: ${approvals.map((given) => given.type).join(', ')}`);
      return wrong;
    }
    const inLegalReview = (event: CaseEvent): boolean =>
      event.type === 'ImmunityAssessed' && event.meta.revision > supervisor.meta.revision && event.meta.revision < legal.meta.revision;
    const last = before.filter(isMaterial).at(-1);
    const lastBeforeLegal = before.filter((event) => isMaterial(event) && !inLegalReview(event)).at(-1);
    const binds = (event: { readonly data: Of<'ReviewSubmitted'>['data']['binds'] }, to: CaseEvent | undefined, who: string): void => {
      if (event.data.materialRevision !== to?.meta.revision || event.data.leaf !== to.meta.leaf) say(`${who} binds something else`);
    };
    binds({ data: submission.data.binds }, lastBeforeLegal, 'the submission');
    binds({ data: supervisor.data.binds }, lastBeforeLegal, 'the supervisor');
    binds({ data: legal.data.binds }, last, 'legal review');
    binds({ data: authority.data.binds }, last, 'the referral authority');
    binds({ data: delivery.data.binds }, last, 'the delivery');
    if (authority.data.referral !== delivery.data.referral) say('another referral was approved');
    const changed = before.find((event) => event.meta.revision > submission.meta.revision && isMaterial(event) && !inLegalReview(event));
    if (changed !== undefined) say(`${changed.type} came between submission and delivery`);
    if (new Set(approvals.map((given) => given.meta.by.actor)).size !== 3) say('one person gave two approvals');
    return wrong;
  });
}

/** Why a person may approve nothing, from what is recorded before. */
function whyBarred(before: readonly CaseEvent[], person: UserId): string | null {
  for (const event of before) {
    const isByThem = event.meta.by.actor === person && !event.meta.by.roles.includes('SYSTEM');
    if (isByThem && event.type === 'ReportFiled') return 'filed';
    if (isByThem && isMaterial(event)) return `recorded ${event.type}`;
    if (event.type === 'InvestigatorAssigned' && event.data.investigator === person) return 'was assigned';
    if ((event.type === 'ConflictDeclared' || event.type === 'ConflictRecorded') && event.data.person === person) return 'is recused';
    if (event.type === 'OutsideContactRecorded' && event.data.members.includes(person)) return 'was contacted';
    if (event.type === 'ReportFiled' && event.data.officersPresent.some((present) => present.officer === person)) return 'was on scene';
    if (event.type === 'StatementTaken' && event.data.giver.kind === 'CITY_MEMBER' && event.data.giver.user === person) return 'gave a statement';
  }
  return null;
}

/** No approval by who filed, worked on it, witnessed or is recused, nor two by one person. */
export function wrongApprovals(events: readonly CaseEvent[]): readonly string[] {
  return events.filter(isApproval).flatMap((given) => {
    const before = events.slice(0, given.meta.revision);
    const person = given.meta.by.actor;
    const barred = whyBarred(before, person);
    const wrong = barred === null ? [] : [`${given.type} at ${given.meta.revision} by ${person}, who ${barred}`];
    const twice = roundBefore(before).approvals.some((other) => other.meta.by.actor === person);
    return twice ? [...wrong, `${given.type} at ${given.meta.revision}: a second approval by ${person}`] : wrong;
  });
}

/** No closing by who proposed it. */
export function wrongClosings(events: readonly CaseEvent[]): readonly string[] {
  return all(events, 'CaseClosed').flatMap((closing) => {
    const before = events.slice(0, closing.meta.revision);
    const proposal = before.filter((event) => event.type === 'ClosingProposed' || (event.type === 'CaseTriaged' && event.data.outcome === 'PROPOSE_CLOSING')).at(-1);
    if (proposal === undefined) return [`closing at ${closing.meta.revision}: nobody proposed it`];
    return proposal.meta.by.actor === closing.meta.by.actor ? [`closing at ${closing.meta.revision} by its proposer`] : [];
  });
}

function years(from: string, count: number): number {
  const date = new Date(from);
  date.setUTCFullYear(date.getUTCFullYear() + count);
  return date.getTime();
}

/** Days of grace in which a local calendar's and UTC's two years may differ. */
const calendarSlackMs = 2 * 24 * 3_600_000;

function wrongRelease(before: readonly CaseEvent[], release: Of<'HoldReleased'>): readonly string[] {
  const { footage, ground, order } = release.data;
  const by = release.meta.by.actor;
  const roles: readonly Role[] = release.meta.by.roles;
  const wrong: string[] = [];
  const placed = all(before, 'FootageHoldPlaced').filter((event) => event.data.footage === footage);
  const registered = all(before, 'FootageRegistered').find((event) => event.data.footage === footage);
  const request = all(before, 'HoldReleaseRequested').filter((event) => event.data.footage === footage).at(-1);
  if (request === undefined || request.data.ground !== ground) wrong.push('nobody asked for it on this ground');
  if (request?.meta.by.actor === by) wrong.push('its requester decided');
  if (!roles.includes('SUPERVISOR') && !roles.includes('LEGAL')) wrong.push('decided without the role');
  const lastRelease = all(before, 'HoldReleased').filter((event) => event.data.footage === footage).at(-1);
  if (placed.some((event) => event.meta.revision > (lastRelease?.meta.revision ?? -1) && event.meta.by.actor === by)) wrong.push('its placer decided');
  if (all(before, 'ReportFiled').some((event) => event.meta.by.actor === by)) wrong.push('a filer decided');
  if (registered?.data.wearer === by) wrong.push('the wearer decided');
  const ended = new Set(all(before, 'CourtOrderEnded').map((event) => event.data.order));
  const standing = all(before, 'CourtOrderRecorded').filter((event) => !ended.has(event.data.order));
  // The random commands name no subjects: each order concerns the whole case.
  if (standing.some((event) => event.data.kind === 'PRESERVE')) wrong.push('an order to preserve stands');
  switch (ground) {
    case 'COURT_ORDERED':
      if (!standing.some((event) => event.data.kind === 'RELEASE' && event.data.order === order)) wrong.push('no order to release stands');
      break;
    case 'PLACED_IN_ERROR':
      if (!roles.includes('LEGAL')) wrong.push('an error was decided without LEGAL');
      break;
    case 'RETENTION_ENDED': {
      const closings = before.filter((event) => event.type === 'CaseClosed' || event.type === 'CaseReopened');
      if (closings.at(-1)?.type !== 'CaseClosed') wrong.push('the case is not closed');
      const flagged = placed.at(-1);
      if (flagged !== undefined && Date.parse(release.meta.recordedAt) < years(flagged.meta.recordedAt, 2) - calendarSlackMs) wrong.push('under two years');
      break;
    }
  }
  return wrong.map((what) => `release at ${release.meta.revision}: ${what}`);
}

/** No hold released but as `decideHoldRelease` allows. */
export function wrongReleases(events: readonly CaseEvent[]): readonly string[] {
  return all(events, 'HoldReleased').flatMap((release) => wrongRelease(events.slice(0, release.meta.revision), release));
}

/** The first hash of each item; a second one is told as wrong. */
export function firstHashes(events: readonly CaseEvent[]): { readonly hashes: ReadonlyMap<string, string>; readonly wrong: readonly string[] } {
  const hashes = new Map<string, string>();
  const wrong: string[] = [];
  for (const { data, meta } of all(events, 'FootageVerified')) {
    const first = hashes.get(data.footage);
    if (first === undefined) hashes.set(data.footage, data.fingerprint.sha256);
    if ((first === undefined) !== data.first) wrong.push(`verification at ${meta.revision}: first is ${String(data.first)}`);
    if (first !== undefined && first !== data.fingerprint.sha256) wrong.push(`verification at ${meta.revision}: another hash was accepted`);
  }
  return { hashes, wrong };
}
