import { readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import { z } from 'zod';
import { resolveWhen } from '#libs/domain';
import { exitCodes, Stop } from '../exit-codes.js';

const column = z.string().min(1);

function isZone(zone: string): boolean {
  // The same judge as for the rows, so that a wrong zone is one message and not one for each row.
  return resolveWhen({ earliest: { local: '2000-01-01' }, latest: null, precision: 'DAY', source: 'mapping', zone }, 'SPAN').kind === 'OK';
}

/** What in a foreign file means what. Every name is a column's header. */
const schema = z.strictObject({
  /** Name of the source system: ids of commands and cases derive from it. */
  source: z.string().min(1).max(100),
  /** IANA zone of its local dates. */
  zone: z.string().refine(isZone, 'is no IANA time zone'),
  /** The number of the case in the source. */
  reference: column,
  occurred: z.strictObject({ date: column, time: column.optional() }),
  reported: z.strictObject({ date: column }),
  place: z.strictObject({
    beat: column.optional(),
    /** `BEAT_WITHOUT_LAST_TWO_DIGITS`: beat 1832 lies in district 18. */
    district: z.union([z.strictObject({ column }), z.literal('BEAT_WITHOUT_LAST_TWO_DIGITS')]).optional(),
    description: column.optional(),
  }),
  /** Joined by commas; protected. */
  address: z.array(column).default([]),
  category: z.strictObject({ code: column.optional(), text: column }),
  narrative: column.optional(),
  recordsNumber: column.optional(),
  /** Further columns that are kept as they stand. Never one that holds a name. */
  keep: z.array(column).default([]),
});

export type Mapping = z.infer<typeof schema>;

/** @throws Stop naming what is wrong with the file */
export async function readMapping(path: string): Promise<Mapping> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new Stop(exitCodes.usage, `The mapping ${path} can't be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const parsed = schema.safeParse(readYaml(path, text));
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`);
  throw new Stop(exitCodes.usage, `The mapping ${path} can't be used. ${wrong.join('; ')}`);
}

/** @throws Stop */
function readYaml(path: string, text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new Stop(exitCodes.usage, `The mapping ${path} is not YAML: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

/** Every header that the mapping speaks of. */
export function columnsOf(mapping: Mapping): readonly string[] {
  const { place, category } = mapping;
  const district = typeof place.district === 'object' ? place.district.column : undefined;
  return [
    mapping.reference,
    mapping.occurred.date,
    mapping.occurred.time,
    mapping.reported.date,
    place.beat,
    district,
    place.description,
    category.code,
    category.text,
    mapping.narrative,
    mapping.recordsNumber,
    ...mapping.address,
    ...mapping.keep,
  ].filter((name) => name !== undefined);
}
