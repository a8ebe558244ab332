import { withEntry, withMembers } from '../kernel/collections.js';
import type { DecideTable, EvolveTable, Gap } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { SceneDetailId } from '../kernel/ids.js';
import { isBlank, refuseFuture, refuseTimecode, refuseUnknownAgents, textOrNull } from './checks.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { ReportCommands } from './report.commands.js';
import type { reportEvents } from './report.events.js';
import type { Case } from './state.js';
import type { SceneDetailKind } from './values.js';

type SceneCommands = Pick<ReportCommands, 'recordSceneDetail' | 'recordMedicalAid'>;
type SceneDetail = SceneCommands['recordSceneDetail'];

interface Requirement {
  readonly code: string;
  readonly message: string;
  readonly met: (detail: SceneDetail) => boolean;
}

const described: Requirement = { code: 'DESCRIPTION', message: 'Say what was seen.', met: (detail) => !isBlank(detail.description) };

/** What each kind of detail can't do without. */
const required = {
  VEHICLE: {
    code: 'VEHICLE',
    message: 'Give the plate, or describe the vehicle.',
    met: ({ vehicle }) => !isBlank(vehicle?.plate) || !isBlank(vehicle?.description),
  },
  FORCE: described,
  WEAPON: described,
  DETENTION: described,
  WARRANT_SHOWN: {
    code: 'WARRANT',
    message: 'Say whether the warrant was judicial, administrative or unknown.',
    met: ({ warrant }) => warrant !== null,
  },
  AUTHORITY_STATED: { code: 'WORDS_USED', message: "Give the agent's own words.", met: ({ wordsUsed }) => !isBlank(wordsUsed) },
  OFFICER_PRESENT: { code: 'OFFICER', message: 'Name the officer.', met: ({ officer }) => officer !== null && !isBlank(officer.officer) },
  CAMERA_PRESENT: { code: 'CAMERA', message: 'Name the camera.', met: ({ camera }) => !isBlank(camera) },
  PLACE: {
    code: 'PLACE',
    message: 'Give the beat, the district or a description of the place.',
    met: ({ place }) => !isBlank(place?.beat) || !isBlank(place?.district) || !isBlank(place?.description),
  },
} as const satisfies Record<SceneDetailKind, Requirement>;

export const decideScene: DecideTable<CaseCatalogue, SceneCommands, Case, CaseContext, RefusalCode> = {
  recordSceneDetail: (detail, state, context) => {
    const requirement: Requirement = required[detail.kind];
    if (!requirement.met(detail)) {
      const gap: Gap = { code: requirement.code, message: requirement.message, about: detail.kind };
      return refuse('DETAIL_INCOMPLETE', requirement.message, [gap]);
    }
    const unknown = refuseUnknownAgents(state, detail.agents) ?? refuseTimecode(state, detail.timecode);
    if (unknown !== null) return unknown;
    const { kind, agents, vehicle, warrant, officer, place, timecode } = detail;
    return [
      {
        type: 'SceneDetailRecorded',
        data: {
          detail: context.newId<SceneDetailId>('scene-detail'),
          kind,
          description: textOrNull(detail.description),
          agents,
          vehicle,
          warrant,
          wordsUsed: textOrNull(detail.wordsUsed),
          officer,
          camera: textOrNull(detail.camera),
          cameraHolder: textOrNull(detail.cameraHolder),
          place,
          timecode,
        },
      },
    ];
  },
  recordMedicalAid: (aid, state, { now }) => {
    const { person, agent, summonedAt, arrivedAt, refusedByInjured } = aid;
    if (person !== null && !state.persons.has(person)) return refuse('PERSON_UNKNOWN', `No person '${person}' is recorded on this case.`);
    const refusal =
      refuseUnknownAgents(state, agent === null ? [] : [agent]) ??
      refuseFuture(now, { 'The call for aid': summonedAt, 'Arrival of aid': arrivedAt });
    if (refusal !== null) return refusal;
    const backwards = summonedAt !== null && arrivedAt !== null && arrivedAt < summonedAt;
    return [
      {
        type: 'MedicalAidRecorded',
        data: {
          person,
          agent,
          summonedAt,
          arrivedAt,
          by: textOrNull(aid.by),
          timeMarks: backwards ? ['ARRIVED_BEFORE_SUMMONED'] : [],
          refusedByInjured,
          note: textOrNull(aid.note),
        },
      },
    ];
  },
};

export const evolveScene: EvolveTable<Pick<typeof reportEvents, 'SceneDetailRecorded' | 'MedicalAidRecorded'>, Case, Actor> = {
  SceneDetailRecorded: (state, { detail, kind, officer, camera }, meta) => ({
    ...state,
    sceneDetails: withEntry(state.sceneDetails, detail, { id: detail, event: meta.id, kind, officer, camera }),
    hands: officer === null ? state.hands : { ...state.hands, witnessed: withMembers(state.hands.witnessed, officer.officer) },
  }),
  // No decision depends on it; the material revision is recorded for every material event.
  MedicalAidRecorded: (state) => state,
};
