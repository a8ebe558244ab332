import { getNamedType, type GraphQLField, type GraphQLInputType, type GraphQLObjectType, type GraphQLSchema, isEnumType, isInputObjectType, isListType, isNonNullType, isObjectType, isUnionType } from 'graphql';
import type { Chance } from '../support/chance.js';

/** One request as it is sent: a body, and its content type where that is not JSON. */
export interface HostileRequest {
  readonly what: string;
  readonly body: string;
  readonly type?: string;
}

const json = (query: unknown, variables?: unknown, rest: object = {}): string => JSON.stringify({ query, variables, ...rest });
const words = ['', ' ', 'null', '0', '-1', '1e999', "'; DROP TABLE event; --", '<script>', '\u0000', '\uFFFD', '🦉', '%s%n', '${7*7}', '../../etc/passwd', '__proto__', 'x'.repeat(2_000)] as const;

type Make = (chance: Chance, schema: GraphQLSchema) => HostileRequest | Omit<HostileRequest, 'what'>;

/** Every sort of document; each is drawn equally often. */
const sorts = {
  'a walk through the schema': (chance, schema) => ({ body: json(walk(chance, schema.getQueryType(), 6, 'query')) }),
  'a mutation with any input': (chance, schema) => ({ body: json(walk(chance, schema.getMutationType(), 2, 'mutation')) }),
  'a subscription over HTTP': (chance, schema) => ({ body: json(walk(chance, schema.getSubscriptionType(), 3, 'subscription')) }),
  'very deep': (chance) => ({ body: json(`{ ${'cases { edges { node { '.repeat(between(chance, 5, 300))}number${' } } }'.repeat(5)} }`) }),
  'deep and well formed': (chance) => ({ body: json(nested('cases { edges { node { id number stage ', ' } } }', between(chance, 1, 60))) }),
  'many aliases': (chance) => ({ body: json(`{ ${Array.from({ length: between(chance, 31, 900) }, (_, i) => `a${i}: cases(first: 200) { edges { node { id } } }`).join(' ')} }`) }),
  'many aliases of __typename': (chance) => ({ body: json(`{ ${Array.from({ length: between(chance, 31, 900) }, (_, i) => `a${i}: __typename`).join(' ')} }`) }),
  'many directives': (chance) => ({ body: json(`{ __typename ${'@include(if: true) '.repeat(between(chance, 6, 900))} }`) }),
  'unknown directives': (chance) => ({ body: json(`query ${'@a '.repeat(between(chance, 6, 900))} { __typename }`) }),
  'many tokens': (chance) => ({ body: json(`{ ${'__typename '.repeat(between(chance, 2_000, 40_000))} }`) }),
  'fragments in a circle': () => ({ body: json('{ ...A } fragment A on Query { ...B } fragment B on Query { ...C } fragment C on Query { ...A }') }),
  'fragments that double': (chance) => ({ body: json(doubling(between(chance, 3, 30))) }),
  'one field in many shapes': (chance) => ({ body: json(`{ ${Array.from({ length: between(chance, 10, 300) }, (_, i) => `cases(first: ${i}) { edges { node { number } } }`).join(' ')} }`) }),
  'a page without an end, in a variable': (chance) => ({ body: json('query ($n: Int) { cases(first: $n) { edges { node { footage { id } allegations { id } agents { id } } } } }', { n: chance.one([200, 1e9, -1, 2 ** 31, 0.5, null, '200']) }) }),
  'pages in pages': () => ({ body: json('query ($n: Int = 200) { cases(first: $n) { edges { node { steps(first: $n) { edges { node { type } } } } } } }') }),
  'introspection in a circle': (chance) => ({ body: json(`{ __schema { types { ${nested('fields { type { ', ' } }', between(chance, 1, 40), 'name')} } } }`) }),
  'introspection as asked by tools': () => ({ body: json('{ __schema { queryType { name } types { kind name fields(includeDeprecated: true) { name args { name type { kind name ofType { name } } } } } } }') }),
  'a batch': (chance) => ({ body: `[${Array.from({ length: between(chance, 1, 200) }, () => json('{ __typename }')).join(',')}]` }),
  'a stored query by hash': (chance) => ({ body: json(undefined, undefined, { extensions: { persistedQuery: { version: 1, sha256Hash: chance.one(words) } } }) }),
  'broken syntax': (chance) => ({ body: json(mangled(chance, '{ cases(first: 10) { edges { node { number stage } } } }')) }),
  'broken JSON': (chance) => ({ body: mangled(chance, json('{ __typename }')) }),
  'no object': (chance) => ({ body: chance.one(['null', '0', '""', 'true', '[]', '{}', '"{ __typename }"', '{"query":null}', '{"query":7}', '{"query":["{a}"]}', '{"query":{}}', '']) }),
  'another content type': (chance) => ({ body: json('{ __typename }'), type: chance.one(['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/graphql', 'application/xml', 'application/json; charset=utf-16']) }),
  'variables that are none': (chance) => ({ body: json('query ($c: UUID!) { case(caseId: $c) { number } }', chance.one<unknown>([null, [], 'x', 7, { c: { a: 1 } }, { c: [] }, { c: chance.one(words) }, JSON.parse('{"__proto__":1}'), JSON.parse('{"constructor":{"prototype":{}}}')])) }),
  'variables nested deep': (chance) => ({ body: `{"query":"query ($i: FileReportInput!) { fileReport(input: $i) { __typename } }","variables":{"i":${'['.repeat(between(chance, 10, 5_000))}${']'.repeat(10)}}}` }),
  'well nested variables': (chance) => ((depth) => ({ body: `{"query":"query ($i: JSON) { __typename }","variables":{"i":${'['.repeat(depth)}${']'.repeat(depth)}}}` }))(between(chance, 10, 9_000)),
  'an operation that is not there': (chance) => ({ body: json('query A { __typename } query B { __typename }', undefined, { operationName: chance.one(['C', '', null, 7, '__proto__']) }) }),
  'ids of other things': (chance) => ({ body: json('query ($i: ID!) { node(id: $i) { id } }', { i: chance.one([...words, 'Q2FzZTo=', Buffer.from(`Case:${chance.one(words)}`).toString('base64')]) }) }),
  'a search for anything': (chance) => ({ body: json('query ($t: String!) { search(text: $t, purpose: "hostile") { edges { node { caseId } } } }', { t: chance.one(words) }) }),
  'a text of any bytes': (chance) => ({ body: json(Array.from({ length: between(chance, 1, 400) }, () => String.fromCharCode(between(chance, 0, 65_535))).join('')) }),
  'a number without an end': (chance) => ({ body: json(`{ cases(first: ${'9'.repeat(between(chance, 1, 3_000))}) { edges { node { number } } } }`) }),
  'a block text': (chance) => ({ body: json(`{ node(id: """${'\\"""'.repeat(between(chance, 1, 900))}""") { id } }`) }),
} satisfies Readonly<Record<string, Make>>;

export const documentSorts = Object.keys(sorts);

export function hostileDocument(chance: Chance, schema: GraphQLSchema): HostileRequest {
  const what = chance.one(documentSorts) as keyof typeof sorts;
  const make: Make = sorts[what];
  return { ...make(chance, schema), what };
}

/** A whole number, both ends included. */
const between = (chance: Chance, least: number, most: number): number => least + chance.below(most - least + 1);

function nested(open: string, close: string, depth: number, inside = '__typename'): string {
  const body = `${open.repeat(depth)}${inside}${close.repeat(depth)}`;
  return open.startsWith('cases') ? `{ ${body} }` : body;
}

function doubling(levels: number): string {
  const fragments = Array.from({ length: levels }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`);
  return `{ ...F0 } ${fragments.join(' ')} fragment F${levels} on Query { cases(first: 200) { edges { node { id } } } }`;
}

function mangled(chance: Chance, text: string): string {
  const from = between(chance, 0, text.length);
  return text.slice(0, from) + chance.one(['', '{', '}', '"', '(', '$', '\u0000', '…', '...', '@', '"""', '\\u{110000}']) + text.slice(Math.min(text.length, from + between(chance, 0, 5)));
}

type Field = GraphQLField<unknown, unknown>;

/** A document that the schema allows, but for its values: any fields, any arguments. */
function walk(chance: Chance, root: GraphQLObjectType | null | undefined, depth: number, operation: string): string {
  if (root === null || root === undefined) return '{ __typename }';
  const field = chance.one(Object.values(root.getFields()) as Field[]);
  return `${operation} { ${printed(chance, field, depth)} }`;
}

function printed(chance: Chance, field: Field, depth: number): string {
  const args = field.args.filter(({ type }) => isNonNullType(type) || chance.is(0.25)).map(({ name, type }) => `${name}: ${valueOf(chance, type, 3)}`);
  const given = args.length === 0 ? '' : `(${args.join(', ')})`;
  const type = getNamedType(field.type);
  if (isUnionType(type)) return `${field.name}${given} { __typename }`;
  if (!isObjectType(type)) return 'getFields' in type ? `${field.name}${given} { __typename }` : `${field.name}${given}`;
  const fields = depth <= 0 ? [] : Array.from({ length: between(chance, 1, 4) }, () => printed(chance, chance.one(Object.values(type.getFields()) as Field[]), depth - 1));
  return `${field.name}${given} { __typename ${[...new Set(fields)].join(' ')} }`;
}

function valueOf(chance: Chance, type: GraphQLInputType, depth: number): string {
  if (chance.is(0.08)) return chance.one(['null', '7', '{}', '[]', 'true', 'NONE', '"x"', '-1.5e300']);
  if (isNonNullType(type)) return valueOf(chance, type.ofType, depth);
  if (isListType(type)) return `[${Array.from({ length: between(chance, 0, 3) }, () => valueOf(chance, type.ofType, depth)).join(', ')}]`;
  if (isEnumType(type)) return chance.one(type.getValues()).name;
  if (isInputObjectType(type)) {
    if (depth <= 0) return '{}';
    const fields = Object.values(type.getFields()).filter((field) => isNonNullType(field.type) || chance.is(0.25));
    return `{ ${fields.map((field) => `${field.name}: ${valueOf(chance, field.type, depth - 1)}`).join(', ')} }`;
  }
  return scalarOf(chance, type.name);
}

function scalarOf(chance: Chance, name: string): string {
  if (name === 'Int' || name === 'SafeInt') return String(chance.one([0, 1, 10, 200, 201, -1, 2_147_483_647, 2_147_483_648]));
  if (name === 'Boolean') return chance.one(['true', 'false']);
  if (name === 'Float') return chance.one(['0', '1', '-1', '1e300']);
  if (name === 'UUID') return chance.one(['"01930000-0000-7000-8000-000000000001"', '"01930000-0000-8000-8000-000000000001"', JSON.stringify(chance.one(words))]);
  if (name === 'DateTime') return chance.one(['"2026-03-02T15:00:00.000Z"', '"2026-02-31T15:00:00.000Z"', '"never"']);
  return JSON.stringify(chance.one(words));
}
