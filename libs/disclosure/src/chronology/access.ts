import type { Ground } from '../verifier/manifest.js';
import type { Line } from './chronology.js';
import type { Facts, Speaker } from './say.js';
import { whoIs } from './who.js';

/** What each kind of read is called. */
const titles: Readonly<Record<string, string>> = {
  CaseViewed: 'Case opened',
  FootageViewed: 'Recordings looked at',
  ProtectedFieldViewed: 'Protected text read',
  SearchRun: 'Search run',
  ExportMade: 'Bundle asked for',
  AccessDenied: 'Access denied',
};
const handedOut = 'Bundle handed out';
const ways: Readonly<Record<string, string>> = { HTTP: 'by the service', WEBSOCKET: 'by a live connection', COMMAND_LINE: 'by the command line' };
const readForm = /^read\d+$/;

/** One line for each read of this case in a record of access; one that says so where none may be shown. */
export function accessLines(facts: Facts, voice: Speaker, grounds: readonly Ground[]): readonly Line[] {
  const { head, number } = facts.event;
  const reads = facts.names().filter((name) => readForm.test(name));
  const shown = reads.filter((name) => facts.ground(name) === null);
  const base = { number, corrections: [], details: [], withheld: [] };
  if (shown.length > 0) return shown.map((name) => ({ ...base, ...lineOf(facts.get(name), voice) }));
  const ground = reads.map((name) => facts.ground(name)).find((code) => code !== null);
  const why = grounds.find(({ code }) => code === ground)?.text ?? 'Not part of this bundle.';
  return [{ ...base, title: 'Read of the case', recorded: voice.localTime(head.recordedAt), who: 'Withheld', authority: '', text: null, withheld: [{ fields: ['Who looked at what'], ground: why }] }];
}

function lineOf(value: unknown, voice: Speaker): Pick<Line, 'title' | 'recorded' | 'who' | 'authority' | 'text' | 'details'> {
  const read = typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
  const text = (name: string): string | null => (typeof read[name] === 'string' && read[name] !== '' ? read[name] : null);
  const at = text('at');
  const from = text('address');
  const things = Array.isArray(read['things']) ? read['things'].filter((one) => typeof one === 'string') : [];
  return {
    title: text('kind') === 'ExportMade' && text('outcome') === 'SHOWN' ? handedOut : (titles[text('kind') ?? ''] ?? 'Read'),
    recorded: at === null ? 'at an unknown time' : voice.localTime(at),
    who: whoIs({ actor: read['actor'], roles: read['roles'], unit: read['unit'] }),
    authority: text('purpose') === null ? 'No purpose was given' : `For: ${text('purpose')}`,
    text: `Asked ${ways[text('channel') ?? ''] ?? ''}${from === null ? '' : ` from ${from}`}: ${text('source') ?? 'unknown'}${text('outcome') === 'DENIED' ? '; not shown' : ''}.`,
    details: things.length === 0 ? [] : [{ label: 'of', text: things.join('; ') }],
  };
}
