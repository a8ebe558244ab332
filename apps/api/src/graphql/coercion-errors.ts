import { type ASTNode, GraphQLError, Kind, parse, visit } from 'graphql';
import type { BadField } from '../actions/bad-input.js';

/**
 * The field that GraphQL's own type check refused, and why. graphql-js repeats the value in its message, which may be protected or large:
 * here it is left out. Null for an error that is about the document and not about input.
 */
export function findBadField(error: unknown): BadField | null {
  if (!(error instanceof GraphQLError)) return null;
  return ofVariable(error) ?? ofLiteral(error);
}

/** What graphql-js says, in our words; `field` where the error names one below the place that it points to. */
interface Reason {
  readonly field: string | null;
  readonly problem: string;
}
type Form = readonly [RegExp, (field: string, type: string) => Reason];
const problem = (text: string): Reason => ({ field: null, problem: text });

/** Names in quotes are those of the schema, but for a field that it doesn't have: what was sent is never repeated beyond that name. */
const forms: readonly Form[] = [
  [/^Field "(?:\w+\.)?(\w+)" of required type "[^"]*" was not provided/, (field) => ({ field, problem: 'is required' })],
  [/^Field "(\w+)" is not defined by type "(\w+)"/, (field, type) => ({ field, problem: `is not a field of ${type}` })],
  [/^Expected non-nullable type "[^"]*" not to be null/, () => problem('must not be null')],
  [/^Expected type "[^"]*" to be an object/, () => problem('must be an object')],
  [/^Value ".*" does not exist in "(\w+)" enum/s, (type) => problem(`must be a value of the enum ${type}`)],
  [/^Enum "(\w+)" cannot represent/, (type) => problem(`must be a value of the enum ${type}`)],
  [/^(\w+) cannot represent/, (type) => problem(`must be of the type ${type}`)],
  [/^Expected value of type "([^"]*)", found null/, () => problem('must not be null')],
  [/^Expected value of type "([^"]*)"/, (type) => problem(`must be of the type ${type}`)],
];

function reasonOf(message: string, cause: Error | undefined): Reason | null {
  // What our own scalars say is already in our words.
  if (cause instanceof TypeError) return problem(cause.message);
  for (const [form, make] of forms) {
    const match = form.exec(message);
    if (match !== null) return make(match[1] ?? '', match[2] ?? '');
  }
  return null;
}

const join = (place: string, field: string | null): string => [place, field ?? ''].filter((part) => part !== '').join('.');

/** The whole input is the variable of that name by convention; another variable is named as the document names it. */
const wholeInput = 'input';
const variablePrefix = /^Variable "\$(\w+)" got invalid value /;
/** Stands at the end of the repeated value, whatever that contains. */
const variablePlace = / at "\w+([.[][^"]*)"$/;

/** A variable: `Variable "$input" got invalid value "x" at "input.rows[3].row"; Int cannot …`. */
function ofVariable({ message, originalError }: GraphQLError): BadField | null {
  const variable = variablePrefix.exec(message)?.[1];
  if (variable === undefined || !(originalError instanceof GraphQLError) || !message.endsWith(`; ${originalError.message}`)) return null;
  const head = message.slice(0, -originalError.message.length - 2);
  const below = (variablePlace.exec(head)?.[1] ?? '').replaceAll(/\[(\d+)\]/g, '.$1').replace(/^\./, '');
  const reason = reasonOf(originalError.message, originalError.originalError) ?? problem('is not of the right type');
  return { path: join(variable === wholeInput ? below : join(`$${variable}`, below), reason.field), problems: [reason.problem] };
}

/** A literal in the document: where it stands follows from the document. */
function ofLiteral({ message, nodes, originalError }: GraphQLError): BadField | null {
  const node = nodes?.[0];
  const cause = originalError instanceof GraphQLError ? originalError.originalError : originalError;
  const reason = reasonOf(message, cause);
  if (node === undefined || reason === null) return null;
  const place = placeOf(node);
  return place === null ? null : { path: join(place, reason.field), problems: [reason.problem] };
}

/** The names of the object fields and the indices of the lists around a value, from its argument inwards. */
function placeOf(wanted: ASTNode): string | null {
  const { loc } = wanted;
  if (loc === undefined) return null;
  let place: string | null = null;
  visit(parse(loc.source.body), {
    enter(node, _key, parent, path, ancestors) {
      if (place !== null || node.kind !== wanted.kind || node.loc?.start !== loc.start || parent === undefined) return;
      const around = [...ancestors, parent];
      const names = around.flatMap((ancestor, i) => {
        const owner = around[i - 1];
        if ('kind' in ancestor) return ancestor.kind === Kind.OBJECT_FIELD ? [ancestor.name.value] : [];
        return owner !== undefined && 'kind' in owner && owner.kind === Kind.LIST ? [String(path[i])] : [];
      });
      place = names.join('.');
    },
  });
  return place;
}
