import type { Actor } from '../kernel/actor.js';
import { changeEntry, withEntry } from '../kernel/collections.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { ExhibitId, FootageId, UserId } from '../kernel/ids.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import type { FootageCommands } from './footage.commands.js';
import type { footageEvents } from './footage.events.js';
import { wearersOf } from './footage-hands.js';
import { isMissing, isSha256 } from './footage-rules.js';
import { type CaseRefusal, refuse, type RefusalCode } from './refusals.js';
import type { Case, Custody } from './state.js';

type Commands = Pick<FootageCommands, 'registerExhibit' | 'transferCustody' | 'acceptCustody'>;
type Events = Pick<typeof footageEvents, 'ExhibitRegistered' | 'CustodyTransferred' | 'CustodyAccepted'>;

export const decideCustody: DecideTable<CaseCatalogue, Commands, Case, CaseContext, RefusalCode> = {
  registerExhibit({ kind, source, sha256, sealNumber, custodian, description }, state, context) {
    if (isMissing(source)) return refuse('NO_SOURCE', 'Say where the exhibit comes from.');
    if (isMissing(custodian)) return refuse('NO_CUSTODIAN', 'Name who answers for the exhibit.');
    if (sha256 !== null && !isSha256(sha256)) return refuse('NO_HASH', 'A SHA-256 has 64 lower-case hexadecimal characters.');
    if (state.hands.recused.has(custodian)) return refuse('TARGET_BARRED', 'The named custodian is recused from this case: name another one.');
    const known = [...state.exhibits.values()].some(
      (other) =>
        (sha256 !== null || sealNumber !== null) && other.source === source && other.sha256 === sha256 && other.sealNumber === sealNumber,
    );
    if (known) return [];
    const exhibit = context.newId<ExhibitId>('exhibit');
    return [{ type: 'ExhibitRegistered', data: { exhibit, kind, source, sha256, sealNumber, custodian, description } }];
  },

  transferCustody({ footage, exhibit, from, to, reason }, state, { actor }) {
    const item = itemOf(state, footage, exhibit);
    if ('kind' in item) return item;
    if (isMissing(reason)) return refuse('NO_REASON', 'Say why the item is handed over.');
    const inTheirPlace = mayHandOverInPlace(state, item.custody.custodian, from, actor);
    if (!inTheirPlace && (item.custody.custodian !== from || actor.actor !== from)) {
      return refuse('NOT_THE_CUSTODIAN', 'Only the custodian on record hands the item over.');
    }
    if (to === from) return refuse('ONESELF', 'The receiver already is the custodian.');
    if (item.wearers.has(to)) return refuse('TARGET_BARRED', 'Who wore the camera is never the custodian of its recording.');
    if (state.hands.recused.has(to)) return refuse('TARGET_BARRED', 'The receiver is recused from this case.');
    if (item.custody.pendingTo === to) return [];
    return [{ type: 'CustodyTransferred', data: { footage, exhibit, from, to, reason } }];
  },

  acceptCustody({ footage, exhibit }, state, { actor }) {
    const item = itemOf(state, footage, exhibit);
    if ('kind' in item) return item;
    const { custodian, pendingTo } = item.custody;
    if (custodian === actor.actor && pendingTo === null) return [];
    if (pendingTo !== actor.actor || custodian === null) return refuse('NOTHING_TO_ACCEPT', 'Nobody has handed this item over to you.');
    if (item.wearers.has(actor.actor)) return refuse('BARRED', 'You wore the camera: another person takes custody of its recording.');
    return [{ type: 'CustodyAccepted', data: { footage, exhibit, from: custodian, by: actor.actor } }];
  },
};

export const evolveCustody: EvolveTable<Events, Case, Actor> = {
  ExhibitRegistered(state, { exhibit: id, source, sha256, sealNumber, custodian }, meta) {
    const registered = { id, event: meta.id, source, sha256, sealNumber, custody: { custodian, pendingTo: null } };
    return { ...state, exhibits: withEntry(state.exhibits, id, registered) };
  },
  CustodyTransferred(state, { footage, exhibit, from, to }) {
    return withCustody(state, footage, exhibit, { custodian: from, pendingTo: to });
  },
  CustodyAccepted(state, { footage, exhibit, by }) {
    return withCustody(state, footage, exhibit, { custodian: by, pendingTo: null });
  },
};

interface Item {
  readonly custody: Custody;
  readonly wearers: ReadonlySet<UserId>;
}

function itemOf(state: Case, footage: FootageId | null, exhibit: ExhibitId | null): Item | CaseRefusal {
  if ((footage === null) === (exhibit === null)) return refuse('ITEM_UNKNOWN', 'Name either a recording or an exhibit.');
  if (footage !== null) {
    const item = state.footage.get(footage);
    if (item !== undefined) return { custody: item.custody, wearers: wearersOf(state, item) };
  }
  if (exhibit !== null) {
    const item = state.exhibits.get(exhibit);
    if (item !== undefined) return { custody: item.custody, wearers: new Set() };
  }
  return refuse('ITEM_UNKNOWN', 'This item is not on the case.');
}

/**
 * Nobody answers for the item yet, or who does has a conflict and may no longer act: then a custodian of the service hands it over, in
 * their own name in the first case and from the one on record in the second.
 */
function mayHandOverInPlace(state: Case, custodian: UserId | null, from: UserId, actor: Actor): boolean {
  if (!actor.roles.includes('CUSTODIAN')) return false;
  return custodian === null ? from === actor.actor : from === custodian && state.hands.recused.has(custodian);
}

function withCustody(state: Case, footage: FootageId | null, exhibit: ExhibitId | null, custody: Custody): Case {
  if (footage !== null) return { ...state, footage: changeEntry(state.footage, footage, (item) => ({ ...item, custody })) };
  if (exhibit !== null) return { ...state, exhibits: changeEntry(state.exhibits, exhibit, (item) => ({ ...item, custody })) };
  return state;
}
