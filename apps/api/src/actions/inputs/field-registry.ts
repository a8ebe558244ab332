import type { Type } from '@nestjs/common';

/** One field of an input class, as the reader needs it. */
export interface InputField {
  readonly name: string;
  /** The class of a nested input or of a list's items; null for a plain value. */
  readonly nested: (() => Type<object>) | null;
}

const declared = new Map<unknown, InputField[]>();

export function declareField(prototype: object, field: InputField): void {
  const own = declared.get(prototype) ?? [];
  own.push(field);
  declared.set(prototype, own);
}

/** Abstract classes too: what they declare, their heirs have. */
type AnyInput = abstract new () => object;

const known = new WeakMap<AnyInput, readonly InputField[]>();

/** The fields of an input class, those that it inherits first. */
export function fieldsOf(input: AnyInput): readonly InputField[] {
  const cached = known.get(input);
  if (cached !== undefined) return cached;
  const fields: InputField[] = [];
  for (let at: unknown = input.prototype; typeof at === 'object' && at !== null; at = Reflect.getPrototypeOf(at)) {
    fields.unshift(...(declared.get(at) ?? []));
  }
  known.set(input, fields);
  return fields;
}
