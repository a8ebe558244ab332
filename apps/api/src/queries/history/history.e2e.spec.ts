import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { graphqlScenarioPort, play, type Play, type Player, scenario } from '#libs/scenario';
import { type GraphqlAnswer, type RunningApp, startApp } from '../../../../../test/support/app.js';

const look = /* GraphQL */ `
  fragment Look on Case {
    caseId number stage revision materialRevision investigator lastEventAt federalSupervisorStatus injuries
    reports { id } agents { id designation } persons { id } footage { id hold { status } firstHash { event } }
    violations { id citation withdrawn } referrals { id status } outsideContacts { id } review { submission { by binds { leaf } } }
    auditTrail(first: 200) { edges { node { eventId } } }
  }
`;

interface Look {
  readonly caseId: string;
  readonly stage: string;
  readonly revision: number;
  readonly lastEventAt: string;
  readonly footage: readonly { readonly id: string }[];
  readonly auditTrail: { readonly edges: readonly unknown[] };
}

let service: RunningApp;
let supervisor: string;
let played: Play;
/** The case as it was shown after each step, by revision, and the position of that step. */
const shown = new Map<number, { readonly look: Look; readonly position: string }>();

async function asked<Data>(query: string, variables: object = {}, as = supervisor): Promise<Data> {
  const { data, errors } = await service.graphql<Data>(as, query, variables);
  if (data === null || errors.length > 0) throw new Error(JSON.stringify(errors));
  return data;
}

beforeAll(async () => {
  service = await startApp();
  supervisor = await service.token('demo-supervisor', 'SUPERVISOR');
  const tokens = new Map<string, string>();
  const port = graphqlScenarioPort(async (as: Player, query, variables) => {
    const token = tokens.get(as.user) ?? (await service.token(as.user, as.role));
    tokens.set(as.user, token);
    return asked(query, variables, token);
  });
  let caseId = '';
  played = await play(
    scenario,
    {
      look: port.look,
      act: async (as, action, input) => {
        const answer = await port.act(as, action, input);
        if (answer.kind === 'RECORDED' && answer.position !== null) {
          caseId = answer.caseId;
          // The list of steps is read from the read model: as far as this step.
          const { case: now } = await asked<{ case: Look }>(
            `${look.replace('auditTrail(first: 200)', 'auditTrail(first: 200, atLeast: $p)')} query ($id: UUID!, $p: Position!) { case(caseId: $id) { ...Look } }`,
            { id: caseId, p: answer.position },
          );
          shown.set(now.revision, { look: now, position: answer.position });
        }
        return answer;
      },
    },
    new Date(),
  );
}, 60_000);
afterAll(() => service.close());

const at = <Data = { case: Look }>(asOf: object, as = supervisor): Promise<GraphqlAnswer<Data>> =>
  service.graphql<Data>(as, `${look} query ($id: UUID!, $asOf: AsOfInput) { case(caseId: $id, asOf: $asOf) { ...Look } }`, { id: played.caseId, asOf });

describe('a case at another time', () => {
  it('is, in every part, as it was shown then: by revision and by position', async () => {
    expect(shown.size).toBeGreaterThan(15);
    for (const [revision, { look: then, position }] of shown) {
      expect((await at({ revision })).data?.case).toEqual(then);
      expect((await at({ position })).data?.case).toEqual(then);
    }
  });

  it('keeps apart what was recorded by then and what had happened by then', async () => {
    const opened = [...shown.values()].map(({ look: then }) => then).sort((one, other) => one.revision - other.revision)[0];
    const time = opened?.lastEventAt ?? '';
    // The officer had asked for the federal supervisor before they reported; that was recorded a few steps later.
    expect((await at({ recordedBy: time })).data?.case).toMatchObject({ federalSupervisorStatus: 'NONE', stage: 'REPORTED', revision: opened?.revision });
    const happened = (await at({ happenedBy: time })).data?.case;
    expect(happened).toMatchObject({ federalSupervisorStatus: 'DECLINED', stage: 'REPORTED' });
    expect(happened?.auditTrail.edges.length).toBeLessThan(played.things.revision);
    const revision = (opened?.revision ?? 0) + 1;
    expect((await at({ happenedBy: time, revision })).data?.case).toMatchObject({ federalSupervisorStatus: 'NONE' });
    for (const asOf of [{ recordedBy: '2020-01-01T00:00:00Z' }, { happenedBy: '2020-01-01T00:00:00Z' }]) {
      expect((await at(asOf)).errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
    }
  });

  it('refuses a time that says nothing, or several at once, or a place of another log', async () => {
    for (const asOf of [{}, { revision: 1, recordedBy: new Date().toISOString() }, { position: 'another-log:3' }, { revision: -1 }]) {
      expect((await at(asOf)).errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
    }
  });

  it('is for nobody who may not see the case now, whatever they could see then', async () => {
    const stranger = await service.tokenOf('another-unit', 'officer-9', 'OFFICER');
    const executive = await service.token('mayor-1', 'EXECUTIVE');
    for (const as of [stranger, executive]) {
      expect((await at({ revision: 3 }, as)).data).toEqual({ case: null });
      for (const query of ['caseHistory(caseId: $id) { edges { cursor } }', 'caseDiff(caseId: $id, from: { revision: 0 }) { changes { kind } }', 'auditTrail(caseId: $id, asOf: { revision: 3 }) { edges { cursor } }']) {
        const { errors } = await service.graphql(as, `query ($id: UUID!) { ${query} }`, { id: played.caseId });
        expect(errors[0]?.extensions['code']).toBe('NOT_FOUND');
      }
    }
  });

  it('holds for a recording named by its global id, and for the list of recordings and of steps', async () => {
    const [first] = [...shown].filter(([, { look: then }]) => then.footage.length > 0).sort(([a], [b]) => a - b);
    const now = await asked<{ footage: { edges: { node: { id: string; hold: string } }[] } }>('query ($id: UUID!) { footage(caseId: $id) { edges { node { id hold } } } }', { id: played.caseId });
    const confirmed = now.footage.edges.find(({ node }) => node.hold === 'CONFIRMED');
    const revision = first?.[0] ?? 0;
    const then = await asked<{ node: { hold: string } | null; footage: { edges: unknown[] }; auditTrail: { edges: { node: { revision: number } }[] } }>(
      `query ($node: ID!, $id: UUID!, $asOf: AsOfInput) {
        node(id: $node, asOf: $asOf) { ... on Footage { hold } }
        footage(caseId: $id, asOf: $asOf, holds: [PLACED]) { edges { node { id } } }
        auditTrail(caseId: $id, asOf: $asOf, first: 200) { edges { node { revision } } }
      }`,
      { node: confirmed?.node.id, id: played.caseId, asOf: { revision } },
    );
    expect(then.node).toEqual({ hold: 'PLACED' });
    expect(then.footage.edges.length).toBeGreaterThan(0);
    expect(then.auditTrail.edges.map(({ node }) => node.revision)).toEqual(Array.from({ length: revision + 1 }, (_, i) => i));
    const early = await service.graphql(supervisor, 'query ($node: ID!, $asOf: AsOfInput) { node(id: $node, asOf: $asOf) { id } }', { node: confirmed?.node.id, asOf: { revision: 0 } });
    expect(early.data).toEqual({ node: null });
    const across = await service.graphql(supervisor, '{ footage(asOf: { revision: 1 }) { edges { cursor } } }');
    expect(across.errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
  });

  it('shows its clocks as they ran then', async () => {
    const query = 'query ($id: UUID!, $asOf: AsOfInput) { case(caseId: $id, asOf: $asOf) { clocks(first: 200) { edges { node { clock stoppedAt } } } } }';
    type Clocks = { case: { clocks: { edges: { node: { clock: string; stoppedAt: string | null } }[] } } };
    const of = async (asOf: object | null) => (await asked<Clocks>(query, { id: played.caseId, asOf })).case.clocks.edges.map(({ node }) => node);
    expect((await of({ revision: 0 })).find(({ clock }) => clock === 'TRIAGE')).toMatchObject({ stoppedAt: null });
    expect((await of({ revision: played.things.revision })).find(({ clock }) => clock === 'TRIAGE')?.stoppedAt).not.toBeNull();
    expect(await of({ revision: played.things.revision })).toEqual(await of(null));
  });
});

describe('the history of a case', () => {
  const steps = `query ($id: UUID!, $first: Int, $after: String) { caseHistory(caseId: $id, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { revision actor happenedAt event { type title recordedAt roles } before { stage revision } after { stage revision } changes { kind thing thingId fields { field from to protected } } } } } }`;
  interface Steps {
    readonly caseHistory: {
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
      readonly edges: readonly { readonly node: { revision: number; actor: string; event: { type: string }; before: Look | null; after: Look; changes: { kind: string; thing: string; fields: { field: string; from: unknown; to: unknown; protected: boolean }[] }[] } }[];
    };
  }

  it('has every step once, page by page, each beginning as the one before ended', async () => {
    const all: Steps['caseHistory']['edges'][number]['node'][] = [];
    for (let after: string | null = null; ; ) {
      const { caseHistory: page }: Steps = await asked<Steps>(steps, { id: played.caseId, first: 7, after });
      all.push(...page.edges.map(({ node }) => node));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    expect(all.map(({ revision }) => revision)).toEqual(Array.from({ length: played.things.revision + 1 }, (_, i) => i));
    all.forEach((step, i) => expect(step.before).toEqual(all[i - 1]?.after ?? null));
    const approval = all.find(({ event }) => event.type === 'ReviewApproved');
    expect(approval?.changes).toContainEqual(expect.objectContaining({ kind: 'CHANGED', thing: 'STAGE', fields: expect.arrayContaining([expect.objectContaining({ field: 'name', from: 'SUPERVISOR_REVIEW', to: 'LEGAL_REVIEW' })]) }));
    const filed = all[0]?.changes.find(({ thing }) => thing === 'REPORT');
    expect(filed?.fields.find(({ field }) => field === 'narrative')).toEqual({ field: 'narrative', from: null, to: null, protected: true });
  });

  it('tells what lies between two times, and the steps that lie there', async () => {
    const query = 'query ($id: UUID!, $from: AsOfInput!, $to: AsOfInput) { caseDiff(caseId: $id, from: $from, to: $to) { from { revision } to { revision } changes { kind thing } steps { revision } } }';
    type Diff = { caseDiff: { from: unknown; to: unknown; changes: { thing: string }[]; steps: { revision: number }[] } };
    const { caseDiff } = await asked<Diff>(query, { id: played.caseId, from: { revision: 4 }, to: { revision: 9 } });
    expect(caseDiff).toMatchObject({ from: { revision: 4 }, to: { revision: 9 } });
    expect(caseDiff.steps.map(({ revision }) => revision)).toEqual([5, 6, 7, 8, 9]);
    const whole = await asked<Diff>(query, { id: played.caseId, from: { recordedBy: '2020-01-01T00:00:00Z' } });
    expect(whole.caseDiff).toMatchObject({ from: null, to: { revision: played.things.revision } });
    expect(new Set(whole.caseDiff.changes.map(({ thing }) => thing)).size).toBeGreaterThan(8);
    expect((await asked<Diff>(query, { id: played.caseId, from: { revision: 7 }, to: { revision: 7 } })).caseDiff.changes).toEqual([]);
  });

  it('shows what an approver saw, what they bound, and what they could not know yet', async () => {
    const trail = await asked<{ auditTrail: { edges: { node: { eventId: string; type: string; revision: number } }[] } }>('query ($id: UUID!) { auditTrail(caseId: $id, first: 200) { edges { node { eventId type revision } } } }', { id: played.caseId });
    const approval = trail.auditTrail.edges.map(({ node }) => node).find(({ type }) => type === 'ReviewApproved');
    const query = `${look} query ($e: UUID!) { whatTheyKnew(approval: $e) { approval { eventId } binds { materialRevision } seen { ...Look } bound { revision } notYetRecorded { type } since { thing } } }`;
    type Knew = { whatTheyKnew: { binds: { materialRevision: number }; seen: Look; bound: { revision: number }; since: { thing: string }[] } };
    const { whatTheyKnew } = await asked<Knew>(query, { e: approval?.eventId });
    const revision = approval?.revision ?? -1;
    expect(whatTheyKnew.seen).toEqual((await at({ revision: revision - 1 })).data?.case);
    expect(whatTheyKnew.seen.stage).toBe('SUPERVISOR_REVIEW');
    expect(whatTheyKnew.bound.revision).toBe(whatTheyKnew.binds.materialRevision);
    expect(whatTheyKnew.since.map(({ thing }) => thing)).toContain('STAGE');
    const other = trail.auditTrail.edges[0]?.node.eventId;
    expect((await service.graphql(supervisor, query, { e: other })).errors[0]?.extensions).toMatchObject({ code: 'BAD_INPUT' });
  });
});
