import { type FieldClass, factsOf, type Relation, relations } from '#libs/access';
import type { UserId } from '#libs/domain';
import { cedarAnswers } from '../cedar/oracle.js';
import type { GeneratedCase, GeneratedField } from '../generate.js';
import type { Answer, Channel, Shows } from './channels.js';
import { cast } from '#libs/scenario';
import { type MatrixAsker, type MatrixCase, type Secret, secrets } from './world.js';

/** What an asker may have of a case, by the policy as Cedar says it. */
export interface Expected {
  readonly sees: boolean;
  readonly hasDuty: boolean;
  readonly knowsOfCompelled: boolean;
  readonly reads: Readonly<Record<Secret, boolean>>;
  readonly readsUnpurposed: Readonly<Record<Secret, boolean>>;
}

const reader = 'demo-legal-reader' as UserId;
const fields: Readonly<Record<Secret, { readonly class: FieldClass; readonly writtenBy: string }>> = {
  account: { class: 'ACCOUNT', writtenBy: cast.officer.user },
  personname: { class: 'PERSON_NAME', writtenBy: cast.intake.user },
  contact: { class: 'PERSON_CONTACT', writtenBy: cast.intake.user },
  statement: { class: 'STATEMENT', writtenBy: cast.intake.user },
  compelled: { class: 'COMPELLED_STATEMENT', writtenBy: cast.intake.user },
  official: { class: 'OFFICIAL_NAME', writtenBy: cast.investigator.user },
  item: { class: 'ITEM', writtenBy: cast.officer.user },
};

export function expectedOf(asker: MatrixAsker, one: MatrixCase, now: string): Expected {
  const generated = asGenerated(asker, one, now);
  const ask = (secret: Secret, purpose: string | null) => {
    // The cast's user ids.
    const field: GeneratedField = { class: fields[secret].class, writtenBy: fields[secret].writtenBy as UserId, reader: secret === 'compelled' ? reader : null, purpose };
    return cedarAnswers({ ...asker, purpose }, generated, 'markContrary', field, now);
  };
  const record = (purpose: string | null) => Object.fromEntries(secrets.map((secret) => [secret, ask(secret, purpose).open])) as Record<Secret, boolean>;
  const { see, duty } = ask('account', null);
  const knows = asker.roles.some((role) => role === 'OVERSIGHT' || role === 'RECORDS') || asker.actor === reader || asker.actor === cast.intake.user;
  return { sees: see, hasDuty: duty, knowsOfCompelled: see && knows, reads: record('invented'), readsUnpurposed: record(null) };
}

/** The folded case in the form that the oracle takes; what stands in the projection plays no part. */
function asGenerated(asker: MatrixAsker, { id, state }: MatrixCase, now: string): GeneratedCase {
  const { unit, stage, sealed, referred, stands } = factsOf(state);
  const standing = (relation: Relation) => ({ person: asker.actor, relation, about: '', until: relation === 'GRANTED' ? '2999-01-01T00:00:00.000Z' : null });
  return { id, unit, stage, sealed, referred, standings: relations.filter((relation) => stands(asker.actor, relation, now)).map(standing) };
}

export interface Verdict {
  readonly cells: number;
  readonly shown: number;
  readonly wrong: readonly string[];
}

/** Whether an answer holds anything of a case that it may not hold, or lacks what the channel shows to who may see it. */
export function judge(channel: Channel, asker: MatrixAsker, answer: Answer, one: MatrixCase, expected: Expected): Verdict {
  const wrong: string[] = [];
  let [cells, shown] = [0, 0];
  const cell = (item: string, words: readonly string[], allowed: boolean, by: Shows | null): void => {
    cells += 1;
    const present = words.some((word) => answer.text.includes(word));
    if (present) shown += 1;
    const where = `${channel.name}, ${asker.actor} as ${asker.roles.join('+')}, case at ${one.stage}${one.sealed ? ', sealed' : ''}`;
    if (present && !allowed) wrong.push(`LEAK of ${item}: ${where}`);
    if (!present && allowed && by !== null && channel.shows.includes(by)) wrong.push(`${item} is not shown: ${where}`);
  };
  const { searched, duties } = answer;
  const sees = duties === true ? expected.hasDuty : expected.sees && (searched === undefined || expected.reads[searched]);
  cell('the case', [one.id, one.number], sees, 'case');
  cell('its steps', one.events, expected.sees, 'events');
  cell('its recording', [one.reference], duties === true ? expected.hasDuty : expected.sees, 'reference');
  cell('the compelled statement', [one.compelledEvent], expected.knowsOfCompelled, null);
  const unpurposed = channel.name === 'query without a purpose';
  const reads = unpurposed ? expected.readsUnpurposed : expected.reads;
  const personal: ReadonlySet<Secret> = new Set(['personname', 'contact', 'statement', 'compelled']);
  for (const secret of secrets) {
    const isThere = secret !== 'item' && (secret !== 'official' || one.state.federalSupervisor.identified.length > 0);
    cell(secret, [one.words[secret]], reads[secret], !isThere ? null : personal.has(secret) ? (unpurposed ? null : 'personal texts') : 'texts');
  }
  return { cells, shown, wrong };
}
