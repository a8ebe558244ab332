import type { Facts, Speaker } from './say.js';
import { inWords } from './vocabulary.js';

/** For one recording: whose hands it was in, what protected it, and what its fingerprints were. */
export interface CustodyTable {
  readonly title: string;
  readonly registered: number;
  readonly firstSha256: string | null;
  readonly custodian: string;
  readonly rows: readonly CustodyRow[];
}

export interface CustodyRow {
  readonly number: number;
  readonly recorded: string;
  readonly step: string;
  readonly detail: string;
  readonly who: string;
}

type Row = (facts: Facts, voice: Speaker) => { readonly step: string; readonly detail: string };

const shown = (facts: Facts, voice: Speaker, name: string): string => (facts.ground(name) === null ? voice.say(facts.get(name)) : '[withheld]');

function hashOf(facts: Facts): string {
  const fingerprint = facts.get('fingerprint');
  const sha256 = typeof fingerprint === 'object' && fingerprint !== null && 'sha256' in fingerprint ? fingerprint.sha256 : null;
  return typeof sha256 === 'string' ? sha256 : '[withheld]';
}

const rows: Readonly<Record<string, Row>> = {
  FootageRegistered: (f, v) => ({ step: 'Registered', detail: `${shown(f, v, 'sourceSystem')}, reference ${shown(f, v, 'sourceReference')}; custodian: ${shown(f, v, 'custodian')}` }),
  FootageHoldPlaced: (f, v) => ({ step: 'Hold placed', detail: shown(f, v, 'ground') }),
  FootageHoldConfirmed: (f, v) => ({ step: 'Hold confirmed at the source', detail: `reference ${shown(f, v, 'holdReference')}; ${shown(f, v, 'checkedHow')}` }),
  FootageVerified: (f) => ({ step: f.get('first') === true ? 'First fingerprint' : 'Fingerprint matches the first', detail: `SHA-256 ${hashOf(f)}` }),
  FootageMismatchFound: (f, v) => ({ step: 'FINGERPRINT DIFFERS', detail: `SHA-256 ${hashOf(f)}; the first was ${shown(f, v, 'firstSha256')}` }),
  MismatchExplained: (f, v) => ({ step: 'Difference explained', detail: `${shown(f, v, 'explanation')}: ${shown(f, v, 'reason')}` }),
  FootageReportedUnavailable: (f, v) => ({ step: 'Reported unavailable', detail: `${shown(f, v, 'reason')}: ${shown(f, v, 'explanation')}` }),
  FootageAnnotated: () => ({ step: 'Annotated', detail: 'see the chronology' }),
  DerivedCopyRegistered: (f, v) => ({ step: `Copy made: ${shown(f, v, 'kind')}`, detail: `${shown(f, v, 'purpose')}; SHA-256 ${shown(f, v, 'sha256')}` }),
  CustodyTransferred: (f, v) => ({ step: 'Custody handed over', detail: `from ${shown(f, v, 'from')} to ${shown(f, v, 'to')}: ${shown(f, v, 'reason')}` }),
  CustodyAccepted: (f, v) => ({ step: 'Custody accepted', detail: `by ${shown(f, v, 'by')} from ${shown(f, v, 'from')}` }),
  HoldReleaseRequested: (f, v) => ({ step: 'Release of the hold asked for', detail: `${shown(f, v, 'ground')}: ${shown(f, v, 'reason')}` }),
  HoldReleased: (f, v) => ({ step: 'Hold released', detail: `${shown(f, v, 'ground')}: ${shown(f, v, 'reason')}` }),
  HoldReleaseRefused: (f, v) => ({ step: 'Release refused', detail: `${shown(f, v, 'ground')}: ${shown(f, v, 'reason')}` }),
};

export function custodyTables(all: readonly Facts[], voice: Speaker, whoOf: (facts: Facts) => string): readonly CustodyTable[] {
  const items = all.filter(({ event }) => event.head.type === 'FootageRegistered');
  return items.map((item) => {
    const id = item.text('footage');
    const concerned = id === null ? [item] : all.filter((facts) => facts.text('footage') === id || facts.text('of') === id);
    const table = concerned.flatMap((facts): CustodyRow[] => {
      const row = rows[facts.event.head.type];
      if (row === undefined) return [];
      const { number, head } = facts.event;
      return [{ number, recorded: voice.localTime(head.recordedAt), ...row(facts, voice), who: whoOf(facts) }];
    });
    const first = concerned.find((facts) => facts.event.head.type === 'FootageVerified' && facts.get('first') === true);
    const accepted = concerned.filter((facts) => facts.event.head.type === 'CustodyAccepted').at(-1);
    const custodian = accepted === undefined ? shown(item, voice, 'custodian') : shown(accepted, voice, 'by');
    const kind = item.text('kind');
    const title = `${id === null ? `Recording in No. ${item.event.number}` : capital(voice.nameOf(id))}${kind === null ? '' : ` (${inWords(kind)})`}`;
    return { title, registered: item.event.number, firstSha256: first === undefined ? null : hashOf(first), custodian, rows: table };
  });
}

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
