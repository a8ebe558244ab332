import type { Client } from './client.js';

export interface TrailEntry {
  readonly revision: number;
  readonly title: string;
  readonly summary: string;
  readonly actor: string;
  readonly roles: readonly string[];
  readonly recordedAt: string;
  readonly marks: readonly string[];
}

interface TrailPage {
  readonly auditTrail: {
    readonly edges: readonly { readonly node: TrailEntry }[];
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  };
}

const query = /* GraphQL */ `
  query ($caseId: UUID!, $after: String, $atLeast: Position) {
    auditTrail(caseId: $caseId, first: 200, after: $after, atLeast: $atLeast) {
      edges { node { revision title summary actor roles recordedAt marks } }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

/** Every step of a case, in order. */
export async function readTrail(client: Client, caseId: string, atLeast: string | null = null): Promise<readonly TrailEntry[]> {
  const entries: TrailEntry[] = [];
  let after: string | null = null;
  do {
    const { auditTrail }: TrailPage = await client.ask<TrailPage>(query, { caseId, after, atLeast });
    entries.push(...auditTrail.edges.map((edge) => edge.node));
    after = auditTrail.pageInfo.hasNextPage ? auditTrail.pageInfo.endCursor : null;
  } while (after !== null);
  return entries;
}

/** A time as a person reads it: local, with its offset. */
export function localTime(instant: string, zone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZoneName: 'longOffset',
  }).formatToParts(new Date(instant));
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  const offset = part('timeZoneName').replace('GMT', '') || '+00:00';
  return `${part('year')}-${part('month')}-${part('day')} ${part('hour')}:${part('minute')}:${part('second')} ${offset}`;
}

export function trailLine({ revision, title, summary, actor, roles, recordedAt, marks }: TrailEntry, zone: string): string {
  const who = `${actor} (${roles.join(', ').toLowerCase().replaceAll('_', ' ')})`;
  const noted = marks.filter((mark) => mark !== 'MATERIAL').map((mark) => mark.toLowerCase().replaceAll('_', ' '));
  const what = summary === '' ? title : `${title}: ${summary}`;
  return `${String(revision).padStart(4)}  ${localTime(recordedAt, zone)}  ${who.padEnd(42)} ${what}${noted.length > 0 ? `  [${noted.join(', ')}]` : ''}`;
}
