import type { Jurisdiction } from './values.js';

/**
 * How a law is cited, exactly. One form each, so that the same law is the same text wherever it is alleged.
 *
 * `STATE`: chapter, `ILCS`, act, section and subsections of the Illinois Compiled Statutes: `720 ILCS 5/12-3`, `50 ILCS 706/10-20(a)(7)`,
 * `720 ILCS 5/12-3.05(a)(1)`, `720 ILCS 5/33A-2`, `5 ILCS 140/3`.
 *
 * `LOCAL`: the code's initials (two to six capitals), then title, chapter and section by hyphens, and subsections: `MCC 2-173-005`,
 * `MCC 8-4-010(a)`. A county or park district code without titles has chapter and section alone: `CCC 58-1`.
 */
export const citationPatterns: Readonly<Record<Jurisdiction, RegExp>> = {
  STATE: /^[1-9]\d{0,2} ILCS [1-9]\d{0,3}\/\d{1,4}[A-Za-z]{0,2}(?:\.\d{1,3}[a-z]?)?(?:-\d{1,4}[A-Za-z]{0,2}(?:\.\d{1,3}[a-z]?)?)?(?:\([0-9A-Za-z.-]{1,6}\))*$/,
  LOCAL: /^[A-Z]{2,6} \d{1,3}[A-Z]?(?:-\d{1,4}(?:\.\d{1,3})?[A-Z]?){1,2}(?:\([0-9A-Za-z.-]{1,6}\))*$/,
};

/** Longer than any citation of these forms; it keeps the patterns' work small whatever is given. */
const citationCharactersMax = 80;

export const citationExamples: Readonly<Record<Jurisdiction, string>> = { STATE: '720 ILCS 5/12-3', LOCAL: 'MCC 2-173-005' };

export function isCitation(jurisdiction: Jurisdiction, citation: string): boolean {
  return citation.length <= citationCharactersMax && citationPatterns[jurisdiction].test(citation);
}
