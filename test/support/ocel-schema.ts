/**
 * What the published JSON schema of OCEL 2.0 (https://www.ocel-standard.org/2.0/ocel20-schema-json.json, JSON Schema draft-07) demands. The site itself
 * could not be reached from where this was written: the demands are those of a public copy of that file, taken from it in August 2026, written out here in a
 * form of our own. It demands less than the specification; the tests check beside it what it leaves out.
 */
const text = { type: 'string' } as const;
const time = { type: 'string', format: 'date-time' } as const;

const listOf = (properties: Readonly<Record<string, object>>, required: readonly string[] = Object.keys(properties)) => ({ type: 'array', items: { type: 'object', properties, required } });
const typesOf = () => listOf({ name: text, attributes: listOf({ name: text, type: text }) });
const relationships = listOf({ objectId: text, qualifier: text });

export const ocelSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  properties: {
    eventTypes: typesOf(),
    objectTypes: typesOf(),
    events: listOf({ id: text, type: text, time, attributes: listOf({ name: text, value: text }), relationships }, ['id', 'type', 'time']),
    objects: listOf({ id: text, type: text, relationships, attributes: listOf({ name: text, value: text, time }) }, ['id', 'type']),
  },
  required: ['eventTypes', 'objectTypes', 'events', 'objects'],
} as const;
