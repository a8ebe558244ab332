import type { Actor, CaseCommands, FootageId, Limb, UserId } from '#libs/domain';
import { addressees, agencies, another, citations, inCity, inUnit } from './city.js';
import type { Teller } from './teller.js';

const zone = 'America/Chicago';

/** Who of the city was there. */
export interface Scene {
  /** Null: nobody; a civilian tells of it. */
  readonly officer: Actor | null;
  /** A second officer, whose account may follow. */
  readonly partner: Actor | null;
  readonly camera: string | null;
}

/** An officer's own report, or a civilian's through intake; now and then a second account. */
export async function report(teller: Teller): Promise<Scene> {
  const { chance, district } = teller;
  const civilian = chance.is(0.35);
  const intake = inUnit(chance, 'INTAKE', district);
  const officer = inUnit(chance, 'OFFICER', district);
  const partner = chance.is(0.2) ? another(chance, [officer], (one) => inUnit(one, 'OFFICER', district)) : null;
  const scene: Scene = civilian && chance.is(0.4) ? { officer: null, partner: null, camera: null } : { officer, partner, camera: chance.is(0.85) ? cameraOf(officer) : null };
  const author = civilian ? intake : officer;
  await teller.does(author, 'fileReport', account(teller, 'NEW', civilian ? 'CIVILIAN' : 'OFFICER', scene));
  if (civilian) await recordComplainant(teller, intake);
  if (scene.partner !== null && chance.is(0.7)) {
    teller.wait(6);
    await teller.does(scene.partner, 'fileReport', account(teller, 'EXISTING', 'OFFICER', { officer: scene.partner, partner: null, camera: null }));
  }
  const first = teller.state.facts.at(0);
  if (chance.is(0.06) && first !== undefined) {
    teller.wait(10);
    await teller.does(author, 'correctFact', { event: first.meta.id, field: 'injuries', to: 'NO', protectedTo: null, reason: 'Invented: misread.' });
  }
  return scene;
}

function account({ chance, district, ago }: Teller, target: 'NEW' | 'EXISTING', origin: 'OFFICER' | 'CIVILIAN', { officer, partner, camera }: Scene): CaseCommands['fileReport'] {
  const own = origin === 'OFFICER';
  // Whoever files for themselves is not named beside it.
  const present = [...(own || officer === null ? [] : [{ officer: officer.actor, camera }]), ...(partner === null ? [] : [{ officer: partner.actor, camera: null }])];
  return {
    target,
    origin,
    source: null,
    incident: { dispatch: chance.is(0.7) ? `D-SIM-${chance.below(9_000_000)}` : null, records: null, other: [] },
    occurredAt: { earliest: { instant: ago(own ? 90 : 900) }, latest: { instant: ago(own ? 60 : 840) }, precision: 'MINUTE', source: own ? 'officer' : 'caller', zone },
    reportedAt: null,
    place: { beat: district.beat(chance), district: district.name, description: 'STREET' },
    address: null,
    category: { code: null, text: chance.one(['Reported use of force', 'Alleged detention without a shown warrant', 'Alleged entry into a home', 'Reported threat']) },
    narrative: 'Invented account, made by a simulation: masked agents stopped a vehicle; a bystander was reportedly pushed.',
    onSceneAt: own ? ago(70) : null,
    unit: district.unit,
    camera: own ? camera : null,
    officersPresent: present,
    injuries: chance.one(['YES', 'NO', 'NO', 'UNKNOWN']),
    footageViewed: false,
  };
}

async function recordComplainant(teller: Teller, intake: Actor): Promise<void> {
  const { chance } = teller;
  teller.wait(1);
  const identity = chance.one(['NAMED', 'NAMED', 'CONFIDENTIAL', 'ANONYMOUS'] as const);
  const named = identity === 'ANONYMOUS' ? null : 'An invented name';
  await teller.does(intake, 'recordPerson', { roles: ['COMPLAINANT'], identity, minor: 'NO', contactDeclined: chance.is(0.2), name: named, contact: named === null ? null : 'nowhere@example.org' });
}

const cameraOf = ({ actor }: Actor): string => `BWC-${actor.slice('sim-officer-'.length)}`;

/** Recordings: registered, flagged, confirmed by a custodian in time or late, hashed; or reported unavailable. */
export async function secure(teller: Teller, { officer, partner, camera }: Scene): Promise<void> {
  const { chance } = teller;
  const custodian = inCity(chance, 'CUSTODIAN');
  if (officer !== null) {
    teller.wait(3);
    if (camera === null) await unavailable(teller, officer, { officer: officer.actor, camera: null }, 'NO_CAMERA');
    else if (chance.is(0.06)) await unavailable(teller, officer, { officer: officer.actor, camera }, 'NOT_ACTIVATED');
    else await register(teller, officer, custodian, 'BODY_WORN', camera);
    if (partner !== null) await unavailable(teller, partner, { officer: partner.actor, camera: null }, 'NO_CAMERA');
    for (const kind of ['FIXED_CAMERA', 'PHONE'] as const) if (chance.is(0.15)) await register(teller, officer, custodian, kind, null);
  }
  for (const footage of [...teller.state.footage.keys()]) await confirm(teller, custodian, footage);
  for (const preservation of [...teller.state.preservations.keys()]) {
    if (!chance.is(0.45)) continue;
    teller.wait(12);
    await teller.does(custodian, 'confirmFootageHold', { footage: null, preservation, holdReference: 'H-SIM', deletionAt: null, checkedHow: 'Invented: screen of the source' });
  }
}

async function unavailable(teller: Teller, by: Actor, of: { readonly officer: UserId; readonly camera: string | null }, reason: 'NO_CAMERA' | 'NOT_ACTIVATED'): Promise<void> {
  await teller.does(by, 'reportFootageUnavailable', { footage: null, ...of, reason, explanation: 'Invented: there is no recording.' });
}

async function register(teller: Teller, officer: Actor, custodian: Actor, kind: 'BODY_WORN' | 'FIXED_CAMERA' | 'PHONE', camera: string | null): Promise<void> {
  const { chance } = teller;
  teller.wait(2);
  await teller.does(officer, 'registerFootage', {
    kind,
    sourceSystem: 'evidence-store (invented)',
    sourceReference: `SIM-${teller.now.toString(36)}-${chance.below(1_000_000)}`,
    wearer: kind === 'BODY_WORN' ? officer.actor : null,
    camera,
    startedAt: teller.ago(400),
    endedAt: teller.ago(370),
    durationMs: 1_800_000,
    clockOffsetMs: 0,
    custodian: custodian.actor,
    description: null,
    flagGround: 'Federal agents on scene (invented)',
  });
}

async function confirm(teller: Teller, custodian: Actor, footage: FootageId): Promise<void> {
  const { chance } = teller;
  if (!chance.is(0.93)) return;
  teller.wait(14);
  await teller.does(custodian, 'confirmFootageHold', { footage, preservation: null, holdReference: 'H-SIM', deletionAt: null, checkedHow: 'Invented: screen of the source' });
  if (!chance.is(0.85)) return;
  teller.wait(20);
  await teller.does(custodian, 'verifyFootage', { footage, fingerprint: { sha256: 'a'.repeat(64), sizeBytes: 1, fileName: null, format: null, exportId: null, tool: null } });
}

/** Agents seen, and the federal supervisor: identified, declined, or nobody to be found. */
export async function identify(teller: Teller, { officer }: Scene): Promise<void> {
  const { chance, district } = teller;
  if (officer === null) {
    if (!chance.is(0.6)) return;
    const none = { outcome: 'NO_OFFICER_ON_SCENE', method: null, wordsUsed: null, agent: null, attemptedAt: null, timecode: null } as const;
    return void (await teller.does(inUnit(chance, 'INTAKE', district), 'attemptFederalSupervisorIdentification', none));
  }
  await recordAgents(teller, officer);
  await identifySupervisor(teller, officer);
}

async function recordAgents(teller: Teller, by: Actor): Promise<void> {
  const { chance } = teller;
  for (let agents = chance.is(0.25) ? 2 : 1; agents > 0; agents -= 1) {
    teller.wait(1);
    await teller.does(by, 'recordAgent', {
      agencyClaimed: chance.is(0.75) ? chance.one(agencies) : null,
      agencyConfirmed: null,
      badgeSeen: null,
      faceCovered: chance.is(0.7) ? 'YES' : 'NO',
      clothing: 'Invented: green vest',
      markings: null,
      role: null,
      timecode: null,
    });
  }
}

async function identifySupervisor(teller: Teller, officer: Actor): Promise<void> {
  const { chance, district } = teller;
  if (!chance.is(0.88)) return;
  teller.wait(2);
  const outcome = chance.one(['IDENTIFIED', 'DECLINED', 'DECLINED', 'NOT_PRESENT', 'UNABLE'] as const);
  await teller.does(officer, 'attemptFederalSupervisorIdentification', { outcome, method: 'Invented: asked who was in charge.', wordsUsed: 'Invented: no comment.', agent: null, attemptedAt: null, timecode: null });
  if (outcome !== 'IDENTIFIED') return;
  await teller.does(officer, 'identifyFederalSupervisor', { name: 'An invented name', agency: chance.one(agencies), badge: null, agent: null, method: 'Invented: asked.', confidence: 'MEDIUM', timecode: null });
  const [identified] = teller.state.federalSupervisor.identified;
  if (identified === undefined || !chance.is(0.5)) return;
  teller.wait(48);
  await teller.does(inUnit(chance, 'SUPERVISOR', district), 'confirmFederalSupervisor', { identification: identified.event, basis: 'Invented: a call back.' });
}

const limb = (finding: Limb['finding']): Limb => ({ finding, authority: 'Invented authority', factsFor: 'Invented.', factsAgainst: 'None is known (invented).' });

/** What the investigator makes of it: violations, evidence, immunity; and what a submission would find missing. */
export async function allege(teller: Teller, investigator: Actor): Promise<void> {
  const { chance } = teller;
  if (teller.state.agents.size === 0) await recordAgents(teller, investigator);
  const agents = [...teller.state.agents.keys()];
  for (let violations = 1 + (chance.is(0.25) ? 1 : 0); violations > 0; violations -= 1) {
    teller.wait(60);
    await teller.does(investigator, 'allegeViolation', {
      jurisdiction: 'STATE',
      citation: chance.one(citations),
      textVersion: 'Invented.',
      elements: ['first element', 'second element'],
      agents: [chance.one(agents)],
      offenseClass: chance.one(['MISDEMEANOR', 'MISDEMEANOR', 'FELONY']),
      description: null,
    });
  }
  const [evidence] = teller.state.footage.keys();
  for (const violation of [...teller.state.violations.values()]) {
    teller.wait(30);
    if (evidence !== undefined && chance.is(0.6)) await teller.does(investigator, 'linkEvidence', { violation: violation.id, element: 0, evidence: { kind: 'FOOTAGE', id: evidence }, bearing: chance.is(0.8) ? 'SUPPORTS' : 'CONTRADICTS', note: null });
    for (const agent of violation.agents) {
      await teller.does(investigator, 'assessImmunity', { violation: violation.id, agent, authorized: limb('UNDETERMINED'), necessaryAndProper: limb('NO'), reportedBelief: null, beliefReasonable: null, removalNote: null });
    }
  }
  await fillGaps(teller, investigator);
}

async function fillGaps(teller: Teller, investigator: Actor): Promise<void> {
  const { chance } = teller;
  const [first] = teller.state.reports.values();
  if (first?.injuries === 'UNKNOWN') await teller.does(investigator, 'recordMedicalAid', { person: null, agent: null, summonedAt: null, arrivedAt: null, by: 'Invented.', refusedByInjured: 'NO', note: null });
  if (teller.state.federalSupervisor.attempts.length === 0) {
    await teller.does(investigator, 'attemptFederalSupervisorIdentification', { outcome: 'UNABLE', method: 'Invented: asked afterwards.', wordsUsed: null, agent: null, attemptedAt: null, timecode: null });
  }
  if (!chance.is(0.2)) return;
  teller.wait(30);
  await teller.does(investigator, 'requestFederalRecords', { addressee: 'Counsel (invented)', text: 'Invented: records of the operation.', citation: '6 CFR 5.45', namesNobody: true });
  const [request] = teller.state.recordsRequests.keys();
  if (request === undefined || !chance.is(0.5)) return;
  teller.wait(400);
  await teller.does(investigator, 'recordFederalAnswer', { request, answer: chance.one(['PRODUCED', 'PARTLY', 'REFUSED', 'REFUSED']), answeredAt: null, note: null });
}

/** Every violation that stands, with its agents. */
export function referralOf({ chance, state }: Teller): CaseCommands['approveReferral'] {
  const standing = [...state.violations.values()].filter((violation) => !violation.withdrawn);
  return { addressee: chance.one(addressees), violations: standing.map(({ id }) => id), agents: [...new Set(standing.flatMap(({ agents }) => agents))], attestation: 'Invented: no contact from outside bears on it.' };
}
