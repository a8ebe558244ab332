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
  const edged = new Map<string, boolean>();
  /** Whether these fields are a connection's, though its edges hide in fragments. */
  const hasEdges = ({ selections }: SelectionSetNode): boolean =>
    selections.some((one) => {
      if (one.kind === Kind.FIELD) return one.name.value === 'edges';
      if (one.kind === Kind.INLINE_FRAGMENT) return hasEdges(one.selectionSet);
      const fragment = fragments.get(one.name.value);
      const found = edged.get(one.name.value) ?? (fragment !== undefined && hasEdges(fragment.selectionSet));
      edged.set(one.name.value, found);
      return found;
    });
  const ofField = (field: FieldNode): number => {
    if (field.selectionSet === undefined) return costs.leaf;
    const page = pageOf(field, given) ?? (hasEdges(field.selectionSet) ? pages.unsaid : 1);
    return Math.min(costEnd, costs.object + page * ofSelections(field.selectionSet));
  };
  return ofSelections(operation.selectionSet);
}

/** The larger of `first` and `last`; the page that one gets unasked where neither has a number; null where the field has neither. */
function pageOf({ arguments: args = [] }: FieldNode, variables: Variables): number | null {
  const sizes = args.filter(({ name }) => name.value === 'first' || name.value === 'last').map(({ value }) => sizeOf(value, variables));
  const said = sizes.filter((size) => size !== null);
  if (said.length > 0) return Math.max(...said);
  return sizes.length > 0 ? pages.unsaid : null;
}

/** Null: none is said. A size above the most is refused later; here it counts as the most. */
function sizeOf(value: ValueNode, variables: Variables): number | null {
  const size = value.kind === Kind.INT ? Number(value.value) : value.kind === Kind.VARIABLE ? variables[value.name.value] : null;
  return typeof size === 'number' && Number.isFinite(size) ? Math.min(pages.max, Math.max(1, size)) : null;
}
