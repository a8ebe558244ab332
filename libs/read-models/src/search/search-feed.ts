import type { CaseEvent } from '#libs/domain';
import { isPlacedSealed, type PlacedSealed } from '#libs/envelope';
import type { EventStore, StoredEvent } from '#libs/event-store/port';
import type { FeedBatch, FeedDefinition, FeedId, Poison } from '#libs/feeds';
import { type AnyRow, storableJson, storableText } from '../engine/columns.js';
import { schemaOf, type Targets } from '../engine/ddl.js';
import { caseIdOf } from '../engine/fold.js';
import { isSearched, searchedFields } from './search-fields.js';
import { expunge } from './expunge.js';
import { searchProjection } from './search.projection.js';

/** Opens sealed values; null where the key was destroyed. Throws `RetryLater` while the keys are out of reach. */
export interface Unsealer {
  unseal(items: readonly PlacedSealed[]): Promise<readonly (string | null)[]>;
}

export interface SearchFeedOptions extends FeedId {
  readonly store: Pick<EventStore, 'readStream'>;
  readonly decode: (stored: StoredEvent) => CaseEvent;
  readonly unsealer: Unsealer;
  /** Another schema to write to. */
  readonly targets?: Targets;
}

interface Found {
  readonly stored: StoredEvent;
  readonly field: string;
  readonly type: string;
  readonly sealed: PlacedSealed;
}

const unit = searchProjection.name;

const insertInto = (schema: string) => ({
  name: `${schema}/insert`,
  text: `INSERT INTO ${schema}.search_text (case_id, text_id, key_id, event_id, position, type, field, content)
         SELECT case_id, text_id, key_id, event_id, position, type, field, content FROM json_to_recordset($1::json)
         AS r(case_id uuid, text_id text, key_id text, event_id text, position bigint, type text, field text, content text)`,
});

/** The feed that fills the full-text index. */
export function searchFeed(options: SearchFeedOptions): FeedDefinition {
  const insert = insertInto(schemaOf(searchProjection, options.targets));
  return {
    name: options.name,
    version: options.version,
    categories: ['case'],
    units: [unit],
    gatherMs: 50,
    async handle(batch, tx) {
      const { rows, poison } = await collect(options, batch);
      if (rows.length > 0) await tx.query({ ...insert, values: [storableJson(rows)] });
      // After the rows: a batch may hold a text and its expungement. Whether the stream waits or not: nothing delays it.
      for (const stored of batch.events) if (stored.type === 'SubjectExpunged') await expunge(stored, options, tx);
      return poison;
    },
  };
}

/** All rows of these whole streams: what the table must hold of them. @throws where an event can't be read */
export async function searchRows(options: SearchFeedOptions, events: readonly StoredEvent[]): Promise<readonly AnyRow[]> {
  const { rows, poison } = await collect(options, { events, waits: () => false, isRetry: false, epoch: 0n });
  if (poison[0] !== undefined) throw poison[0].error;
  return rows;
}

async function collect(options: SearchFeedOptions, batch: FeedBatch): Promise<{ readonly rows: readonly AnyRow[]; readonly poison: readonly Poison[] }> {
  const poison = new Map<string, Poison>();
  const found: Found[] = [];
  for (const stored of batch.events) {
    if (batch.waits(unit, stored.stream) || poison.has(stored.stream)) continue;
    if (!(stored.type in searchedFields) && stored.type !== 'FactCorrected') continue;
    try {
      found.push(...(await textsOf(options, stored)));
    } catch (error) {
      poison.set(stored.stream, { unit, event: stored, error });
    }
  }
  const opened = found.length === 0 ? [] : await options.unsealer.unseal(found.map((one) => one.sealed));
  const rows = found.flatMap((one, i) => {
    const content = opened[i] ?? null;
    return content === null || content === '' ? [] : [rowOf(one, content)];
  });
  return { rows, poison: [...poison.values()] };
}

const rowOf = ({ stored, field, type, sealed }: Found, content: string) => ({
  case_id: caseIdOf(stored.stream),
  text_id: `${stored.id}/${field}`,
  key_id: sealed['@sealed'].key,
  event_id: stored.id,
  position: String(stored.position.n),
  type,
  field,
  content: storableText(content),
});

async function textsOf(options: SearchFeedOptions, stored: StoredEvent): Promise<readonly Found[]> {
  caseIdOf(stored.stream);
  const event = options.decode(stored);
  if (event.type === 'FactCorrected') return correctedText(options, stored, event);
  if (!isSearched(event)) return [];
  const data: Readonly<Record<string, unknown>> = event.data;
  return (searchedFields[event.type] ?? []).flatMap((field) => found(stored, event.type, field, data[field]));
}

/** A corrected text is searched beside the original, if the field that it corrects is. */
async function correctedText(options: SearchFeedOptions, stored: StoredEvent, event: Extract<CaseEvent, { type: 'FactCorrected' }>): Promise<readonly Found[]> {
  const { protectedTo, field } = event.data;
  if (protectedTo === null) return [];
  for await (const earlier of options.store.readStream(stored.stream, { to: stored.revision })) {
    if (earlier.id !== event.data.event) continue;
    const original = options.decode(earlier);
    const isIndexed = isSearched(original) && searchedFields[original.type]?.includes(field) === true;
    return isIndexed ? found(stored, original.type, 'protectedTo', protectedTo) : [];
  }
  return [];
}

function found(stored: StoredEvent, type: string, field: string, sealed: unknown): readonly Found[] {
  if (sealed === null || sealed === undefined) return [];
  if (!isPlacedSealed(sealed)) throw new Error(`${field} of ${stored.id} is not sealed`);
  return [{ stored, field, type, sealed }];
}
