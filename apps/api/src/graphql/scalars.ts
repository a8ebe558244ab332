import { GraphQLScalarType, Kind, valueFromASTUntyped, type ValueNode } from 'graphql';
import { instantOf, localTimeOf } from './time-texts.js';
import { parseUuid } from '#libs/envelope';

/** Parsing throws TypeError and says what is wanted, never what was sent: input may be protected. */
function textScalar(name: string, description: string, wanted: string, parse: (text: string) => string | null): GraphQLScalarType<string> {
  const read = (value: unknown): string => {
    const parsed = typeof value === 'string' ? parse(value) : null;
    if (parsed === null) throw new TypeError(wanted);
    return parsed;
  };
  return new GraphQLScalarType<string>({
    name,
    description,
    parseValue: read,
    parseLiteral: (node) => read(node.kind === Kind.STRING ? node.value : null),
    serialize: (value) => {
      if (typeof value !== 'string') throw new TypeError(`${name} is printed from text alone`);
      return value;
    },
  });
}

export const UuidScalar = textScalar('UUID', 'A UUID (RFC 9562), printed in lower case.', 'must be a UUID', parseUuid);

export const DateTimeScalar = textScalar(
  'DateTime',
  'An instant. Taken as ISO 8601 with an offset (`2026-11-22T04:15:30-06:00`), given in UTC to the millisecond (`2026-11-22T10:15:30.000Z`).',
  'must be a date and time that exists, as ISO 8601 with an offset (2026-11-22T04:15:30-06:00)',
  instantOf,
);

export const LocalDateTimeScalar = textScalar(
  'LocalDateTime',
  'What a clock on the wall showed: `2026-11-22T04:15`, with seconds where known, or the day alone: `2026-11-22`. The zone is given beside it.',
  'must be a date that exists (2026-11-22), with or without a time (2026-11-22T04:15), without an offset',
  localTimeOf,
);

/** `<logId>:<n>`; n below 2^63. */
const positionForm = /^[A-Za-z0-9_-]{1,64}:(?:0|[1-9]\d{0,18})$/;
export const PositionScalar = textScalar(
  'Position',
  'A place in the order of all events, as this service gave it. Opaque: compare it with nothing, send it back as `atLeast`.',
  'must be a position that this service gave',
  (text) => (positionForm.test(text) ? text : null),
);

function safeInteger(value: unknown): number {
  if (!Number.isSafeInteger(value)) throw new TypeError('must be a whole number between -9007199254740991 and 9007199254740991');
  return Number(value);
}

export const SafeIntScalar = new GraphQLScalarType<number>({
  name: 'SafeInt',
  description: 'A whole number that every client can hold exactly: its absolute value is below 2^53. For bytes and milliseconds.',
  parseValue: safeInteger,
  parseLiteral: (node) => safeInteger(node.kind === Kind.INT ? Number(node.value) : null),
  serialize: safeInteger,
});

export const JsonScalar = new GraphQLScalarType<unknown>({
  name: 'Json',
  description: 'Any JSON value.',
  parseValue: (value) => value,
  parseLiteral: (node: ValueNode, variables): unknown => valueFromASTUntyped(node, variables),
  serialize: (value) => value,
});
