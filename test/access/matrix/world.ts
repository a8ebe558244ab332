import type { Actor, Case, CaseId, EventId, Role, StageName, UserId } from '#libs/domain';
import { roles } from '#libs/domain';
import type { CaseLoader } from '#libs/recorder';
import { cast, graphqlScenarioPort, play, type Player, scenario } from '#libs/scenario';
import { CASE_LOADER } from '#libs/service';
import { type RunningApp, startApp } from '../../support/app.js';

/** Protected texts that the matrix follows; each holds a word that stands nowhere else. */
export const secrets = ['account', 'personname', 'contact', 'statement', 'compelled', 'official', 'item'] as const;
export type Secret = (typeof secrets)[number];

export interface MatrixCase {
  readonly id: CaseId;
  readonly number: string;
  readonly stage: StageName;
  readonly sealed: boolean;
  readonly state: Case;
  readonly words: Readonly<Record<Secret, string>>;
  /** The reference of its one recording at the source. */
  readonly reference: string;
  readonly footage: string;
  /** The event of its compelled statement; its other events. */
  readonly compelledEvent: EventId;
  readonly events: readonly EventId[];
  /** The revision and time of the last event before anybody's access was changed on it. */
  readonly earlier: { readonly revision: number; readonly at: string };
}

export interface MatrixAsker extends Pick<Actor, 'roles' | 'unit'> {
  readonly actor: UserId;
  readonly token: string;
}

export interface World {
  readonly service: RunningApp;
  readonly cases: readonly MatrixCase[];
  readonly askers: readonly MatrixAsker[];
  close(): Promise<void>;
}

const human = roles.filter((role) => role !== 'SYSTEM');
const homeUnit = 'demo-unit';
const otherUnit = 'other-unit';
/** How an asker of each role stands to every case. */
const standings = ['member', 'outsider', 'granted', 'expired', 'recused', 'named'] as const;
const userOf = (standing: (typeof standings)[number], role: Role): UserId => `${standing}-${role.toLowerCase()}` as UserId;
const reader: Player = { user: 'demo-legal-reader', role: 'LEGAL' };
const records: Player = { user: 'demo-records', role: 'RECORDS' };

/** The step of the scenario after which a case stands at a stage; the last of them that was not refused. */
const lastSteps: Readonly<Record<StageName, string>> = {
  REPORTED: 'takeStatement',
  UNDER_INVESTIGATION: 'assessImmunity',
  SUPERVISOR_REVIEW: 'submitForReview',
  LEGAL_REVIEW: 'approveReview',
  READY_FOR_REFERRAL: 'ruleOnContact',
  REFERRAL_APPROVED: 'approveReferral',
  REFERRED: 'deliverReferral',
  DECIDED: 'recordProsecutorDecision',
  CLOSED: 'takeStatement',
};

/** Grants to those who shall have had one end this long after they were given, in milliseconds. */
const expiresInMs = 1_500;

/** A word that no other case or text holds: letters alone, so that a search finds it as it stands. */
const wordOf = (number: number, secret: Secret): string => `zq${String.fromCharCode(97 + Math.floor(number / 26), 97 + (number % 26))}${secret}`;

export async function buildWorld(options: { readonly stages: readonly StageName[]; readonly standings?: readonly (typeof standings)[number][] }): Promise<World> {
  const service = await startApp();
  const tokens = new Map<string, Promise<string>>();
  const tokenOf = (unit: string, user: string, role: Role): Promise<string> => {
    const known = tokens.get(user) ?? service.tokenOf(unit, user, role);
    tokens.set(user, known);
    return known;
  };
  const builder = new Builder(service, (player) => tokenOf(homeUnit, player.user, player.role), options.standings ?? standings);
  const cases: Promise<MatrixCase>[] = [];
  const kinds = options.stages.flatMap((stage) => [false, true].map((sealed) => ({ stage, sealed })));
  for (const [number, kind] of kinds.entries()) cases.push(Promise.resolve(await builder.build(number, kind)));
  await new Promise((resolve) => setTimeout(resolve, Math.max(0, builder.lastExpiry - Date.now() + 1)));
  const others = human.flatMap((role) => (options.standings ?? standings).map((standing) => ({ user: userOf(standing, role), role, unit: standing === 'member' || standing === 'recused' ? homeUnit : otherUnit })));
  const players = [...Object.values(cast), reader, records].map(({ user, role }) => ({ user, role, unit: homeUnit }));
  const askers = [...others, ...players].map(async ({ user, role, unit }) => ({ actor: user as UserId, roles: [role], unit, token: await tokenOf(unit, user, role) }));
  return { service, cases: await Promise.all(cases), askers: await Promise.all(askers), close: () => service.close() };
}

class Builder {
  lastExpiry = 0;

  constructor(
    private readonly service: RunningApp,
    private readonly tokenOf: (player: Player) => Promise<string>,
    private readonly standings: readonly string[],
  ) {}

  async build(number: number, { stage, sealed }: { readonly stage: StageName; readonly sealed: boolean }): Promise<MatrixCase> {
    const words = Object.fromEntries(secrets.map((secret) => [secret, wordOf(number, secret)])) as Record<Secret, string>;
    const reference = `REC-${number}-INVENTED`;
    const port = graphqlScenarioPort(async <Data>(as: Player, query: string, variables: object): Promise<Data> => {
      const { data, errors } = await this.service.graphql<Data>(await this.tokenOf(as), query, variables);
      if (data === null || errors.length > 0) throw new Error(JSON.stringify(errors));
      return data;
    });
    const telling: typeof port = { ...port, act: (as, action, input) => port.act(as, action, withSecrets(action, input, words, reference)) };
    const until = scenario.findLastIndex((step) => step.action === lastSteps[stage] && step.refused === undefined);
    const { caseId } = await play(scenario.slice(0, until + 1), telling, new Date());
    const act = async (as: Player, action: string, input: object): Promise<void> => {
      const answer = await telling.act(as, action, { caseId, ...input });
      if (answer.kind === 'REFUSED') throw new Error(`${action} by ${as.user}: ${answer.code}: ${answer.message}`);
    };
    await this.wallOff(act);
    if (stage === 'CLOSED') {
      await act(cast.intake, 'proposeClosing', { disposition: 'UNFOUNDED', reason: 'invented' });
      await act(cast.supervisor, 'closeCase', { reason: 'invented' });
    }
    const earlier = await this.stateOf(caseId);
    await this.changeAccess(act, caseId, sealed);
    const state = await this.stateOf(caseId);
    const compelled = [...state.facts].find((event) => event.type === 'StatementTaken' && event.data.voluntariness === 'COMPELLED');
    const [footage] = state.footage.keys();
    if (compelled === undefined || footage === undefined) throw new Error('unreachable: both were recorded');
    const last = earlier.facts.at(earlier.facts.length - 1);
    return {
      id: state.id,
      number: state.number,
      stage: state.stage.name,
      sealed: state.sealed,
      state,
      words,
      reference,
      footage,
      compelledEvent: compelled.meta.id,
      events: [...state.facts].filter((event) => event !== compelled).map((event) => event.meta.id),
      earlier: { revision: earlier.facts.length - 1, at: last?.meta.recordedAt ?? '' },
    };
  }

  private wallOff(act: (as: Player, action: string, input: object) => Promise<void>): Promise<void> {
    return act(cast.intake, 'takeStatement', {
      giver: { cityMember: 'demo-officer-9' },
      voluntariness: 'COMPELLED',
      warnings: 'invented warnings',
      language: 'en',
      kind: 'SUMMARY',
      present: ['intake desk'],
      takenAt: new Date(Date.now() - 60_000).toISOString(),
      text: 'INVENTED.',
      reader: reader.user,
    });
  }

  private async changeAccess(act: (as: Player, action: string, input: object) => Promise<void>, caseId: string, sealed: boolean): Promise<void> {
    const has = (standing: string): boolean => this.standings.includes(standing);
    for (const role of human) {
      if (has('granted')) await act(cast.supervisor, 'grantAccess', { person: userOf('granted', role), accessPurpose: 'invented', expiresAt: '2999-01-01T00:00:00.000Z' });
      if (has('expired')) {
        this.lastExpiry = Date.now() + expiresInMs;
        await act(cast.supervisor, 'grantAccess', { person: userOf('expired', role), accessPurpose: 'invented', expiresAt: new Date(this.lastExpiry).toISOString() });
      }
      if (has('recused')) await act(cast.supervisor, 'recordConflict', { person: userOf('recused', role), ground: 'invented' });
    }
    if (!sealed) return;
    const subjects = has('named') ? [...human.map((role) => userOf('named', role)), ...human.map((role) => userOf('recused', role))] : [];
    await act(records, 'recordCourtOrder', { kind: 'SEAL', court: 'an invented court', number: `INV-${caseId.slice(0, 8)}`, subjects, orderedAt: new Date(Date.now() - 60_000).toISOString() });
    const [order] = (await this.stateOf(caseId)).courtOrders.keys();
    await act(records, 'sealCase', { order });
  }

  private async stateOf(caseId: string): Promise<Case> {
    const { state } = await this.service.app.get<CaseLoader>(CASE_LOADER).load(caseId as CaseId); // It was the id of a receipt.
    if (!state.exists) throw new Error('unreachable: it was recorded');
    return state;
  }
}

/** The scenario's words, each with the word by which the matrix knows it again. */
function withSecrets(action: string, input: object, words: Readonly<Record<Secret, string>>, reference: string): object {
  const given = input as Readonly<Record<string, unknown>>; // Of the scenario's own making.
  switch (action) {
    case 'fileReport':
      return { ...given, narrative: `INVENTED ${words.account}` };
    case 'recordPerson':
      return { ...given, name: `INVENTED ${words.personname}`, contact: `INVENTED ${words.contact}` };
    case 'takeStatement':
      return { ...given, text: `INVENTED ${given['voluntariness'] === 'COMPELLED' ? words.compelled : words.statement}` };
    case 'identifyFederalSupervisor':
      return { ...given, name: `INVENTED ${words.official}` };
    case 'registerFootage':
      return { ...given, sourceReference: reference, description: `INVENTED ${words.item}` };
    default:
      return input;
  }
}
