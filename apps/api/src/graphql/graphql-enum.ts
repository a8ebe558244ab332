import { registerEnumType } from '@nestjs/graphql';

/** A closed list of words as the object that GraphQL enums are made from. */
export type GraphqlEnum<V extends string> = { readonly [K in V]: K };

/** Registers an enum from a list of the domain. `about` describes each word; the compiler sees to it that none is without. */
export function graphqlEnum<const V extends string>(name: string, description: string, about: Readonly<Record<V, string>>): GraphqlEnum<V> {
  // A derivation: the keys of `about` are exactly the words.
  const words = Object.keys(about) as V[];
  const made = Object.fromEntries(words.map((word) => [word, word])) as GraphqlEnum<V>;
  const valuesMap = Object.fromEntries(words.map((word) => [word, { description: about[word] }]));
  registerEnumType<object>(made, { name, description, valuesMap });
  return made;
}
