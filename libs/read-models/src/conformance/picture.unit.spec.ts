import { describe, expect, it } from '@jest/globals';
import { stageDiagram, stages } from '#libs/domain';
import type { Conformance, MoveCount } from './conformance.js';
import { drawConformance } from './picture.js';
import { stageWords, wordOf } from './wording.js';

const hourMs = 3_600_000;
const quantiles = (count: number) => (count === 0 ? null : { count, medianMs: count * hourMs, p90Ms: count * 3 * hourMs });

/** Each allowed move was made some times, the third one never. */
const allowed = stageDiagram.map((move, i): MoveCount => {
  const count = i % 3 === 2 ? 0 : 10 ** (i % 6) + i;
  return { ...move, allowed: true, count, quantiles: quantiles(count) };
});
const outside: MoveCount = { from: 'REFERRED', to: 'UNDER_INVESTIGATION', by: 'ReferralWithdrawn', allowed: false, count: 3, quantiles: quantiles(3) };
const never: MoveCount = { from: 'REPORTED', to: 'LEGAL_REVIEW', by: 'ReviewApproved', allowed: false, count: 1, quantiles: quantiles(1) };
const report: Conformance = {
  moves: [...allowed, outside, never],
  stays: stages.map((stage, i) => ({ stage, count: i * 1_000, quantiles: quantiles(i) })),
  paths: [{ stages: ['REPORTED', 'UNDER_INVESTIGATION', 'CLOSED'], isCut: false, count: 12_345, quantiles: quantiles(40) }],
  made: 1_234_567,
  outside: 4,
};
const drawn = drawConformance(report, 'districts <7> & "8", since ever');
const texts = [...drawn.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text ?? '');

/** Of 11 pixels' size, at the most that letters and digits take as a rule. */
const charWidth = 6.2;

/** Where words stand that are written small: those of moves. */
function wordsIn(svg: string) {
  return [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="(\w+)" class="(?:small|never|out)">([^<]*)</g)].map(([, x = '', y = '', anchor, text = '']) => {
    const width = text.length * charWidth;
    const left = Number(x) - (anchor === 'end' ? width : anchor === 'middle' ? width / 2 : 0);
    return { text, y: Number(y) - 4, left, right: left + width };
  });
}

function uprightsIn(svg: string) {
  return [...svg.matchAll(/<path d="(M[^"]*)" class/g)].flatMap(([, path = '']) => {
    const points = path.split(' ').map((part) => Number(part.replace(/[ML]/, '')));
    const at = Array.from({ length: points.length / 2 }, (_, i) => ({ x: points[i * 2] ?? 0, y: points[i * 2 + 1] ?? 0 }));
    return at.slice(1).flatMap((point, i) => (at[i]?.x === point.x ? [{ x: point.x, from: Math.min(point.y, at[i].y), to: Math.max(point.y, at[i].y) }] : []));
  });
}

describe('the picture of conformance', () => {
  it('is the same bytes for the same report', () => {
    expect(drawConformance(structuredClone(report), 'districts <7> & "8", since ever')).toBe(drawn);
  });

  it('names every stage, and every move of the diagram with how often it was made', () => {
    for (const stage of stages) expect(texts).toContain(stageWords[stage]);
    for (const move of allowed) expect(texts.some((text) => text.startsWith(wordOf(move)))).toBe(true);
    expect(drawn).toContain('1,234,567 moves');
    expect(drawn).toContain(`never used: ${allowed.filter(({ count }) => count === 0).length} of ${stageDiagram.length}`);
  });

  it('marks a move that stands in no line of the diagram, also beside others between the same stages', () => {
    expect(texts.filter((text) => text.endsWith('not in the diagram') && text.includes('×'))).toHaveLength(2);
    expect(drawn).toMatch(/class="outside"[^>]*><title>Reported to Legal review/);
  });

  it('says of moves that were never made that they were not', () => {
    expect(texts.filter((text) => text.includes(' never')).length).toBeGreaterThanOrEqual(allowed.filter(({ count, from, to }) => count === 0 && !(from === 'UNDER_INVESTIGATION' && to === 'SUPERVISOR_REVIEW')).length - 8);
    expect(drawn).toMatch(/class="unused"/);
  });

  it('shows no number where none may be shown', () => {
    const hidden = drawConformance({ ...report, moves: allowed.map((move) => ({ ...move, count: null, quantiles: null })), stays: stages.map((stage) => ({ stage, count: null, quantiles: null })), paths: [], made: null, outside: null }, 'all districts, since ever');
    expect(hidden).toContain('too few moves to show');
    expect(hidden).not.toMatch(/\d ×|\d d, p90|and never used/);
  });

  it('writes no word across a line that goes up or down, however many moves there are', () => {
    const many = drawConformance({ ...report, moves: allowed.map((move) => ({ ...move, count: 1_234_567, quantiles: { count: 1, medianMs: 40 * 24 * hourMs, p90Ms: 121 * 24 * hourMs } })) }, 'all districts, since ever');
    const crossed = wordsIn(many).filter((of) => uprightsIn(many).some(({ x, from, to }) => x > of.left && x < of.right && from < of.y && to > of.y));
    expect(crossed).toEqual([]);
  });

  it('is well-formed whatever it is asked for', () => {
    expect(drawn).toContain('districts &lt;7&gt; &amp; &quot;8&quot;');
    expect(drawn).not.toMatch(/NaN|undefined|Infinity/);
  });
});
