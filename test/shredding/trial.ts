import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Pool } from 'pg';
import type { ResolvedDatabase } from '#infra/postgres';
import type { Role } from '#libs/domain';
import { systemRandom, uuidv7 } from '#libs/envelope';
import { DATABASE, DATABASE_SERVER } from '#libs/service';
import { type RunningApp, startAppIn } from '../support/app.js';
import { query } from '../support/sql.js';
import { type Searched, searchFiles, searchTables } from './plaintext.js';

/** Invented words that stand nowhere else. Each is looked for as it was typed, in any case, and as the index stores it. */
const secrets = { name: 'Quillonath Zembrovka', contact: 'quillonath.z at invented dot example', statement: 'INVENTED. Quillonath saw the wexbordine lantern fall.' };
export const marks = ['quillonath', 'zembrovka', 'wexbordin'];
/** Words that stay, so that it is known that the search still finds things. */
export const kept = 'an invented narrative of a harmless marblethwick';
export const keptMark = 'marblethwick';

const settleMs = 120_000;
const aMinuteAgo = (): string => new Date(Date.now() - 60_000).toISOString();

export interface Answer {
  readonly __typename: string;
  readonly code?: string;
  readonly caseId?: string;
  readonly position?: string;
}

export interface Seen {
  readonly persons: readonly { readonly id: string; readonly name: { readonly text: string | null; readonly expunged: boolean } }[];
  readonly courtOrders: readonly { readonly id: string }[];
  readonly reports: readonly { readonly narrative: { readonly text: string | null } }[];
}

/** One invented person, recorded and then expunged on an order, in a service with its own database, as `npm start` runs it. */
export class ShreddingTrial {
  private readonly tokens = new Map<Role, string>();
  private readonly personCommand = uuidv7({ now: Date.now, random: systemRandom });
  private caseId = '';
  person = '';

  private constructor(
    readonly folder: string,
    public service: RunningApp,
  ) {}

  static async open(): Promise<ShreddingTrial> {
    const folder = await mkdtemp('/tmp/caseledger-shredding-');
    await chmod(folder, 0o711); // As root, the server's user passes through.
    const self = new ShreddingTrial(folder, await startAppIn(join(folder, 'data')));
    await self.signIn();
    return self;
  }

  async restart(): Promise<void> {
    await this.service.close();
    this.service = await startAppIn(join(this.folder, 'data'));
    await this.signIn();
  }

  async close(): Promise<void> {
    await this.service.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async signIn(): Promise<void> {
    for (const role of ['OFFICER', 'INTAKE', 'RECORDS', 'LEGAL', 'CUSTODIAN', 'SUPERVISOR'] as const) this.tokens.set(role, await this.service.token(`${role.toLowerCase()}-1`, role));
  }

  get pool(): Pool {
    return this.service.app.get<Pool>(DATABASE);
  }

  get adminUrl(): string {
    return this.service.app.get<ResolvedDatabase>(DATABASE_SERVER).maintenanceUrl;
  }

  async act(role: Role, action: string, input: object): Promise<Answer> {
    const document = `mutation ($input: ${action[0]?.toUpperCase() ?? ''}${action.slice(1)}Input!) { answer: ${action}(input: $input) { __typename ... on Recorded { caseId position } ... on Refused { code } } }`;
    const { data, errors } = await this.service.graphql<{ answer: Answer }>(this.tokens.get(role) ?? null, document, { input });
    if (data === null) throw new Error(JSON.stringify(errors));
    return data.answer;
  }

  async look(role: Role): Promise<Seen> {
    const document = 'query ($id: UUID!) { case(caseId: $id, purpose: "test") { persons { id name { text expunged } } courtOrders { id } reports { narrative { text } } } }';
    const { data, errors } = await this.service.graphql<{ case: Seen | null }>(this.tokens.get(role) ?? null, document, { id: this.caseId });
    if (!data?.case) throw new Error(JSON.stringify(errors));
    return data.case;
  }

  async found(word: string, atLeast: string | undefined): Promise<number> {
    const document = 'query ($word: String!, $at: Position) { cases(purpose: "test", filter: { search: $word }, atLeast: $at) { edges { node { caseId } } } }';
    const { data } = await this.service.graphql<{ cases: { edges: unknown[] } }>(this.tokens.get('LEGAL') ?? null, document, { word, at: atLeast });
    return data?.cases.edges.length ?? -1;
  }

  async until(what: string, holds: () => Promise<boolean>): Promise<void> {
    const end = Date.now() + settleMs;
    while (!(await holds())) {
      if (Date.now() > end) throw new Error(`${what}: not within ${settleMs} ms`);
      await pause(20);
    }
  }

  /** A report, a person and their statement; ends once they are found by search, and what PostgreSQL keeps of them is on the disk. */
  async record(): Promise<void> {
    const report = { origin: 'CIVILIAN', incident: { dispatch: 'D-1' }, place: {}, occurredAt: { precision: 'UNKNOWN', source: 'intake', zone: 'America/Chicago' }, narrative: kept, injuries: 'NO' };
    this.caseId = (await this.act('INTAKE', 'fileReport', report)).caseId ?? '';
    await this.recordPerson();
    this.person = (await this.look('INTAKE')).persons[0]?.id ?? '';
    const giver = { person: this.person };
    const statement = { caseId: this.caseId, giver, voluntariness: 'VOLUNTARY', language: 'en', kind: 'SUMMARY', present: [], takenAt: aMinuteAgo(), text: secrets.statement };
    const { position } = await this.act('INTAKE', 'takeStatement', statement);
    await this.until('the statement is searchable', async () => (await this.found('wexbordine', position)) === 1);
    await query(this.adminUrl, 'ANALYZE', 'CHECKPOINT');
  }

  /** The same command each time. */
  recordPerson(): Promise<Answer> {
    return this.act('INTAKE', 'recordPerson', { commandId: this.personCommand, caseId: this.caseId, roles: ['WITNESS'], identity: 'CONFIDENTIAL', minor: 'NO', name: secrets.name, contact: secrets.contact });
  }

  /** The court's order and the request on it; answers the request's id. */
  async requestShredding(): Promise<string> {
    await this.act('RECORDS', 'recordCourtOrder', { caseId: this.caseId, kind: 'EXPUNGE', court: 'An invented court', number: 'E-1', subjects: [this.person], orderedAt: aMinuteAgo() });
    const order = (await this.look('RECORDS')).courtOrders[0]?.id;
    await this.act('RECORDS', 'requestShredding', { caseId: this.caseId, order, persons: [this.person], reason: 'paragraph 2 of the invented order' });
    const [request] = await query(this.adminUrl, `SELECT body::json->>'shredding' AS id FROM event WHERE type = 'ShreddingRequested'`);
    return String(request?.['id']);
  }

  confirmShredding(role: Role, shredding: string): Promise<Answer> {
    return this.act(role, 'confirmShredding', { caseId: this.caseId, shredding });
  }

  async purged(): Promise<void> {
    await this.until('it is off the disk', async () => (await this.pool.query('SELECT FROM expungement WHERE purged_at IS NOT NULL')).rowCount === 1);
  }

  tablesWith(words: readonly string[]): Promise<Searched> {
    return searchTables(this.adminUrl, words);
  }

  filesWith(words: readonly string[]): Promise<Searched> {
    return searchFiles(this.folder, words);
  }
}
