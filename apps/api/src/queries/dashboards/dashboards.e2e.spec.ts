import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApp, startApp } from '../../../../../test/support/app.js';

const fileReport = /* GraphQL */ `
  mutation ($input: FileReportInput!) { fileReport(input: $input) { ... on Recorded { position caseId } } }
`;
const report = (district: string) => ({
  origin: 'OFFICER',
  incident: {},
  place: { district },
  occurredAt: { precision: 'UNKNOWN', source: 'officer', zone: 'America/Chicago' },
  narrative: 'An invented account.',
  injuries: 'UNKNOWN',
});

const everyDashboard = /* GraphQL */ `
  query ($day: String!) {
    dashboards {
      projectedThrough
      pipeline(districts: ["7"]) { stage district all count }
      federalSupervisors(fromMonth: "2020-01") { outcome status district all count }
      violations { citation agency all count }
      timeInStage { stage quantiles { count medianMs p90Ms } }
      referralOutcomes { measure value addressee count }
      series(activity: CASE_OPENED, granularity: DAY, from: $day, to: $day) { from count }
      footageAtRisk { asOf cells { band district all count } }
      clocksDue(byDistrict: true) { asOf cells { clock district overdue dueInOneDay dueInSevenDays later } }
      holdCompliance { cells { custodian inTime late waiting overdue response { count } } }
      workload { cells { investigator open stages { stage count } overdue dueInSevenDays } }
    }
  }
`;
const drillDown = /* GraphQL */ `
  query ($cell: DrillDownInput!, $atLeast: Position) { drillDown(cell: $cell, atLeast: $atLeast) { edges { node { caseId stage } } } }
`;

describe('dashboards over GraphQL', () => {
  let service: RunningApp;
  let officer: string;
  const filed: string[] = [];
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Chicago' }).format(new Date());

  beforeAll(async () => {
    service = await startApp();
    officer = await service.token('officer-1', 'OFFICER');
    let last = '';
    for (const district of ['7', '7', '8']) {
      const { data, errors } = await service.graphql<{ fileReport: { position: string; caseId: string } }>(officer, fileReport, { input: report(district) });
      if (data === null) throw new Error(JSON.stringify(errors));
      filed.push(data.fileReport.caseId);
      last = data.fileReport.position;
    }
    const legal = await service.token('legal-1', 'LEGAL');
    await service.graphql(legal, drillDown, { cell: { of: 'PIPELINE' }, atLeast: last });
    await service.graphql(legal, drillDown, { cell: { of: 'CLOCKS' }, atLeast: last });
  });
  afterAll(() => service.close());

  it('answers every dashboard in one query', async () => {
    const { data, errors } = await service.graphql<{ dashboards: Record<string, unknown> }>(await service.token('legal-1', 'LEGAL'), everyDashboard, { day: today });
    expect(errors).toEqual([]);
    expect(data?.dashboards).toMatchObject({
      pipeline: [
        { stage: 'REPORTED', district: '7', all: false, count: 2 },
        { stage: 'REPORTED', district: null, all: true, count: 2 },
      ],
      federalSupervisors: expect.arrayContaining([{ outcome: 'NOT_IDENTIFIED', status: 'NONE', district: null, all: true, count: 3 }]),
      series: [{ from: today, count: 3 }],
      workload: { cells: [{ investigator: null, open: 3, stages: [{ stage: 'REPORTED', count: 3 }] }] },
      clocksDue: { cells: expect.arrayContaining([expect.objectContaining({ clock: 'TRIAGE', district: '8', overdue: 0 })]) },
    });
  });

  it('leads to the cases behind a number, and to those alone that the asker may see', async () => {
    const cell = { of: 'PIPELINE', stages: ['REPORTED'], districts: ['7'] };
    const asked = async (as: string): Promise<string[]> => {
      const { data } = await service.graphql<{ drillDown: { edges: { node: { caseId: string } }[] } }>(as, drillDown, { cell });
      return (data?.drillDown.edges ?? []).map(({ node }) => node.caseId).sort();
    };
    expect(await asked(officer)).toEqual(filed.slice(0, 2).sort());
    expect(await asked(await service.token('officer-9', 'OFFICER'))).toEqual([]);
    expect(await asked(await service.token('mayor-1', 'EXECUTIVE'))).toEqual([]);
  });

  it('shows the mayor’s office no small number and nobody’s work', async () => {
    const mayor = await service.token('mayor-1', 'EXECUTIVE');
    const { data } = await service.graphql<{ dashboards: unknown }>(mayor, '{ dashboards { pipeline { stage count } } }');
    expect(data?.dashboards).toEqual({ pipeline: expect.arrayContaining([{ stage: 'REPORTED', count: null }]) });
    const { errors } = await service.graphql(mayor, '{ dashboards { workload { cells { investigator open } } } }');
    expect(errors[0]?.extensions).toMatchObject({ code: 'NOT_FOUND' });
  });

  it('holds what cases did against the stage diagram, as data and as a picture', async () => {
    const intake = await service.token('intake-1', 'INTAKE');
    const triage = 'mutation ($input: TriageCaseInput!) { triageCase(input: $input) { ... on Recorded { position } } }';
    const { data: triaged } = await service.graphql<{ triageCase: { position: string } }>(intake, triage, { input: { caseId: filed[0], outcome: 'INVESTIGATE' } });
    const legal = await service.token('legal-1', 'LEGAL');
    const moved = { of: 'CONFORMANCE', stages: ['REPORTED'], toStages: ['UNDER_INVESTIGATION'], movedBy: ['CaseTriaged'] };
    const behind = await service.graphql<{ drillDown: { edges: { node: { caseId: string } }[] } }>(legal, drillDown, { cell: moved, atLeast: triaged?.triageCase.position });
    expect(behind.data?.drillDown.edges.map(({ node }) => node.caseId)).toEqual([filed[0]]);
    const { data } = await service.graphql<{ dashboards: { conformance: { moves: object[]; picture: string } } }>(
      legal,
      '{ dashboards { conformance { made outside moves { from to by allowed count quantiles { count } } stays { stage count } paths { stages count } picture } } }',
    );
    expect(data?.dashboards.conformance).toMatchObject({ made: 1, outside: 0, paths: [], stays: expect.arrayContaining([{ stage: 'REPORTED', count: 1 }]) });
    const moves = data?.dashboards.conformance.moves ?? [];
    expect(moves[0]).toEqual({ from: 'REPORTED', to: 'UNDER_INVESTIGATION', by: 'CaseTriaged', allowed: true, count: 1, quantiles: { count: 1 } });
    expect(moves.slice(1).every((move) => 'count' in move && move.count === 0)).toBe(true);
    expect(data?.dashboards.conformance.picture).toMatch(/^<svg [^]*1 moves[^]*<\/svg>\n$/);
  });

  it('says which part of a question has no answer', async () => {
    const { errors } = await service.graphql(officer, '{ dashboards { pipeline(fromMonth: "March") { count } } }');
    expect(errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT', fields: [{ path: 'fromMonth' }] });
  });
});
