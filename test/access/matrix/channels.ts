import type { DeliveryIds } from '#libs/clocks';
import { printPosition, type EventStore } from '#libs/event-store';
import type { LiveHub } from '#libs/live';
import { DATABASE, DELIVERY_IDS, EVENT_STORE } from '#libs/service';
import { globalId } from '../../../apps/api/src/graphql/global-id.js';
import { CaseChangedSubscription } from '../../../apps/api/src/live/case-changed.subscription.js';
import { LiveCases } from '../../../apps/api/src/live/live-cases.js';
import { LiveEvents } from '../../../apps/api/src/live/live-events.js';
import { note } from '../../../libs/clocks/src/notices.js';
import type { MatrixAsker, MatrixCase, World } from './world.js';

/** One answer of the service, with the cases that it was asked about; what it may hold of each is judged from its text. */
export interface Answer {
  readonly text: string;
  readonly about: readonly MatrixCase[];
  /** The search whose answer it is: it may tell of a case only if the asker may read what was searched for. */
  readonly searched?: keyof MatrixCase['words'];
  /** It tells of sealed cases what is due on their recordings, to who has that duty. */
  readonly duties?: true;
}

/** What a channel shows where it shows a case at all: so that an answer that says nothing is no success. */
export type Shows = 'case' | 'events' | 'reference' | 'texts' | 'personal texts';

export interface Channel {
  readonly name: string;
  readonly shows: readonly Shows[];
  ask(world: World, asker: MatrixAsker): Promise<readonly Answer[]>;
}

const texts = '{ text withheld }';
const detail = `caseId number stage reports { narrative ${texts} } persons { name ${texts} contact ${texts} } statements { event text ${texts} }
  federalSupervisor { identified { name ${texts} } } footage { sourceReference }`;

async function graphql(world: World, asker: MatrixAsker, query: string, variables: object = {}): Promise<string> {
  const { data, errors } = await world.service.graphql(asker.token, query, variables);
  const unexpected = errors.filter((error) => error.extensions['code'] !== 'NOT_FOUND');
  if (unexpected.length > 0) throw new Error(`${asker.actor}: ${JSON.stringify(unexpected)}`);
  return JSON.stringify(data);
}

/** One request for each case, one after another. */
async function perCase(world: World, ask: (one: MatrixCase) => Promise<Omit<Answer, 'about'>>): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const one of world.cases) answers.push({ ...(await ask(one)), about: [one] });
  return answers;
}

const purpose = 'purpose: "an invented purpose"';

const aboutEachCase = (name: string, shows: readonly Shows[], query: string, variables: (one: MatrixCase) => object): Channel => ({
  name,
  shows,
  ask: (world, asker) => perCase(world, async (one) => ({ text: await graphql(world, asker, query, variables(one)) })),
});

const aboutAllCases = (name: string, shows: readonly Shows[], query: string): Channel => ({
  name,
  shows,
  ask: async (world, asker) => [{ text: await graphql(world, asker, query), about: world.cases }],
});

const searches = (['account', 'statement', 'compelled', 'personname', 'item'] as const).map(
  (searched): Channel => ({
    name: `search for ${searched}`,
    shows: [],
    ask: (world, asker) =>
      perCase(world, async (one) => {
        const text = await graphql(world, asker, `query ($w: String!) { cases(first: 10, ${purpose}, filter: { search: $w }) { edges { node { caseId number } } } }`, { w: one.words[searched] });
        return { text, searched };
      }),
  }),
);

/** Every event of the log through the subscription's own filter, as one resuming from the beginning is told them. */
const subscription: Channel = {
  name: 'subscription',
  shows: ['case', 'events'],
  async ask({ service, cases }, { actor, roles, unit }) {
    const store = service.app.get<EventStore>(EVENT_STORE);
    const hub = {
      async *subscribe() {
        for await (const page of store.readAll({ categories: ['case'] })) yield* page;
      },
    } as unknown as LiveHub; // What is asked of the hub; a real one would never end.
    const resolver = new CaseChangedSubscription(new LiveEvents(hub, store, service.app.get(LiveCases, { strict: false })));
    const viewer = { actor: { actor, roles, unit, purpose: null, authority: null }, expiresAt: Number.MAX_SAFE_INTEGER };
    const told: unknown[] = [];
    for await (const change of resolver.caseChanged(null, printPosition({ logId: store.logId, n: 0n }), viewer)) told.push(change);
    return [{ text: JSON.stringify(told), about: cases }];
  },
};

/** Bundles are made for few: asking is enough to be told whether there is a case. */
const exports: Channel = {
  name: 'export',
  shows: [],
  ask: (world, asker) =>
    perCase(world, async (one) => {
      if (asker.roles.some((role) => role === 'LEGAL' || role === 'RECORDS')) return { text: '' };
      return { text: await graphql(world, asker, `mutation ($c: UUID!) { exportCase(caseId: $c, audience: COURT, purpose: "invented") { caseId } }`, { c: one.id }) };
    }),
};

interface Job {
  readonly id: string;
  readonly state: string;
  readonly path: string | null;
}

/** The file that comes of asking for the trail across cases, to whom one is handed at all. */
const trailExport: Channel = {
  name: 'export of the trail',
  shows: [],
  async ask(world, asker) {
    const started = JSON.parse(await graphql(world, asker, `mutation { job: exportAuditTrail(format: NDJSON, purpose: "invented") { id state path } }`)) as { readonly job: Job } | null;
    if (started === null) return [{ text: '', about: world.cases }];
    let { job } = started;
    while (job.state === 'WAITING' || job.state === 'RUNNING') ({ job } = JSON.parse(await graphql(world, asker, `query ($id: ID!) { job: exportJob(id: $id) { id state path } }`, { id: job.id })) as { readonly job: Job });
    const answer = await fetch(new URL(job.path ?? '', world.service.url), { headers: { authorization: `Bearer ${asker.token}` } });
    if (answer.status !== 200) throw new Error(`${asker.actor}: the export was not handed out: ${answer.status}`);
    return [{ text: await answer.text(), about: world.cases }];
  },
};

interface Page {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
}

/** Each page of a list until its end: a leak on a later page is a leak. */
const list = (name: string, shows: readonly Shows[], field: string, node: string): Channel => ({
  name,
  shows,
  async ask(world, asker) {
    const pages: string[] = [];
    const query = `query ($after: String) { list: ${field}(first: 200, after: $after) { edges { node { ${node} } } pageInfo { hasNextPage endCursor } } }`;
    for (let after: string | null | undefined; after !== null; ) {
      const text: string = await graphql(world, asker, query, { after: after ?? null });
      pages.push(text);
      const { list } = JSON.parse(text) as { readonly list: Page }; // As it was asked for.
      after = list.pageInfo.hasNextPage ? list.pageInfo.endCursor : null;
    }
    return [{ text: pages.join('\n'), about: world.cases }];
  },
});

const deliveries = list('list of webhook deliveries', [], 'webhookDeliveries', 'messageId endpoint kind clock dueAt caseId lastError');
const desk = { name: 'desk', url: 'https://desk.example/', secret: '', kinds: ['WARNING'], privateNetwork: false } as const;

/** A warning of each case's, told of as the keeper does. */
const webhooks: Channel = {
  ...deliveries,
  async ask(world, asker) {
    const at = new Date(0);
    const noticeOf = ({ id: caseId }: MatrixCase) => ({ caseId, clockId: 'TRIAGE//x', clock: 'TRIAGE', subjectKind: 'CASE', dueAt: at.toISOString(), kind: 'WARNING', at: at.toISOString(), eventId: null }) as const;
    const { app } = world.service;
    await note({ pool: app.get(DATABASE), endpoints: [desk], deliveryIds: app.get<DeliveryIds>(DELIVERY_IDS) }, world.cases.map(noticeOf), at);
    return deliveries.ask(world, asker);
  },
};

export const channels: readonly Channel[] = [
  aboutEachCase('query', ['case', 'texts', 'personal texts', 'reference'], `query ($c: UUID!) { case(caseId: $c, ${purpose}) { ${detail} } }`, ({ id: c }) => ({ c })),
  aboutEachCase('query without a purpose', ['case', 'texts', 'reference'], `query ($c: UUID!) { case(caseId: $c) { ${detail} } }`, ({ id: c }) => ({ c })),
  aboutEachCase('query by number', ['case', 'texts', 'personal texts', 'reference'], `query ($n: String!) { caseByNumber(number: $n, ${purpose}) { ${detail} } }`, ({ number: n }) => ({ n })),
  aboutEachCase('node', ['case', 'texts', 'personal texts', 'reference'], `query ($id: ID!) { node(id: $id, ${purpose}) { ... on Case { ${detail} } } }`, ({ id }) => ({ id: globalId('Case', id) })),
  aboutEachCase('node of a recording', ['case', 'reference'], `query ($id: ID!) { node(id: $id) { ... on Footage { caseId sourceReference } } }`, ({ footage }) => ({ id: globalId('Footage', footage) })),
  aboutEachCase('node of a step', ['case'], `query ($id: ID!) { node(id: $id) { ... on AuditEntry { caseId eventId summary } } }`, ({ events }) => ({ id: globalId('AuditEntry', events[0] ?? '') })),
  aboutEachCase('node of the compelled statement', [], `query ($id: ID!) { node(id: $id) { ... on AuditEntry { caseId eventId summary } } }`, ({ compelledEvent }) => ({ id: globalId('AuditEntry', compelledEvent) })),
  aboutAllCases('connection edge', ['case', 'texts', 'personal texts', 'reference'], `{ cases(first: 50, ${purpose}) { edges { node { ${detail} } } } }`),
  aboutAllCases('filtered list', ['case'], `{ cases(first: 200, filter: { districts: ["4"] }) { edges { node { caseId number } } } }`),
  aboutEachCase('replay as of an earlier time', ['case', 'texts', 'personal texts', 'reference'], `query ($c: UUID!, $r: Int!) { case(caseId: $c, ${purpose}, asOf: { revision: $r }) { ${detail} } }`, ({ id: c, earlier }) => ({
    c,
    r: earlier.revision,
  })),
  aboutEachCase('history', ['case', 'events'], `query ($c: UUID!) { caseHistory(caseId: $c, first: 100) { edges { node { event { eventId caseId summary } changes { thing thingId fields { field from to protected } } } } } }`, ({ id: c }) => ({ c })),
  aboutEachCase('difference between times', [], `query ($c: UUID!) { caseDiff(caseId: $c, from: { revision: 0 }) { steps { eventId caseId } changes { thing thingId } } }`, ({ id: c }) => ({ c })),
  aboutEachCase('why a deadline', [], `query ($c: UUID!) { whyThisDeadline(caseId: $c, clock: TRIAGE) { startedBy steps { text } } }`, ({ id: c }) => ({ c })),
  aboutEachCase('access log', [], `query ($c: UUID!) { accessLog(caseId: $c, first: 5) { edges { node { caseId actor kind detail } } } }`, ({ id: c }) => ({ c })),
  aboutAllCases('drill-down of a dashboard', ['case'], `{ drillDown(first: 200, cell: { of: PIPELINE }) { edges { node { caseId number } } } }`),
  { name: 'duties under seal', shows: ['case', 'reference'], ask: async (world, asker) => [{ text: await graphql(world, asker, '{ sealedDuties(first: 200) { edges { node { caseId sourceReference clock dueAt } } } }'), about: world.cases, duties: true }] },
  list('list of steps', ['case', 'events'], 'auditTrail', 'caseId eventId summary'),
  list('list of recordings', ['case', 'reference'], 'footage', 'caseId sourceReference'),
  list('list of corrections', [], 'corrections', 'caseId eventId corrected field from to reason'),
  list('list of voided reviews', [], 'voidedReviews', 'caseId eventId cause'),
  list('list of contacts from outside', [], 'independenceContacts', 'caseId eventId office person'),
  list('list of exceptions to four eyes', [], 'fourEyesExceptions', 'caseId eventId reason'),
  list('list of clocks', ['case'], 'clocks', 'caseId startedBy'),
  webhooks,
  ...searches,
  subscription,
  exports,
  trailExport,
];
