import { describe, expect, it } from '@jest/globals';
import {
  type AgentId,
  type CaseCommands,
  type FootageId,
  type PersonId,
  type SceneDetailId,
  type SceneDetailKind,
  sceneDetailKinds,
  type UserId,
} from '#libs/domain';
import { given, type Given, newIdOf, people } from '../../../../test/support/case-kit.js';
import { happened, recorded } from '../../../../test/support/happened.js';
import { reportSamples } from '../../../../test/support/samples/report.samples.js';

type Detail = CaseCommands['recordSceneDetail'];

const footage: Given = {
  event: {
    type: 'FootageRegistered',
    data: {
      footage: 'footage-1' as FootageId,
      kind: 'BODY_WORN',
      sourceSystem: 'invented-video',
      sourceReference: 'V-1',
      wearer: null,
      camera: null,
      startedAt: null,
      endedAt: null,
      timeMarks: [],
      durationMs: 60_000,
      clockOffsetMs: null,
      custodian: null,
      description: null,
    },
  },
  by: people.officer,
};
const story = given(
  happened('ReportFiled', people.officer),
  footage,
  happened('AgentRecorded', people.officer),
  happened('PersonRecorded', people.officer),
);
const detail = newIdOf('command-1', 'scene-detail') as SceneDetailId;
const vehicle: Detail = { ...reportSamples.SceneDetailRecorded };
const empty: Detail = {
  kind: 'PLACE',
  description: null,
  agents: [],
  vehicle: null,
  warrant: null,
  wordsUsed: null,
  officer: null,
  camera: null,
  cameraHolder: null,
  place: null,
  timecode: null,
};
/** The least that each kind of detail has to say, and the code of the gap without it. */
const least = {
  VEHICLE: [{ vehicle: { plate: 'INV 123', description: null } }, 'VEHICLE'],
  FORCE: [{ description: 'Invented: a push.' }, 'DESCRIPTION'],
  WEAPON: [{ description: 'Invented: a baton.' }, 'DESCRIPTION'],
  DETENTION: [{ description: 'Invented: held at a wall.' }, 'DESCRIPTION'],
  WARRANT_SHOWN: [{ warrant: 'ADMINISTRATIVE' }, 'WARRANT'],
  AUTHORITY_STATED: [{ wordsUsed: 'Federal operation.' }, 'WORDS_USED'],
  OFFICER_PRESENT: [{ officer: { officer: 'officer-7' as UserId, camera: null } }, 'OFFICER'],
  CAMERA_PRESENT: [{ camera: 'camera over the shop door' }, 'CAMERA'],
  PLACE: [{ place: { beat: '0413', district: null, description: null } }, 'PLACE'],
} as const satisfies Record<SceneDetailKind, readonly [Partial<Detail>, string]>;

describe('recordSceneDetail', () => {
  it('records a detail with everything that was seen', () => {
    story.when(people.officer, 'recordSceneDetail', vehicle).then(recorded('SceneDetailRecorded', { detail }));
  });

  it.each(sceneDetailKinds)('takes %s with the least that it needs, and refuses it without', (kind) => {
    const [fields, gap] = least[kind];
    story
      .when(people.officer, 'recordSceneDetail', { ...empty, kind, ...fields })
      .then({ type: 'SceneDetailRecorded', data: { ...empty, kind, ...fields, detail } });
    story.when(people.officer, 'recordSceneDetail', { ...empty, kind }).thenRefused('DETAIL_INCOMPLETE', gap);
  });

  it('counts a text that says nothing as missing', () => {
    story
      .when(people.officer, 'recordSceneDetail', { ...empty, kind: 'FORCE', description: ' \t' })
      .thenRefused('DETAIL_INCOMPLETE', 'DESCRIPTION');
  });

  it('refuses agents and footage that are not on the case, and a timecode outside the recording', () => {
    story.when(people.officer, 'recordSceneDetail', { ...vehicle, agents: ['agent-9' as AgentId] }).thenRefused('AGENT_UNKNOWN');
    const at = { footage: 'footage-1' as FootageId, fromMs: 0, toMs: null };
    story
      .when(people.officer, 'recordSceneDetail', { ...vehicle, timecode: { ...at, footage: 'footage-9' as FootageId } })
      .thenRefused('FOOTAGE_UNKNOWN');
    for (const outside of [{ fromMs: 60_001 }, { fromMs: -1 }, { fromMs: 10, toMs: 9 }, { fromMs: 10, toMs: 60_001 }]) {
      story.when(people.officer, 'recordSceneDetail', { ...vehicle, timecode: { ...at, ...outside } }).thenRefused('TIMECODE_OUTSIDE');
    }
  });

  it('makes a witness of an officer who was present', () => {
    const officer = { officer: 'officer-7' as UserId, camera: 'camera-7' };
    const state = story.and(happened('SceneDetailRecorded', people.officer, { kind: 'OFFICER_PRESENT', officer })).state();
    expect(state.exists && state.hands.witnessed.has('officer-7' as UserId)).toBe(true);
    expect(state.exists && state.sceneDetails.get('scene-detail-1' as SceneDetailId)).toMatchObject({ kind: 'OFFICER_PRESENT', officer });
  });
});

describe('recordMedicalAid', () => {
  const aid: CaseCommands['recordMedicalAid'] = { ...reportSamples.MedicalAidRecorded };

  it('records aid each time that it was given', () => {
    story.when(people.officer, 'recordMedicalAid', aid).then(recorded('MedicalAidRecorded'));
    story
      .and(happened('MedicalAidRecorded', people.officer))
      .when(people.officer, 'recordMedicalAid', aid)
      .then(recorded('MedicalAidRecorded'));
  });

  it('keeps an arrival before the call, and marks it', () => {
    const backwards = { ...aid, arrivedAt: '2026-03-02T13:00:00.000Z' };
    story
      .when(people.officer, 'recordMedicalAid', backwards)
      .then(recorded('MedicalAidRecorded', { arrivedAt: backwards.arrivedAt, timeMarks: ['ARRIVED_BEFORE_SUMMONED'] }));
  });

  it('refuses a person or an agent who is not on the case, and aid in the future', () => {
    story.when(people.officer, 'recordMedicalAid', { ...aid, person: 'person-9' as PersonId }).thenRefused('PERSON_UNKNOWN');
    story.when(people.officer, 'recordMedicalAid', { ...aid, agent: 'agent-9' as AgentId }).thenRefused('AGENT_UNKNOWN');
    story.when(people.officer, 'recordMedicalAid', { ...aid, arrivedAt: '2027-01-01T00:00:00.000Z' }).thenRefused('TIME_IN_FUTURE');
  });
});
