import { afterAll, describe, expect, it } from '@jest/globals';
import type { Actor, CaseCommands, PreservationId, RefusalCode, ReportId, UserId } from '#libs/domain';
import { at, given, type Given, newIdOf, people, type WhenOptions } from '../../../../test/support/case-kit.js';
import { happened, recorded } from '../../../../test/support/happened.js';
import { reportSamples } from '../../../../test/support/samples/report.samples.js';
import { preservationLookbackMs, preservationMarginMs } from './filing.decider.js';

type FileReport = CaseCommands['fileReport'];

const sample = reportSamples.ReportFiled;
const report = newIdOf('command-1', 'report') as ReportId;
const preservation = newIdOf('command-1', 'preservation') as PreservationId;
const zone = 'America/Chicago';

const account: FileReport = {
  target: 'NEW',
  origin: 'OFFICER',
  source: null,
  incident: sample.incident,
  occurredAt: {
    earliest: { instant: '2026-03-02T13:40:00.000Z' },
    latest: { instant: '2026-03-02T13:55:00.000Z' },
    precision: 'MINUTE',
    source: 'dispatch',
    zone,
  },
  reportedAt: sample.reportedAt,
  place: sample.place,
  address: sample.address,
  category: sample.category,
  narrative: sample.narrative,
  onSceneAt: sample.onSceneAt,
  unit: sample.unit,
  camera: sample.camera,
  officersPresent: sample.officersPresent,
  injuries: sample.injuries,
  footageViewed: false,
};
/** A civilian's account names nobody on scene: nothing is there to preserve by policy. */
const civilian: FileReport = { ...account, origin: 'CIVILIAN', onSceneAt: null, unit: null, camera: null, officersPresent: [] };
const imported: FileReport = {
  ...account,
  target: 'IMPORT',
  origin: 'IMPORTED',
  source: { system: 'invented-export', reference: 'X-1', row: 7, columns: { DISTRICT: '4' } },
};
const twice = (offset: string | null): FileReport['occurredAt'] => ({
  earliest: { local: '2025-11-02T01:30', offset },
  latest: null,
  precision: 'EXACT',
  source: 'reporter',
  zone,
});

const refused = new Set<RefusalCode>();
function refuses(history: readonly Given[], actor: Actor, command: FileReport, code: RefusalCode, ...gaps: string[]): void {
  given(...history)
    .when(actor, 'fileReport', command)
    .thenRefused(code, ...gaps);
  refused.add(code);
}
/** The data of the report that a command records; fails the test where it is refused. */
function filedBy(actor: Actor, command: FileReport, options: WhenOptions = {}, history: readonly Given[] = []) {
  const { outcome } = given(...history).when(actor, 'fileReport', command, options);
  if ('kind' in outcome) throw new Error(outcome.message);
  const first = outcome[0];
  if (first?.type !== 'ReportFiled') throw new Error('no report was filed');
  return {
    data: first.data,
    types: outcome.map((event) => event.type),
    preservation: outcome.find((event) => event.type === 'PreservationRequested')?.data,
  };
}

describe('fileReport', () => {
  it('opens a case with a number, and asks at once that the recordings of everyone on scene be preserved', () => {
    given()
      .when(people.officer, 'fileReport', account)
      .thenOnceOnly(recorded('ReportFiled', { report }), {
        type: 'PreservationRequested',
        data: {
          preservation,
          officers: ['officer-1' as UserId, 'officer-2' as UserId],
          cameras: ['camera-1', 'camera-2'],
          vehicles: [],
          places: [],
          from: '2026-03-02T12:40:00.000Z',
          to: '2026-03-02T14:55:00.000Z',
          holder: null,
          deletionAt: null,
          ground: 'POLICY',
        },
      });
  });

  it("adds another person's account to a case without giving it another number", () => {
    const history = [happened('ReportFiled', people.officer)];
    const second = filedBy(people.otherOfficer, { ...account, target: 'EXISTING', officersPresent: [] }, {}, history);
    expect(second.data).toMatchObject({ report, caseNumber: null });
    expect(second.types).toEqual(['ReportFiled', 'PreservationRequested']);
  });

  it('never merges a new case into one that is there', () => {
    refuses([happened('ReportFiled', people.officer)], people.otherOfficer, account, 'CASE_EXISTS');
  });

  it('refuses to add to a case that is not there', () => {
    refuses([], people.officer, { ...account, target: 'EXISTING' }, 'CASE_UNKNOWN');
  });

  it('lets an import open a case, and add further rows to it', () => {
    expect(filedBy(people.intake, imported).data).toMatchObject({ caseNumber: '2026-000001', source: imported.source });
    expect(filedBy(people.intake, imported, {}, [happened('ReportFiled', people.officer)]).data.caseNumber).toBeNull();
  });

  it('asks for no preservation for an imported report, and none where nobody and no camera is named', () => {
    expect(filedBy(people.intake, imported).types).toEqual(['ReportFiled']);
    expect(filedBy(people.intake, civilian).types).toEqual(['ReportFiled']);
    expect(filedBy(people.intake, { ...civilian, camera: '  ' }).types).toEqual(['ReportFiled']);
  });

  it('asks for preservation where only a camera is named, by whoever reports it', () => {
    expect(filedBy(people.intake, { ...civilian, camera: 'camera-9' }).preservation).toMatchObject({ officers: [], cameras: ['camera-9'] });
  });

  it('takes the window from the arrival on scene, else from the report, where nobody knows when it happened', () => {
    const unknown = { ...account, occurredAt: { ...account.occurredAt, precision: 'UNKNOWN' as const } };
    const arrived = Date.parse('2026-03-02T13:50:00.000Z');
    expect(filedBy(people.officer, unknown).preservation).toMatchObject({
      from: new Date(arrived - preservationMarginMs).toISOString(),
      to: new Date(arrived + preservationMarginMs).toISOString(),
    });
    const reported = Date.parse(sample.reportedAt);
    expect(filedBy(people.officer, { ...unknown, onSceneAt: null }).preservation).toMatchObject({
      from: new Date(reported - preservationLookbackMs).toISOString(),
      to: new Date(reported + preservationMarginMs).toISOString(),
    });
  });

  it('takes now as the time of the report where none is given', () => {
    expect(filedBy(people.officer, { ...account, reportedAt: null }, { now: at(60) }).data.reportedAt).toBe(at(60));
  });

  it('keeps an order of times that can not be, and marks it', () => {
    const late = filedBy(people.officer, { ...account, reportedAt: '2026-03-02T13:00:00.000Z', onSceneAt: '2026-03-02T13:10:00.000Z' });
    expect(late.data.timeMarks).toEqual(['OCCURRED_AFTER_REPORTED', 'ON_SCENE_BEFORE_OCCURRED']);
    expect(late.data.reportedAt).toBe('2026-03-02T13:00:00.000Z');
  });

  it('refuses a local time that occurs twice and offers both offsets; the offset settles it', () => {
    given()
      .when(people.officer, 'fileReport', { ...civilian, occurredAt: twice(null) })
      .thenRefused('TIME_AMBIGUOUS', 'OFFSET', 'OFFSET');
    refused.add('TIME_AMBIGUOUS');
    expect(filedBy(people.officer, { ...civilian, occurredAt: twice('-06:00') }).data.occurredAt.earliest).toBe('2025-11-02T07:30:00.000Z');
  });

  it('reads an imported local time that occurs twice as a span over both, and marks it', () => {
    const { data } = filedBy(people.intake, { ...imported, occurredAt: twice(null) });
    expect(data.occurredAt).toMatchObject({
      earliest: '2025-11-02T06:30:00.000Z',
      latest: '2025-11-02T07:30:00.000Z',
      precision: 'APPROXIMATE',
    });
    expect(data.timeMarks).toEqual(['LOCAL_TIME_AMBIGUOUS']);
  });

  it('marks an imported local time that the clocks skipped; refuses one from a person', () => {
    const skipped = { ...twice(null), earliest: { local: '2026-03-08T02:30' } };
    expect(filedBy(people.intake, { ...imported, occurredAt: skipped }, { now: at(20_000) }).data.timeMarks).toEqual([
      'OCCURRED_AFTER_REPORTED',
      'ON_SCENE_BEFORE_OCCURRED',
      'LOCAL_TIME_SKIPPED',
    ]);
    refuses([], people.officer, { ...account, occurredAt: skipped }, 'TIME_IMPOSSIBLE');
  });

  it('refuses an incident, an arrival or a report in the future', () => {
    const future = '2027-01-01T00:00:00.000Z';
    refuses(
      [],
      people.officer,
      { ...account, occurredAt: { ...account.occurredAt, earliest: { instant: future }, latest: null } },
      'TIME_IN_FUTURE',
    );
    refuses([], people.officer, { ...account, onSceneAt: future }, 'TIME_IN_FUTURE');
    refuses([], people.officer, { ...account, reportedAt: future }, 'TIME_IN_FUTURE');
  });

  it('accepts a day that is not over yet', () => {
    const today = { earliest: { local: '2026-03-02' }, latest: null, precision: 'DAY' as const, source: 'reporter', zone };
    expect(filedBy(people.officer, { ...civilian, occurredAt: today, reportedAt: null }, { now: at(0) }).data.timeMarks).toEqual([]);
  });

  it('needs a narrative or a category, and either will do', () => {
    refuses([], people.officer, { ...account, narrative: '  ', category: { code: null, text: ' ' } }, 'NOTHING_REPORTED');
    expect(filedBy(people.officer, { ...account, narrative: ' ' }).data.narrative).toBeNull();
    expect(filedBy(people.officer, { ...account, category: null }).data.category).toBeNull();
  });

  it('refuses an imported report that does not say where it comes from', () => {
    refuses([], people.intake, { ...imported, source: null }, 'NO_SOURCE');
  });

  it('makes the author a filer, and everyone on scene a witness', () => {
    const state = given(happened('ReportFiled', people.officer)).state();
    if (!state.exists) throw new Error('no case');
    expect([...state.hands.filed]).toEqual(['officer-1']);
    expect([...state.hands.witnessed].sort()).toEqual(['officer-1', 'officer-2']);
    expect(state.number).toBe('2026-000001');
  });

  it('makes no witness of whoever types in what another saw', () => {
    const state = given(happened('ReportFiled', people.intake, { origin: 'IMPORTED', officersPresent: [] })).state();
    expect(state.exists && state.hands.witnessed.size).toBe(0);
  });
});

describe('supplementReport', () => {
  const filed = happened('ReportFiled', people.officer);
  const supplement: CaseCommands['supplementReport'] = { ...reportSamples.ReportSupplemented };

  it('adds to a report by the same author, and changes its answer on injuries', () => {
    given(filed).when(people.officer, 'supplementReport', supplement).then(recorded('ReportSupplemented'));
    const state = given(
      filed,
      happened('ReportSupplemented', people.officer),
      happened('ReportSupplemented', people.officer, { injuries: null }),
    ).state();
    expect(state.exists && state.reports.get(supplement.report)).toMatchObject({ injuries: 'YES', supplements: { length: 2 } });
  });

  it('is open after closing too', () => {
    const closed: Given = {
      event: { type: 'CaseClosed', data: { disposition: 'UNFOUNDED', reason: 'Invented.', duplicateOf: null } },
      by: people.supervisor,
    };
    given(filed, closed).when(people.officer, 'supplementReport', supplement).then(recorded('ReportSupplemented'));
  });

  it('refuses another author, an unknown report and a supplement that says nothing', () => {
    const story = given(filed);
    story.when(people.otherOfficer, 'supplementReport', supplement).thenRefused('NOT_THE_AUTHOR');
    story.when(people.officer, 'supplementReport', { ...supplement, report: 'report-9' as ReportId }).thenRefused('REPORT_UNKNOWN');
    story.when(people.officer, 'supplementReport', { ...supplement, narrative: '\n' }).thenRefused('NOTHING_REPORTED');
  });
});

afterAll(() => {
  // Every way in which a report can be refused was seen above.
  expect([...refused].sort()).toEqual(
    ['CASE_EXISTS', 'CASE_UNKNOWN', 'NOTHING_REPORTED', 'NO_SOURCE', 'TIME_AMBIGUOUS', 'TIME_IMPOSSIBLE', 'TIME_IN_FUTURE'].sort(),
  );
});
