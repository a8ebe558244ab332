import { applyDecorators, type Type } from '@nestjs/common';
import { Field, type FieldOptions, Int } from '@nestjs/graphql';
import { IsOptional, ValidateBy, ValidateNested } from 'class-validator';
import type { Json } from '#libs/domain';
import type { GraphqlEnum } from '../../graphql/graphql-enum.js';
import { DateTimeScalar, JsonScalar, LocalDateTimeScalar, SafeIntScalar, UuidScalar } from '../../graphql/scalars.js';
import * as checks from './checks.js';
import { declareField } from './field-registry.js';
import { inputLimits } from './limits.js';

/**
 * The decorators of input fields. Each is at once the GraphQL field with its description, the class-validator check and the entry for
 * the reader, so that none of the three can be forgotten. `Maybe…` fields may be absent or null. The compiler holds the property to it:
 * a `Maybe…` property admits null, the others do not, and it holds no other type than the field gives.
 */
type RequiredField<V> = <T extends object, K extends string & keyof T>(
  target: T,
  key: K & (null extends T[K] ? never : T[K] extends V ? K : never),
) => void;
type MaybeField<V> = <T extends object, K extends string & keyof T>(
  target: T,
  key: K & (null extends T[K] ? (T[K] extends V | null ? K : never) : never),
) => void;

type TypeFn = Extract<Parameters<typeof Field>[0], () => unknown>;

/** A sort of field: what GraphQL is told, what class-validator checks, and for objects their class. */
interface Kind {
  readonly type: TypeFn;
  readonly check: checks.Check;
  readonly nested?: () => Type<object>;
  readonly options?: FieldOptions;
}

/** class-validator keeps the check: its name is the key of the problem in its report. */
function decorate(kind: Kind, about: string, nullable: boolean): PropertyDecorator {
  const { check, nested } = kind;
  const validator = { validate: (value: unknown) => check(value) === null, defaultMessage: (at?: { value: unknown }) => check(at?.value) ?? '' };
  const all = [
    Field(kind.type, { description: about, nullable, ...kind.options }),
    ValidateBy({ name: 'accepted', validator }),
    ...(nullable ? [IsOptional()] : []),
    ...(nested === undefined ? [] : [ValidateNested({ message: 'must be an object' })]),
  ];
  return (target, key) => {
    applyDecorators(...all)(target, key);
    declareField(target, { name: String(key), nested: nested ?? null });
  };
}

const required =
  <V>(kind: Kind) =>
  (about: string): RequiredField<V> =>
    decorate(kind, about, false);
const maybe =
  <V>(kind: Kind) =>
  (about: string): MaybeField<V> =>
    decorate(kind, about, true);

const line: Kind = { type: () => String, check: checks.line };
const paragraph: Kind = { type: () => String, check: checks.paragraph };
const narrative: Kind = { type: () => String, check: checks.narrative };
const uuid: Kind = { type: () => UuidScalar, check: checks.uuid };
const user: Kind = { type: () => String, check: checks.user };
const instant: Kind = { type: () => DateTimeScalar, check: checks.instant };
const sha256: Kind = { type: () => String, check: checks.sha256 };
const count = (min: number): Kind => ({ type: () => Int, check: checks.wholeNumber(min) });
const bigCount: Kind = { type: () => SafeIntScalar, check: checks.wholeNumber(0) };

/** Text on a line, at most {@link inputLimits.lineCharsMax}. */
export const Line = required<string>(line);
export const MaybeLine = maybe<string>(line);
/** At most {@link inputLimits.paragraphCharsMax}. */
export const Paragraph = required<string>(paragraph);
export const MaybeParagraph = maybe<string>(paragraph);
/** At most {@link inputLimits.narrativeCharsMax}. */
export const Narrative = required<string>(narrative);
export const MaybeNarrative = maybe<string>(narrative);

export const Uuid = required<string>(uuid);
export const MaybeUuid = maybe<string>(uuid);
/** A person of the city, by the subject of their token. */
export const User = required<string>(user);
export const MaybeUser = maybe<string>(user);
export const Time = required<string>(instant);
export const MaybeTime = maybe<string>(instant);
export const MaybeLocalTime = maybe<string>({ type: () => LocalDateTimeScalar, check: checks.localTime });
export const MaybeOffset = maybe<string>({ type: () => String, check: checks.offset });
export const Sha256 = required<string>(sha256);
export const MaybeSha256 = maybe<string>(sha256);
export const MaybeJson = maybe<Json>({ type: () => JsonScalar, check: checks.json });

/** False unless said. */
export const Flag = required<boolean>({ type: () => Boolean, check: checks.flag, options: { defaultValue: false } });
export const Answer = required<boolean>({ type: () => Boolean, check: checks.flag });

export const Count = (min: number, about: string): RequiredField<number> => required<number>(count(min))(about);
export const MaybeCount = (min: number, about: string): MaybeField<number> => maybe<number>(count(min))(about);
/** Milliseconds in a recording, from its start. */
export const Milliseconds = required<number>(bigCount);
export const MaybeBigCount = maybe<number>(bigCount);
export const MaybeSignedMs = maybe<number>({ type: () => SafeIntScalar, check: checks.wholeNumber(Number.MIN_SAFE_INTEGER) });

const choice = <V extends string>(of: GraphqlEnum<V>): Kind => ({ type: () => of, check: checks.oneOf(Object.values(of)) });
export const Choice = <V extends string>(of: GraphqlEnum<V>, about: string): RequiredField<V> => required<V>(choice(of))(about);
export const MaybeChoice = <V extends string>(of: GraphqlEnum<V>, about: string): MaybeField<V> => maybe<V>(choice(of))(about);

const list = (item: Kind): Kind => ({
  type: () => [item.type()],
  check: checks.listOf(item.check),
  options: { defaultValue: [] },
});
/** Lists are empty unless given, and name nothing twice. */
export const Lines = required<readonly string[]>(list(line));
export const Uuids = required<readonly string[]>(list(uuid));
export const Users = required<readonly string[]>(list(user));
export const Choices = <V extends string>(of: GraphqlEnum<V>, about: string): RequiredField<readonly V[]> =>
  required<readonly V[]>(list(choice(of)))(about);

interface NestedOptions {
  /** Of these members of the nested input exactly one is given. */
  readonly exactlyOneOf?: readonly string[];
}
const nestedKind = (of: () => Type<object>, { exactlyOneOf }: NestedOptions = {}): Kind => ({
  type: of,
  nested: of,
  check: exactlyOneOf === undefined ? checks.object : checks.exactlyOne(...exactlyOneOf),
});
export const Nested = <V extends object>(of: () => Type<V>, about: string, options?: NestedOptions): RequiredField<V> =>
  required<V>(nestedKind(of, options))(about);
export const MaybeNested = <V extends object>(of: () => Type<V>, about: string, options?: NestedOptions): MaybeField<V> =>
  maybe<V>(nestedKind(of, options))(about);

/** A list of objects. With `itemsMin` 0 it is empty unless given. */
export const NestedList = <V extends object>(
  of: () => Type<V>,
  about: string,
  { itemsMin = 0, itemsMax = inputLimits.listItemsMax }: { readonly itemsMin?: number; readonly itemsMax?: number } = {},
): RequiredField<readonly V[]> =>
  required<readonly V[]>({
    type: () => [of()],
    nested: of,
    check: checks.objects(itemsMin, itemsMax),
    options: itemsMin === 0 ? { defaultValue: [] } : {},
  })(about);
