import { CaseActionInput, type CommandInput } from './command.inputs.js';
import { fieldsOf } from './field-registry.js';
import type { Type } from '@nestjs/common';

/** A nested input that stands for a value of the domain in another shape: a union, or a union's holder. */
export interface StandsFor<V> {
  toDomain(): V;
}

type DomainOf<V> = V extends StandsFor<infer D> ? D : V;

/** An input's own fields, as the domain has them. */
export type OwnData<I> = { readonly [P in Exclude<keyof I, keyof CommandInput | 'toData'>]: DomainOf<I[P]> };

/** An input class whose fields are those of the command's data, or one that says how they become it. */
export type InputFor<D> = CommandInput & (StandsForData<D> | { readonly [P in keyof D]: D[P] | StandsFor<D[P]> });

interface StandsForData<D> {
  toData(): D;
}

const commandFields: ReadonlySet<string> = new Set(fieldsOf(CaseActionInput).map(({ name }) => name));

/**
 * The plain data of an input that was read: its own fields in the order of their declaration, nested inputs as the values they stand for.
 * Plain objects, because the command is hashed and stored.
 */
export function dataOf<I extends object>(input: I): OwnData<I> {
  // A derivation: exactly the fields that the type names are copied.
  return fieldsAsData(input, commandFields) as OwnData<I>;
}

const noFields: ReadonlySet<string> = new Set();

/** `leftOut` are the command's own fields: a nested input may have one of the same name, which is data. */
function fieldsAsData(input: object, leftOut: ReadonlySet<string>): Readonly<Record<string, unknown>> {
  const data: Record<string, unknown> = {};
  const values = input as Readonly<Record<string, unknown>>; // A codec: an input has no members but its fields.
  // An input class is what `read` made: its constructor is the class whose fields are known.
  for (const { name, nested } of fieldsOf(input.constructor as Type<object>)) {
    if (leftOut.has(name)) continue;
    const value = values[name];
    data[name] = nested === null ? value : domainOf(value);
  }
  return data;
}

function domainOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(domainOf);
  return 'toDomain' in value && typeof value.toDomain === 'function' ? (value as StandsFor<unknown>).toDomain() : fieldsAsData(value, noFields);
}
