import { type StageName, stages } from '#libs/domain';
import type { Conformance, MoveCount, PathCount, StayCount } from './conformance.js';
import { arrow, box, type Look, page, type Point, words } from './svg.js';
import { grouped, often, stageWords, times, wordOf } from './wording.js';

/** Stages in a row, in the order of the diagram; closing leads to a bar below, returns go over the row, what stands in no line of it in red. */
const row: readonly StageName[] = stages.filter((stage) => stage !== 'CLOSED');
const size = { width: 168, height: 76 } as const;
const pitch = 300;
const margin = 40;
const top = 110;
const line = 15;
/** Between the lanes of returns. */
const laneGap = 14;
/** From a lane's line to the words over it: half of the widest line, and what hangs below a letter. */
const aboveLane = 9;
/** How far below the row the bar of closed cases stands. */
const barDrop = 150;
const barHeight = 62;
const width = margin * 2 + pitch * (row.length - 1) + size.width;
/** Paths that are shown. */
const pathsShown = 12;

const columnOf = (stage: StageName): number => row.indexOf(stage);
const leftOf = (stage: StageName): number => margin + columnOf(stage) * pitch;
const middleOf = (stage: StageName): number => leftOf(stage) + size.width / 2;

/** Moves between the same two stages: one arrow. */
interface Link {
  readonly from: StageName;
  readonly to: StageName;
  readonly moves: readonly MoveCount[];
}

/** The report as an SVG. The same report gives the same bytes. `about`: what it was asked for. */
export function drawConformance(report: Conformance, about: string): string {
  const links = linksOf(report.moves);
  const inRow = (stage: StageName): boolean => stage !== 'CLOSED';
  const steps = links.filter(({ from, to }) => inRow(from) && columnOf(to) === columnOf(from) + 1);
  const over = links.filter((link) => inRow(link.from) && inRow(link.to) && !steps.includes(link)).sort((a, b) => span(a) - span(b));
  const lanes = lanesOf(over);
  const rowTop = top + lanes.height + 20;
  const barTop = rowTop + size.height + barDrop;
  const pathsTop = barTop + barHeight + 50;
  const paths = report.paths.slice(0, pathsShown);
  const height = pathsTop + 30 + Math.max(1, paths.length) * 22 + margin;
  return page({ width, height }, `How cases flowed: ${about}`, [
    ...heading(report, about),
    ...lanes.at.flatMap((lane) => drawLane(lane, rowTop)),
    ...steps.flatMap((step) => drawStep(step, rowTop)),
    ...links.filter(({ to }) => to === 'CLOSED').flatMap((link) => drawClosing(link, rowTop, barTop)),
    ...links.filter(({ from }) => from === 'CLOSED').flatMap((link) => drawReopening(link, rowTop, barTop)),
    ...report.stays.flatMap((stay) => drawStage(stay, rowTop, barTop)),
    ...drawPaths(paths, pathsTop),
  ]);
}

const span = ({ from, to }: Link): number => Math.abs(columnOf(from) - columnOf(to)) * row.length + columnOf(from);

function linksOf(moves: readonly MoveCount[]): readonly Link[] {
  const found = new Map<string, { readonly from: StageName; readonly to: StageName; readonly moves: MoveCount[] }>();
  for (const move of moves) {
    const key = `${move.from}>${move.to}`;
    const link = found.get(key) ?? { from: move.from, to: move.to, moves: [] };
    link.moves.push(move);
    found.set(key, link);
  }
  return [...found.values()];
}

function heading({ made, outside, moves }: Conformance, about: string): readonly string[] {
  const drawn = moves.filter(({ allowed }) => allowed);
  const hidden = drawn.some(({ count }) => count === null);
  const unused = drawn.filter(({ count }) => count === 0 || count === null).length;
  const sums = [
    made === null ? 'too few moves to show' : `${grouped(made)} moves`,
    `outside of the diagram: ${outside === null ? 'too few to show' : grouped(outside)}`,
    `allowed and ${hidden ? 'seldom or never' : 'never'} used: ${unused} of ${drawn.length}`,
  ];
  return [
    words({ x: margin, y: 44 }, 'How cases flowed, held against the stage diagram', { className: 'head' }),
    words({ x: margin, y: 68 }, `${about} · ${sums.join(' · ')} · times: the median and p90 of how long cases had stayed before the move`, { className: 'sub' }),
    ...legend({ x: margin, y: 90 }),
  ];
}

function legend({ x, y }: Point): readonly string[] {
  const entries: readonly (readonly [Look, string])[] = [['used', 'used'], ['unused', 'allowed, never used'], ['outside', 'used, not in the diagram']];
  return entries.flatMap(([look, text], i) => {
    const left = x + i * 220;
    return [arrow([{ x: left, y: y - 4 }, { x: left + 40, y: y - 4 }], look, 2, text), words({ x: left + 48, y }, text, { className: 'small' })];
  });
}

/** Red where any of its moves stands in no line of the diagram and none that does was used. */
function lookOf({ moves }: Link): Look {
  const allowed = moves.filter((move) => move.allowed);
  if (allowed.some(isUsed)) return 'used';
  return moves.some((move) => !move.allowed) ? 'outside' : 'unused';
}
const isUsed = ({ count }: MoveCount): boolean => count !== 0;

/** Wider, the more often: by the logarithm, so that rare moves are seen. */
function widthOf({ moves }: Link): number {
  const count = moves.reduce((sum, move) => sum + (move.count ?? 1), 0);
  return count === 0 ? 1.2 : Math.min(9, 1.5 + Math.log10(count) * 1.3);
}

const titleOf = ({ from, to, moves }: Link): string =>
  `${stageWords[from]} to ${stageWords[to]}: ${moves.map((move) => [`${wordOf(move)} ${often(move)}`, times(move.quantiles)].filter((part) => part !== '').join(', ')).join('; ')}`;

function classOf(move: MoveCount): string {
  if (!move.allowed) return 'out';
  return isUsed(move) ? 'small' : 'never';
}

/** One move on one line, for where there is room. */
function sentence(move: MoveCount): string {
  const told = [`${wordOf(move)} ${often(move)}`, times(move.quantiles)].filter((part) => part !== '').join(' · ');
  return move.allowed ? told : `${told} · not in the diagram`;
}

interface Lane {
  readonly link: Link;
  /** Of its line, from the top of the lanes. */
  readonly y: number;
  /** Which of the lanes that end at the same stage it is, and which of those that leave the same one. */
  readonly entry: number;
  readonly exit: number;
}

/** The nearest stage's lane lies lowest, so that no line crosses another's words. */
function lanesOf(over: readonly Link[]): { readonly at: readonly Lane[]; readonly height: number } {
  const heights = over.map(({ moves }) => moves.length * line + laneGap);
  const height = heights.reduce((sum, one) => sum + one, 0);
  let y = height;
  const at = over.map((link, i): Lane => {
    const entry = over.slice(0, i).filter(({ to }) => to === link.to).length;
    const exit = over.slice(0, i).filter(({ from }) => from === link.from).length;
    const lane = { link, y, entry, exit };
    y -= heights[i] ?? 0;
    return lane;
  });
  return { at, height };
}

function drawLane({ link, y, entry, exit }: Lane, rowTop: number): readonly string[] {
  const isBack = columnOf(link.to) < columnOf(link.from);
  const laneY = top + y;
  const out = middleOf(link.from) + exit * 14;
  const into = leftOf(link.to) + (isBack ? size.width - 12 - entry * 16 : 10 + entry * 12);
  const points = [{ x: out, y: rowTop }, { x: out, y: laneY }, { x: into, y: laneY }, { x: into, y: rowTop }];
  // Words end at the riser that a return goes out by; a short one has no room for them there, before the risers by which others come in.
  const isShort = isBack && columnOf(link.from) - columnOf(link.to) === 1;
  const [anchor, x] = isShort ? (['start', into + 10] as const) : isBack ? (['end', out - 10] as const) : (['start', out + 10] as const);
  const told = link.moves.map((move, i) => words({ x, y: laneY - aboveLane - (link.moves.length - 1 - i) * line }, sentence(move), { anchor, className: classOf(move) }));
  return [arrow(points, lookOf(link), widthOf(link), titleOf(link)), ...told];
}

function drawStep(link: Link, rowTop: number): readonly string[] {
  const y = rowTop + size.height / 2;
  const [x, end] = [leftOf(link.from) + size.width, leftOf(link.to)];
  const middle = (x + end) / 2;
  const told = link.moves.flatMap((move, i) => {
    const className = classOf(move);
    const told = [wordOf(move), often(move), times(move.quantiles)];
    // The first stands around the arrow, others below it.
    const lines = i === 0 ? [-24, -10, 20] : [0, 1, 2].map((n) => 22 + line * (1 + (i - 1) * 3 + n));
    return told.map((text, n) => words({ x: middle, y: y + (lines[n] ?? 0) }, text, { anchor: 'middle', className }));
  });
  return [arrow([{ x, y }, { x: end, y }], lookOf(link), widthOf(link), titleOf(link)), ...told];
}

function drawClosing(link: Link, rowTop: number, barTop: number): readonly string[] {
  const x = leftOf(link.from) + 24;
  return drawVertical(link, { x, y: rowTop + size.height }, { x, y: barTop });
}

function drawReopening(link: Link, rowTop: number, barTop: number): readonly string[] {
  const x = leftOf(link.to) + size.width - 12;
  return drawVertical(link, { x, y: barTop }, { x, y: rowTop + size.height }, barDrop / 2);
}

function drawVertical(link: Link, from: Point, to: Point, drop = 0): readonly string[] {
  const first = Math.min(from.y, to.y) + 34 + drop * 0.7;
  const told = link.moves.flatMap((move, i) => {
    const at = { x: from.x + 9, y: first + i * 2 * line };
    const className = classOf(move);
    return [words(at, `${wordOf(move)} ${often(move)}${move.allowed ? '' : ' · not in the diagram'}`, { className }), words({ ...at, y: at.y + line }, times(move.quantiles), { className })];
  });
  return [arrow([from, to], lookOf(link), widthOf(link), titleOf(link)), ...told];
}

function drawStage({ stage, count, quantiles }: StayCount, rowTop: number, barTop: number): readonly string[] {
  const left = count === null ? 'left: too few to show' : `left ${grouped(count)} ×`;
  if (stage === 'CLOSED') {
    const x = width / 2;
    return [
      box({ x: margin, y: barTop }, { width: width - margin * 2, height: barHeight }, 'end'),
      words({ x, y: barTop + 26 }, stageWords.CLOSED, { anchor: 'middle', className: 'name' }),
      words({ x, y: barTop + 45 }, [left, times(quantiles)].filter((part) => part !== '').join(' · '), { anchor: 'middle', className: 'small' }),
    ];
  }
  const x = middleOf(stage);
  return [
    box({ x: leftOf(stage), y: rowTop }, size, 'stage'),
    words({ x, y: rowTop + 26 }, stageWords[stage], { anchor: 'middle', className: 'name' }),
    words({ x, y: rowTop + 46 }, left, { anchor: 'middle', className: 'small' }),
    words({ x, y: rowTop + 62 }, times(quantiles), { anchor: 'middle', className: 'small' }),
  ];
}

function drawPaths(paths: readonly PathCount[], pathsTop: number): readonly string[] {
  const head = words({ x: margin, y: pathsTop }, 'The most frequent ways of cases that are decided or closed', { className: 'name' });
  if (paths.length === 0) return [head, words({ x: margin, y: pathsTop + 26 }, 'None, or too few to show.', { className: 'small' })];
  const lines = paths.flatMap(({ stages: passed, isCut, count, quantiles }, i) => {
    const y = pathsTop + 26 + i * 22;
    const way = [...passed.map((stage) => stageWords[stage]), ...(isCut ? ['…'] : [])].join(' › ');
    return [
      words({ x: margin + 70, y }, count === null ? '' : `${grouped(count)} ×`, { anchor: 'end', className: 'small' }),
      words({ x: margin + 84, y }, times(quantiles), { className: 'small' }),
      words({ x: margin + 290, y }, way, { className: 'small' }),
    ];
  });
  return [head, ...lines];
}
