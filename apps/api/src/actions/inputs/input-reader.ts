import type { Type } from '@nestjs/common';
import { getMetadataStorage, type ValidationArguments, validateSync, type ValidationError } from 'class-validator';
import type { BadField } from '../bad-input.js';
import { fieldsOf } from './field-registry.js';
import { inputLimits } from './limits.js';

/** An input that was read and is right, or every field that is not. */
export type Reading<I> = { readonly kind: 'READ'; readonly input: I } | { readonly kind: 'BAD'; readonly fields: readonly BadField[] };

/**
 * Reads what GraphQL coerced into an instance of its class, and checks it. Absent becomes null. The decorators' checks run from a plan made
 * once for each class; only where one fails does class-validator walk the whole for its report.
 */
export function readInput<I extends object>(input: Type<I>, given: unknown): Reading<I> {
  const made = hydrate(input, given);
  if (made instanceof input && isRight(made)) return { kind: 'READ', input: made };
  if (!(made instanceof input)) return { kind: 'BAD', fields: [{ path: '', problems: ['must be an object'] }] };
  return { kind: 'BAD', fields: problemsOf(made) };
}

/** What class-validator itself says of an input. */
export function problemsOf(input: object): readonly BadField[] {
  const fields: BadField[] = [];
  collect(validateSync(input, { validationError: { target: false, value: false } }), '', fields);
  return fields;
}

/** Depth first, in the order of declaration; one more than is named, so that the answer knows that there are more. */
function collect(errors: readonly ValidationError[], prefix: string, fields: BadField[]): void {
  for (const { property, constraints, children } of errors) {
    if (fields.length > inputLimits.fieldsNamedMax) return;
    const path = `${prefix}${property}`;
    const problems = [...new Set(Object.values(constraints ?? {}))];
    if (problems.length > 0) fields.push({ path, problems });
    collect(children ?? [], `${path}.`, fields);
  }
}

/** Anything that is not an object stays what it is: its field's check names it. */
function hydrate(input: Type<object>, given: unknown): unknown {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) return given;
  // A codec: input classes have no members but their fields. Plain reads and writes, since this is the hottest loop of the edge.
  const made = new input() as Record<string, unknown>;
  const from = given as Readonly<Record<string, unknown>>;
  for (const { name, nested } of fieldsOf(input)) {
    const value = from[name] ?? null;
    made[name] = nested === null || value === null ? value : hydrateNested(nested(), value);
  }
  return made;
}

function hydrateNested(nested: Type<object>, value: unknown): unknown {
  return Array.isArray(value) ? value.map((item) => hydrate(nested, item)) : hydrate(nested, value);
}

interface PlannedField {
  readonly name: string;
  readonly optional: boolean;
  readonly nested: boolean;
  readonly checks: readonly ((value: unknown, owner: object) => boolean)[];
}

const plans = new WeakMap<object, readonly PlannedField[]>();

function isRight(input: object): boolean {
  const { constructor } = input;
  let plan = plans.get(constructor);
  if (plan === undefined) {
    plan = planOf(constructor);
    plans.set(constructor, plan);
  }
  const values = input as Readonly<Record<string, unknown>>; // As above.
  for (const field of plan) {
    const value = values[field.name];
    if (value === null && field.optional) continue;
    for (const check of field.checks) if (!check(value, input)) return false;
    if (field.nested && !areRight(value)) return false;
  }
  return true;
}

function areRight(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((item: unknown) => typeof item === 'object' && item !== null && isRight(item));
  return typeof value === 'object' && value !== null && isRight(value);
}

function withOwner(at: ValidationArguments, value: unknown, object: object): ValidationArguments {
  at.value = value;
  at.object = object;
  return at;
}

/** class-validator searches its metadata anew in each run, over all classes; this keeps what it finds. @throws for decorators it doesn't know */
function planOf(input: Function): readonly PlannedField[] {
  const storage = getMetadataStorage();
  const byName = storage.groupByPropertyName(storage.getTargetValidationMetadatas(input, '', false, false));
  return Object.entries(byName).map(([name, metadatas]) => {
    const field = { name, optional: false, nested: false, checks: [] as PlannedField['checks'][number][] };
    for (const { type, constraintCls, each } of metadatas) {
      if (type === 'conditionalValidation') field.optional = true;
      else if (type === 'nestedValidation') field.nested = true;
      else if (type === 'customValidation' && !each) {
        for (const { instance } of storage.getTargetValidatorConstraints(constraintCls)) {
          // One set of arguments for all runs: a check is synchronous and keeps nothing.
          const at: ValidationArguments = { value: null, object: {}, property: name, targetName: input.name, constraints: [] };
          field.checks.push((value, object) => instance.validate(value, withOwner(at, value, object)) === true);
        }
      } else throw new Error(`${input.name}.${name}: no plan for the class-validator decorator '${type}'`);
    }
    return field;
  });
}
