import { inspect } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory, Query, Resolver } from '@nestjs/graphql';
import {
  getNamedType,
  getNullableType,
  type GraphQLInputType,
  type GraphQLSchema,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
} from 'graphql';
import { caseActions, deliveryActions, policyActions, userActions, type CaseCommandType } from '#libs/domain';
import { actionResolvers } from './actions.module.js';
import type { CommandInput } from './inputs/command.inputs.js';
import { type CaseAction, caseInputs, commandOf, serviceActions } from './inputs/index.js';
import { ImportReportsInput } from './inputs/import.inputs.js';
import { problemsOf, readInput } from './inputs/input-reader.js';

@Resolver()
class AnyQuery {
  @Query(() => Boolean, { description: 'A schema must have a query.' })
  there(): boolean {
    return true;
  }
}

async function buildSchema(): Promise<GraphQLSchema> {
  const module = await Test.createTestingModule({ imports: [GraphQLSchemaBuilderModule] }).compile();
  return module.get(GraphQLSchemaFactory).create([...actionResolvers, AnyQuery]);
}
const schema = await buildSchema();

const uuid = '0192f0c1-2b3c-7d4e-8f50-123456789abc';
const oneOf: Readonly<Record<string, string>> = { WhenEndInput: 'instant', StatementGiverInput: 'person', EvidenceInput: 'footage' };
/** Plain texts that are of a narrower form than the schema can say. */
const texts: Readonly<Record<string, string>> = { sha256: 'a'.repeat(64), packetSha256: 'b'.repeat(64), offset: '-05:00' };
const scalars: Readonly<Record<string, unknown>> = {
  UUID: uuid,
  DateTime: '2026-11-01T06:30:00.000Z',
  LocalDateTime: '2026-11-01T01:30',
  Int: 7,
  SafeInt: 90_000_000_000,
  Boolean: true,
  Json: { corrected: ['value', 1, null] },
};

/** An input with every field given. */
function example(type: GraphQLInputType, name = ''): unknown {
  const bare = getNullableType(type);
  if (isListType(bare)) return [example(bare.ofType, name)];
  if (isEnumType(bare)) return bare.getValues()[0]?.name;
  if (!isInputObjectType(bare)) return bare.name === 'String' ? (texts[name] ?? `A ${name}.`) : scalars[bare.name];
  const only = oneOf[bare.name];
  const fields = Object.values(bare.getFields()).filter((field) => only === undefined || field.name === only);
  return Object.fromEntries(fields.map((field) => [field.name, example(field.type, field.name)]));
}

interface Place {
  readonly path: readonly (string | number)[];
  readonly type: GraphQLInputType;
}

/** Every field below an input, through the first item of each list. */
function placesOf(type: GraphQLInputType, path: Place['path'] = []): readonly Place[] {
  const bare = getNamedType(type);
  if (!isInputObjectType(bare)) return [];
  const only = oneOf[bare.name];
  return Object.values(bare.getFields()).flatMap((field) => {
    if (only !== undefined && field.name !== only) return [];
    const here = [...path, field.name];
    const inside = isListType(getNullableType(field.type)) ? [...here, 0] : here;
    return [{ path: here, type: field.type }, ...placesOf(field.type, inside)];
  });
}

function withValue(given: unknown, [key, ...rest]: Place['path'], value: unknown): unknown {
  if (key === undefined) return value;
  if (Array.isArray(given)) return given.map((item: unknown, i) => (i === key ? withValue(item, rest, value) : item));
  const record = given as Readonly<Record<string, unknown>>; // The example of an input object.
  return { ...record, [key]: withValue(record[key], rest, value) };
}

const loneSurrogate = `half of ${String.fromCharCode(0xd83d)}`;

/** Values that a field of this type must not take. */
function wrongValues({ type, path }: Place): readonly unknown[] {
  const missing = isNonNullType(type) ? [null, undefined] : [];
  const bare = getNullableType(type);
  const name = String(path.at(-1));
  if (isListType(bare)) {
    const item = wrongValues({ type: bare.ofType, path }).map((wrong) => [wrong]);
    const tooMany = Array.from({ length: 201 }, () => example(bare.ofType, name));
    return [...missing, 'text', {}, 3, tooMany, ...(isInputObjectType(getNamedType(bare)) ? [['text'], [null]] : item)];
  }
  if (isInputObjectType(bare)) return [...missing, 'text', 3, true, []];
  if (isEnumType(bare)) return [...missing, 'NONE_OF_THESE', '', 3, true, {}, []];
  const notText = [3, true, {}, []];
  switch (bare.name) {
    case 'String':
      return [...missing, ...notText, '', ' \n\t', 'a\0b', loneSurrogate, 'x'.repeat(100_001)];
    case 'UUID':
      return [...missing, ...notText, '', 'none', uuid.toUpperCase(), `${uuid}0`];
    case 'DateTime':
      return [...missing, ...notText, '', '2026-11-01', '2026-02-30T00:00:00.000Z', '2026-11-01T06:30:00-05:00', 'now'];
    case 'LocalDateTime':
      return [...missing, ...notText, '', '2026-02-30', '2026-11-01T25:00', '2026-11-01T06:30:00Z'];
    case 'Int':
    case 'SafeInt':
      return [...missing, 'text', '7', 1.5, Number.NaN, Infinity, 2 ** 53, {}, []];
    case 'Boolean':
      return [...missing, 'true', 1, {}, []];
    case 'Json':
      return [Number.NaN, new Date(0), 'a\0b', [loneSurrogate], { '@sealed': 1 }];
    default:
      throw new Error(`no wrong values for ${bare.name}`);
  }
}

function inputTypeOf(name: string): GraphQLInputType {
  const type = schema.getType(name);
  if (!isInputObjectType(type)) throw new Error(`no input ${name}`);
  return type;
}

const actions = Object.keys(caseInputs) as CaseAction[]; // The keys of the table.
const inputOf = (action: CaseAction): Type<CommandInput> => caseInputs[action];

describe('inputs of actions', () => {
  it.each(actions)('%s: takes every field it names, and its command has all of them', (action) => {
    const given = example(inputTypeOf(caseInputs[action].name));
    const reading = readInput(inputOf(action), given);
    if (reading.kind === 'BAD') throw new Error(JSON.stringify(reading.fields));
    expect(problemsOf(reading.input)).toEqual([]);
    const command = commandOf(action, reading.input);
    expect(command.type).toBe(action);
    expect(JSON.parse(JSON.stringify(command.data))).toEqual(command.data);
    expect(Object.keys(command.data)).not.toContain('commandId');
    for (const [field, value] of Object.entries(command.data)) {
      if (action === 'fileReport' && field === 'source') continue;
      expect({ [field]: value }).not.toEqual({ [field]: null });
    }
  });

  it.each([...actions.map(inputOf), ImportReportsInput])('%p: names the one bad field, whatever is wrong with it', (input) => {
    const type = inputTypeOf(input.name);
    const right = example(type);
    for (const place of placesOf(type)) {
      for (const wrong of wrongValues(place)) {
        const reading = readInput<object>(input, withValue(right, place.path, wrong));
        const tried = `${place.path.join('.')} = ${inspect(wrong).slice(0, 40)}`;
        if (reading.kind === 'READ') throw new Error(`${tried} was taken`);
        const paths = reading.fields.map(({ path }) => path);
        const at = place.path.join('.');
        expect({ tried, paths: paths.filter((path) => path !== at && !path.startsWith(`${at}.`)) }).toEqual({ tried, paths: [] });
        expect(paths.length).toBeGreaterThan(0);
        for (const { problems } of reading.fields) expect(problems.join('')).not.toBe('');
      }
    }
  });

  it.each(actions)('%s: what may be absent is null in the command', (action) => {
    const type = inputTypeOf(caseInputs[action].name);
    const maybe = placesOf(type).filter((place) => !isNonNullType(place.type) && place.path.length === 1);
    const given = maybe.reduce((value, { path }) => withValue(value, path, undefined), example(type));
    const reading = readInput(inputOf(action), given);
    if (reading.kind === 'BAD') throw new Error(JSON.stringify(reading.fields));
    expect(Object.values(commandOf(action, reading.input).data)).not.toContain(undefined);
  });

  it('refuses a union with no member, and one with two', () => {
    const given = example(inputTypeOf('LinkEvidenceInput'));
    const problem = ['must give exactly one of footage, exhibit, statement, report, sceneDetail'];
    for (const evidence of [{}, { footage: uuid, report: uuid }]) {
      const reading = readInput(caseInputs.linkEvidence, withValue(given, ['evidence'], evidence));
      expect(reading).toEqual({ kind: 'BAD', fields: [{ path: 'evidence', problems: problem }] });
    }
  });

  it('names fifty-one bad fields at most, however many there are', () => {
    const rows = Array.from({ length: 200 }, () => ({}));
    const reading = readInput(ImportReportsInput, { source: 'other-system', rows });
    expect(reading.kind === 'BAD' && reading.fields).toHaveLength(51);
  });

  it('refuses an item that a list names twice', () => {
    const given = withValue(example(inputTypeOf('RequestPreservationInput')), ['cameras'], ['C-1', 'C-1']);
    const reading = readInput(caseInputs.requestPreservation, given);
    expect(reading).toEqual({ kind: 'BAD', fields: [{ path: 'cameras', problems: ['must not name the same item twice'] }] });
  });
});

describe('the schema of actions', () => {
  const mutations = schema.getMutationType()?.getFields() ?? {};

  it('has a mutation for each action of the tables but the ones of the service, and importReports', () => {
    const all = Object.keys(caseActions) as CaseCommandType[]; // The keys of the table.
    const expected = all.filter((action) => !(serviceActions as readonly string[]).includes(action));
    expect(Object.keys(mutations).toSorted()).toEqual([...expected, ...Object.keys(userActions), ...Object.keys(policyActions), ...Object.keys(deliveryActions), 'importReports'].toSorted());
  });

  it('keeps exactly those actions to the service that it alone is allowed', () => {
    const alone = Object.entries(caseActions).filter(([, { allow }]) => allow.every((role) => role === 'SYSTEM'));
    expect(alone.map(([action]) => action)).toEqual(serviceActions);
  });

  it('takes one argument input of the class of the action, and answers ActionResult', () => {
    for (const action of actions) {
      const { args, type } = mutations[action] ?? { args: [], type: null };
      expect(args.map((arg) => `${arg.name}: ${String(arg.type)}`)).toEqual([`input: ${caseInputs[action].name}!`]);
      expect(caseInputs[action].name.toLowerCase()).toBe(`${action.toLowerCase()}input`);
      expect(String(type)).toBe('ActionResult!');
    }
  });

  it('says of each action who may do it', () => {
    expect(mutations['approveLegally']?.description).toBe('Gives the legal approval. For LEGAL.');
  });

  it('describes every type, field, argument and enum', () => {
    const bare: string[] = [];
    const note = (at: string, description: string | null | undefined): void => {
      if (!description?.trim()) bare.push(at);
    };
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__') || ['Query', 'Mutation'].includes(type.name)) continue;
      note(type.name, type.description);
      // Refusals speak for themselves: each has a message.
      if (isEnumType(type) && type.name !== 'RefusalCode') for (const value of type.getValues()) note(`${type.name}.${value.name}`, value.description);
      if ('getFields' in type) for (const field of Object.values(type.getFields())) note(`${type.name}.${field.name}`, field.description);
    }
    for (const field of Object.values(mutations)) {
      note(field.name, field.description);
      for (const arg of field.args) note(`${field.name}(${arg.name})`, arg.description);
    }
    expect(bare).toEqual([]);
  });
});
