import { Kysely, PostgresDialect, sql } from 'kysely';
import type { Pool } from 'pg';
import type { Actor, CaseId, Claim } from '#libs/domain';
import * as access from '../access-log/access-queries.js';
import { type CasesInput, findCase, listCases } from './case-queries.js';
import { smallestCellDefault } from '#libs/access';
import { type Dashboards, dashboardsFor } from '../dashboards/dashboards.js';
import { drilledTo, type DrillDown } from '../dashboards/drill-down.js';
import { checkText } from './conditions.js';
import { type DeliveriesInput, deliveryCounts, listDeliveries } from './deliveries.js';
import { listDuties } from './duty-queries.js';
import { type FindingsInput, listFindings } from './findings.js';
import { Lister, type ReadDatabase } from './lister.js';
import * as lists from './lists.js';
import type { PageInput } from './page.js';

/** Who is asking. */
export interface Viewer {
  readonly actor: Actor;
}

export type Queries = ReturnType<typeof queries> & { readonly dashboards: Dashboards };

export interface ReadModels {
  /** The only way to the read models' rows. */
  queriesFor(viewer: Viewer): Queries;
  /**
   * Where the log records who read this case, in its order: for the court bundle, which discloses these reads alone. Whoever asks for it has been
   * judged before.
   */
  accessPositions(caseId: CaseId, max: number): Promise<readonly bigint[]>;
  /**
   * What other cases say about the same recording: a fact that decisions are given, for the service itself and no viewer.
   */
  claims(of: { readonly sourceSystem: string; readonly sourceReference: string; readonly except: CaseId }): Promise<readonly Claim[]>;
}

/** Cases that claim one recording; more are not told apart. */
const claimsMax = 1_000;

export function createReadModels(pool: Pool, now: () => Date = () => new Date(), smallestCell: number = smallestCellDefault): ReadModels {
  const time = (): string => now().toISOString();
  const db = new Kysely<ReadDatabase>({ dialect: new PostgresDialect({ pool }) });
  return {
    queriesFor: ({ actor }) => ({
      ...queries(new Lister(db, actor, time), time),
      /** Sums over cases, from kept counters. */
      dashboards: dashboardsFor(db, actor, { now: time, smallestCell }),
    }),
    async accessPositions(caseId, max) {
      const { rows } = await sql<{ position: string }>`SELECT DISTINCT position FROM read.access_read WHERE case_id = ${caseId} ORDER BY position LIMIT ${max}`.execute(db);
      return rows.map(({ position }) => BigInt(position));
    },
    async claims({ sourceSystem, sourceReference, except }) {
      const { rows } = await sql<{ case_id: CaseId; held: boolean; first_sha256: string | null }>`
        SELECT case_id, hold_status IN ('PLACED', 'CONFIRMED') AS held, first_sha256 FROM read.footage
        WHERE source_system = ${sourceSystem} AND source_reference = ${sourceReference} AND case_id <> ${except} LIMIT ${claimsMax}`.execute(db);
      return rows.map((row) => ({ case: row.case_id, held: row.held, firstSha256: row.first_sha256 }));
    },
  };
}

/** Every method @throws BadInput where what is asked has no answer: a forged cursor, a page too large, a filter that is no text. */
function queries(lister: Lister, now: () => string) {
  const thing =
    <Node>(find: (lister: Lister, id: string) => Promise<Node | null>) =>
    async (id: string): Promise<Node | null> => {
      checkText('id', id);
      return find(lister, id);
    };
  return {
    cases: async (input: CasesInput = {}) => listCases(lister, input),
    /** The cases behind a dashboard's cell, as many of them as the viewer may see. */
    drillDown: async (drill: DrillDown, input: Omit<CasesInput, 'filter'> = {}) => listCases(lister, input, drilledTo(drill, now())),
    caseById: async (id: string) => findCase(lister, { id }),
    caseByNumber: async (number: string) => findCase(lister, { number }),
    footage: async (input: lists.FootageInput = {}) => lists.listFootage(lister, input),
    agents: async (input: lists.AgentsInput = {}) => lists.listAgents(lister, input),
    persons: async (input: lists.PersonsInput = {}) => lists.listPersons(lister, input),
    violations: async (input: lists.ViolationsInput = {}) => lists.listViolations(lister, input),
    referrals: async (input: lists.ReferralsInput = {}) => lists.listReferrals(lister, input),
    clocks: async (input: lists.ClocksInput = {}) => lists.listClocks(lister, input),
    auditTrail: async (input: lists.AuditInput = {}) => lists.listAuditTrail(lister, input),
    findings: async (input: FindingsInput) => listFindings(lister, input),
    webhookDeliveries: async (input: DeliveriesInput = {}) => listDeliveries(lister, input),
    /** Null: not for this viewer. */
    webhookCounts: async () => deliveryCounts(lister),
    reads: async (input: access.ReadsInput = {}) => access.listReads(lister, input),
    accessAlerts: async (input: access.AlertsInput = {}) => access.listAlerts(lister, input),
    expungements: async (caseId: string) => access.listExpungements(lister, caseId),
    search: async (input: lists.SearchInput) => lists.searchTexts(lister, input),
    sealedDuties: async (page: PageInput) => listDuties(lister, page),
    visibleCases: async (caseIds: readonly string[]) => lister.visible(caseIds),
    links: async (caseId: string) => lists.listLinks(lister, caseId),
    footageById: thing(lists.things.footage),
    agentById: thing(lists.things.agent),
    personById: thing(lists.things.person),
    violationById: thing(lists.things.violation),
    referralById: thing(lists.things.referral),
    eventById: thing(lists.things.event),
  };
}
