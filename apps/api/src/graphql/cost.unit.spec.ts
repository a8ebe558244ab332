import { describe, expect, it } from '@jest/globals';
import { getOperationAST, parse } from 'graphql';
import { costOf } from './cost.js';

function cost(text: string, variables: Readonly<Record<string, unknown>> = {}): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  return costOf(document, operation, variables);
}

describe('the cost of a query', () => {
  it('is a field for each leaf, two for each object, times the page', () => {
    expect(cost('{ a b }')).toBe(2);
    expect(cost('{ case { a b } }')).toBe(4);
    expect(cost('{ cases(first: 10) { edges { node { a } } } }')).toBe(2 + 10 * (2 + 2 + 1));
  });

  it('takes a page size from a variable, its default, or the page that one gets unasked', () => {
    const inside = 2 + 2 + 1;
    expect(cost('query ($n: Int) { cases(first: $n) { edges { node { a } } } }', { n: 100 })).toBe(2 + 100 * inside);
    expect(cost('query ($n: Int = 70) { cases(last: $n) { edges { node { a } } } }')).toBe(2 + 70 * inside);
    expect(cost('query ($n: Int) { cases(first: $n) { edges { node { a } } } }')).toBe(2 + 50 * inside);
    expect(cost('{ cases { edges { node { a } } } }')).toBe(2 + 50 * inside);
    expect(cost('{ cases(first: 10, last: 100) { edges { node { a } } } }')).toBe(2 + 100 * inside);
    expect(cost('query ($n: Int) { cases(first: $n) { edges { node { a } } } }', { n: 1e9 })).toBe(2 + 200 * inside);
  });

  it('counts edges that hide in a fragment, and fragments that double, in no time', () => {
    expect(cost('{ cases { ...E } } fragment E on C { edges { node { a } } }')).toBe(2 + 50 * 5);
    expect(cost('{ cases { ... on C { ...E } } } fragment E on C { ...F } fragment F on C { edges { node { a } } }')).toBe(2 + 50 * 5);
    expect(cost('mutation { act { ... on Recorded { a b } ... on Refused { c } } }')).toBe(2 + 3);
    const levels = 40;
    const fragments = Array.from({ length: levels }, (_, i) => `fragment F${i} on Q { ...F${i + 1} ...F${i + 1} }`).join(' ');
    expect(cost(`{ ...F0 } ${fragments} fragment F${levels} on Q { a }`)).toBe(1e12);
  });
});
