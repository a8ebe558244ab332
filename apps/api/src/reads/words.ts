import { getNamedType, type GraphQLArgument, type GraphQLInputType, isEnumType, isInputObjectType, isListType, isNonNullType } from 'graphql';

/** What an asking says, taken apart by the schema's own types. */
export interface AskedFor {
  /** Ids, times, numbers, names of the schema: nothing that people typed. */
  readonly detail: Readonly<Record<string, unknown>> | null;
  /** Everything that people typed, one `path: text` a line: it may name a person, whatever the field is called. */
  readonly words: string | null;
}

/** Where a page begins and why it is asked for is no part of what is asked for. */
const leftOut: ReadonlySet<string> = new Set(['after', 'before', 'purpose', 'atLeast']);

/** Scalars whose texts are of one form, so that nothing personal fits in. */
const formed: ReadonlySet<string> = new Set(['UUID', 'DateTime', 'Position', 'Int', 'Float', 'Boolean']);

export function askedFor(args: Readonly<Record<string, unknown>>, declared: readonly Pick<GraphQLArgument, 'name' | 'type'>[]): AskedFor {
  const detail: Record<string, unknown> = {};
  const words: string[] = [];
  for (const { name, type } of declared) {
    if (leftOut.has(name)) continue;
    const kept = sort(args[name], type, name, words);
    if (kept !== undefined) detail[name] = kept;
  }
  return { detail: Object.keys(detail).length === 0 ? null : detail, words: words.length === 0 ? null : words.join('\n') };
}

/** What may stand in the clear; texts go to `words`. */
function sort(value: unknown, type: GraphQLInputType, path: string, words: string[]): unknown {
  if (value === null || value === undefined) return undefined;
  const bare = isNonNullType(type) ? type.ofType : type;
  if (isListType(bare)) {
    const kept = (Array.isArray(value) ? value : [value]).map((one) => sort(one, bare.ofType, path, words)).filter((one) => one !== undefined);
    return kept.length === 0 ? undefined : kept;
  }
  const named = getNamedType(bare);
  if (isEnumType(named) || formed.has(named.name)) return value;
  if (isInputObjectType(named) && typeof value === 'object') {
    // A codec: graphql read the value by this very type.
    const given = value as Readonly<Record<string, unknown>>;
    const kept: Record<string, unknown> = {};
    for (const field of Object.values(named.getFields())) {
      const one = sort(given[field.name], field.type, `${path}.${field.name}`, words);
      if (one !== undefined) kept[field.name] = one;
    }
    return Object.keys(kept).length === 0 ? undefined : kept;
  }
  words.push(`${path}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  return undefined;
}
