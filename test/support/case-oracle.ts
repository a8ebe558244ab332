import type { CaseEvent, CaseEventType, UserId } from '#libs/domain';

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

/** Between submission and delivery a material event, or an approver's conflict, voids the review in the same append: at the same time, by the same hand. */
export function missingVoids(events: readonly CaseEvent[]): readonly string[] {
  return events.flatMap((event) => {
    const { submission, approvals } = roundBefore(events.slice(0, event.meta.revision));
    if (submission === null) return [];
    const isInLegalReview = event.type === 'ImmunityAssessed' && approvals.length === 1;
    const isConflict =
      (event.type === 'ConflictDeclared' || event.type === 'ConflictRecorded') &&
      approvals.some((given) => given.meta.by.actor === event.data.person);
    if (!isConflict && (!isMaterial(event) || isInLegalReview)) return [];
    const isVoided = all(events, 'ReviewVoided').some(
      (voided) => voided.meta.revision > event.meta.revision && voided.meta.recordedAt === event.meta.recordedAt,
    );
    return isVoided ? [] : [`${event.type} at ${event.meta.revision} left a review standing`];
  });
}

/** What an event makes of a person by whose hand it was recorded, or whom it names. */
function whyBarredBy(event: CaseEvent, person: UserId): string | null {
  const isByThem = event.meta.by.actor === person && !event.meta.by.roles.includes('SYSTEM');
  if (isByThem && isMaterial(event)) return `recorded ${event.type}`;
  return whyBarredIn(event, person);
}

function whyBarredIn(event: CaseEvent, person: UserId): string | null {
  const isOf = (named: UserId, why: string): string | null => (named === person ? why : null);
  if (event.type === 'InvestigatorAssigned') return isOf(event.data.investigator, 'was assigned');
  if (event.type === 'ConflictDeclared' || event.type === 'ConflictRecorded') return isOf(event.data.person, 'is recused');
  if (event.type === 'OutsideContactRecorded') return event.data.members.includes(person) ? 'was contacted' : null;
  if (event.type === 'ReportFiled') return event.data.officersPresent.some((present) => present.officer === person) ? 'was on scene' : null;
  if (event.type === 'StatementTaken' && event.data.giver.kind === 'CITY_MEMBER') return isOf(event.data.giver.user, 'gave a statement');
  return null;
}

/** Why a person may approve nothing, from what is recorded before. */
function whyBarred(before: readonly CaseEvent[], person: UserId): string | null {
  return before.map((event) => whyBarredBy(event, person)).find((why) => why !== null) ?? null;
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

/** Whoever decides on a hold has asked for nothing, placed nothing, filed nothing and worn nothing. */
function wrongReleaser(before: readonly CaseEvent[], release: Of<'HoldReleased'>): readonly string[] {
  const { footage, ground } = release.data;
  const { actor: by, roles } = release.meta.by;
  const ofItem = <E extends { readonly data: { readonly footage: unknown } }>(events: readonly E[]): readonly E[] =>
    events.filter((event) => event.data.footage === footage);
  const request = ofItem(all(before, 'HoldReleaseRequested')).at(-1);
  const lastRelease = ofItem(all(before, 'HoldReleased')).at(-1)?.meta.revision ?? -1;
  const isPlacer = ofItem(all(before, 'FootageHoldPlaced')).some((event) => event.meta.revision > lastRelease && event.meta.by.actor === by);
  const rules: readonly (readonly [boolean, string])[] = [
    [request === undefined || request.data.ground !== ground, 'nobody asked for it on this ground'],
    [request?.meta.by.actor === by, 'its requester decided'],
    [!roles.includes('SUPERVISOR') && !roles.includes('LEGAL'), 'decided without the role'],
    [isPlacer, 'its placer decided'],
    [all(before, 'ReportFiled').some((event) => event.meta.by.actor === by), 'a filer decided'],
    [ofItem(all(before, 'FootageRegistered')).some((event) => event.data.wearer === by), 'the wearer decided'],
  ];
  return rules.filter(([isWrong]) => isWrong).map(([, what]) => what);
}

function wrongGround(before: readonly CaseEvent[], release: Of<'HoldReleased'>): readonly string[] {
  const { footage, ground, order } = release.data;
  const ended = new Set(all(before, 'CourtOrderEnded').map((event) => event.data.order));
  // The random commands name no subjects: each order concerns the whole case.
  const standing = all(before, 'CourtOrderRecorded').filter((event) => !ended.has(event.data.order));
  const wrong = standing.some((event) => event.data.kind === 'PRESERVE') ? ['an order to preserve stands'] : [];
  switch (ground) {
    case 'COURT_ORDERED':
      return standing.some((event) => event.data.kind === 'RELEASE' && event.data.order === order) ? wrong : [...wrong, 'no order to release stands'];
    case 'PLACED_IN_ERROR':
      return release.meta.by.roles.includes('LEGAL') ? wrong : [...wrong, 'an error was decided without LEGAL'];
    case 'RETENTION_ENDED': {
      const last = before.filter((event) => event.type === 'CaseClosed' || event.type === 'CaseReopened').at(-1);
      const flagged = all(before, 'FootageHoldPlaced').filter((event) => event.data.footage === footage).at(-1);
      const isEarly = flagged !== undefined && Date.parse(release.meta.recordedAt) < years(flagged.meta.recordedAt, 2) - calendarSlackMs;
      return [...wrong, ...(last?.type === 'CaseClosed' ? [] : ['the case is not closed']), ...(isEarly ? ['under two years'] : [])];
    }
  }
}

function wrongRelease(before: readonly CaseEvent[], release: Of<'HoldReleased'>): readonly string[] {
  return [...wrongReleaser(before, release), ...wrongGround(before, release)].map((what) => `release at ${release.meta.revision}: ${what}`);
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

/** Sealed on a standing order alone, unsealed once it ended. */
export function wrongSealings(events: readonly CaseEvent[]): readonly string[] {
  const orderBefore = (revision: number, order: string): { readonly kind: string | null; readonly ended: boolean } => {
    const before = events.slice(0, revision);
    const recorded = all(before, 'CourtOrderRecorded').find((event) => event.data.order === order);
    return { kind: recorded?.data.kind ?? null, ended: all(before, 'CourtOrderEnded').some((event) => event.data.order === order) };
  };
  const sealed = all(events, 'CaseSealed').flatMap(({ data, meta }) => {
    const { kind, ended } = orderBefore(meta.revision, data.order);
    return kind === 'SEAL' && !ended ? [] : [`sealing at ${meta.revision} on no standing order to seal`];
  });
  const unsealed = all(events, 'CaseUnsealed').flatMap(({ data, meta }) =>
    orderBefore(meta.revision, data.order).ended ? [] : [`unsealing at ${meta.revision} while the order stands`],
  );
  return [...sealed, ...unsealed];
}

/** Whether a hold stands on any item: placed, and not released since. */
function isAnyHeld(before: readonly CaseEvent[]): boolean {
  const held = new Set<string>();
  for (const event of before) {
    if (event.type === 'FootageHoldPlaced') held.add(event.data.footage);
    if (event.type === 'HoldReleased') held.delete(event.data.footage);
  }
  return held.size > 0;
}

/** Nothing expunged but by a second person, on a standing order, while nothing is held, preserved by an order, or before a prosecutor. */
export function wrongExpungements(events: readonly CaseEvent[]): readonly string[] {
  return all(events, 'SubjectExpunged').flatMap(({ data, meta }) => {
    const before = events.slice(0, meta.revision);
    const request = all(before, 'ShreddingRequested').find((event) => event.data.shredding === data.shredding);
    const ended = new Set(all(before, 'CourtOrderEnded').map((event) => event.data.order));
    const standing = all(before, 'CourtOrderRecorded').filter((event) => !ended.has(event.data.order));
    const withdrawn = new Set(all(before, 'ReferralWithdrawn').map((event) => event.data.referral));
    const awaited = all(before, 'ReferralDelivered').filter(
      ({ data: { referral } }) => !withdrawn.has(referral) && !all(before, 'ProsecutorDecisionRecorded').some((event) => event.data.referral === referral),
    );
    const rules: readonly (readonly [boolean, string])[] = [
      [request === undefined, 'nobody asked for it'],
      [request?.meta.by.actor === meta.by.actor, 'its requester confirmed it'],
      [!standing.some((event) => event.data.order === data.order && event.data.kind === 'EXPUNGE'), 'no order to expunge stands'],
      [standing.some((event) => event.data.kind === 'PRESERVE'), 'an order to preserve stands'],
      [isAnyHeld(before), 'a hold stands'],
      [awaited.length > 0, 'a referral is open'],
    ];
    return rules.filter(([isWrong]) => isWrong).map(([, what]) => `expungement at ${meta.revision}: ${what}`);
  });
}
