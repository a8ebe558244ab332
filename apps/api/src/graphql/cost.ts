import { type DocumentNode, type FieldNode, type FragmentDefinitionNode, Kind, type OperationDefinitionNode, type SelectionSetNode, type ValueNode } from 'graphql';

/** What one field of a sort costs; a list costs so often what one of its items does. */
const costs = { leaf: 1, object: 2 } as const;
const pages = { max: 200, unsaid: 50 } as const;
/** Nothing costs more: a sum stays a number. */
const costEnd = 1e12;

type Variables = Readonly<Record<string, unknown>>;

/**
 * What an operation may cost at most, counted before it runs: every field, times the page sizes around it as the variables have them. A fragment is
 * counted once and added wherever it is spread, so that counting takes no longer than reading. The document was validated: it has no cycles.
 */
export function costOf(document: DocumentNode, operation: OperationDefinitionNode, variables: Variables): number {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) fragments.set(one.name.value, one);
  const given: Record<string, unknown> = {};
  for (const { variable, defaultValue } of operation.variableDefinitions ?? []) {
    const { value } = variable.name;
    given[value] = variables[value] ?? (defaultValue?.kind === Kind.INT ? Number(defaultValue.value) : undefined);
  }
  const known = new Map<string, number>();

  const ofSelections = ({ selections }: SelectionSetNode): number => {
    let sum = 0;
    for (const selection of selections) {
      if (selection.kind === Kind.FIELD) sum += ofField(selection);
      else if (selection.kind === Kind.INLINE_FRAGMENT) sum += ofSelections(selection.selectionSet);
      else sum += ofFragment(selection.name.value);
    }
    return Math.min(sum, costEnd);
  };
  const ofFragment = (name: string): number => {
    const fragment = fragments.get(name);
    const cost = known.get(name) ?? (fragment === undefined ? 0 : ofSelections(fragment.selectionSet));
    known.set(name, cost);
    return cost;
  };
  const ofField = (field: FieldNode): number => {
    if (field.selectionSet === undefined) return costs.leaf;
    return Math.min(costEnd, costs.object + pageOf(field, given) * ofSelections(field.selectionSet));
  };
  return ofSelections(operation.selectionSet);
}

/** 1 where the field is no connection. */
function pageOf({ arguments: args = [], selectionSet }: FieldNode, variables: Variables): number {
  const sizes = args.filter(({ name }) => name.value === 'first' || name.value === 'last').map(({ value }) => sizeOf(value, variables));
  const said = sizes.filter((size) => size !== null);
  if (said.length > 0) return Math.max(...said);
  // Edges hidden in a fragment count as a page, too.
  const isConnection = selectionSet?.selections.some((one) => one.kind !== Kind.FIELD || one.name.value === 'edges') ?? false;
  return sizes.length > 0 || isConnection ? pages.unsaid : 1;
}

/** Null: none is said. A size above the most is refused later; here it counts as the most. */
function sizeOf(value: ValueNode, variables: Variables): number | null {
  const size = value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.VARIABLE ? variables[value.name.value] : null;
  return typeof size === 'number' && Number.isFinite(size) ? Math.min(pages.max, Math.max(1, size)) : null;
}
