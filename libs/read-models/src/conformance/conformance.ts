import { moveKey, stageDiagram, type StageMove, type StageName, stages } from '#libs/domain';
import type { AggregateReach } from '#libs/access';
import { type Quantiles } from '../counters/histogram.js';
import { type Path, readPath } from '../counters/paths.js';
import { type CountFilter, quantilesBy, type ShownCount } from '../dashboards/case-dashboards.js';
import { type Count, type Counts, inDistricts, label, type MostCount } from '../dashboards/counts.js';
import { inMonths } from '../dashboards/time.js';

export const conformanceLimits = {
  /** Ways from beginning to end that one answer names, the most frequent first. */
  pathsMax: 20,
  /** Cells of moves that are added up: each move in each bucket of durations. */
  cellsMax: 20_000,
} as const;

/** How often a move was made. Null: too seldom to be shown to this viewer, or never. */
export interface MoveCount extends StageMove {
  /** Whether it stands in the diagram. In the diagram and counted 0 times: allowed, and never used. */
  readonly allowed: boolean;
  readonly count: ShownCount;
  /** How long cases had stayed before it. Null: of none, or of too few. */
  readonly quantiles: Quantiles | null;
}

/** Stays at a stage that have ended. */
export interface StayCount {
  readonly stage: StageName;
  readonly count: ShownCount;
  readonly quantiles: Quantiles | null;
}

/** A whole way of cases that are decided or closed. */
export interface PathCount extends Path {
  readonly count: ShownCount;
  /** From the first report to the end of the way. */
  readonly quantiles: Quantiles | null;
}

/** How cases really flowed, held against the stage diagram. */
export interface Conformance {
  readonly moves: readonly MoveCount[];
  readonly stays: readonly StayCount[];
  readonly paths: readonly PathCount[];
  /** All moves, and those of them that stand in no line of the diagram. */
  readonly made: ShownCount;
  readonly outside: ShownCount;
}

/** Moves of the diagram in its order, then those outside of it. Months: in which a stage was left; of paths: in which their end was reached. */
export async function conformance(counts: Counts, filter: CountFilter): Promise<Conformance> {
  const reach = counts.reach('CONFORMANCE');
  const where = [inMonths(filter), inDistricts(filter.districts)];
  const of = { table: 'case_counter', where } as const;
  const [cells, paths] = await Promise.all([
    counts.sum(reach, { ...of, counter: 'stage_move', by: [label(1), label(2), label(3), label(4)], max: conformanceLimits.cellsMax }),
    counts.sumMost(reach, { ...of, counter: 'path', within: 'path_time', max: conformanceLimits.pathsMax }),
  ]);
  const moves = movesOf(cells, reach, counts);
  return {
    moves: moves.map(({ move, amount, quantiles }) => ({ ...move, allowed: inDiagram.has(moveKey(move)), count: counts.shown(amount, reach), quantiles })),
    stays: staysOf(cells, reach, counts),
    paths: pathsOf(paths, reach, counts),
    made: counts.shown(total(moves), reach),
    outside: counts.shown(total(moves.filter(({ move }) => !inDiagram.has(moveKey(move)))), reach),
  };
}

interface Made {
  readonly move: StageMove;
  /** The true number. */
  readonly amount: number;
  readonly quantiles: Quantiles | null;
}

const inDiagram = new Set(stageDiagram.map(moveKey));
const total = (moves: readonly Made[]): number => moves.reduce((sum, { amount }) => sum + amount, 0);

function movesOf(cells: readonly Count[], reach: AggregateReach, counts: Counts): readonly Made[] {
  const found = new Map<string, { readonly move: StageMove; readonly cells: Count[] }>();
  for (const cell of cells) {
    // The counter's labels are two stages and an event's type.
    const [from, to, by, bucket = ''] = cell.key as [StageMove['from'], StageMove['to'], StageMove['by'], string?];
    const move = { from, to, by };
    const known = found.get(moveKey(move)) ?? { move, cells: [] };
    known.cells.push({ key: ['', bucket], amount: cell.amount });
    found.set(moveKey(move), known);
  }
  const outside = [...found.values()].map(({ move }) => move).filter((move) => !inDiagram.has(moveKey(move)));
  const inOrder = outside.sort((a, b) => (moveKey(a) < moveKey(b) ? -1 : 1));
  return [...stageDiagram, ...inOrder].map((move) => {
    const mine = found.get(moveKey(move))?.cells ?? [];
    return { move, amount: mine.reduce((sum, { amount }) => sum + amount, 0), quantiles: quantilesBy(mine, reach, counts).get('') ?? null };
  });
}

function staysOf(cells: readonly Count[], reach: AggregateReach, counts: Counts): readonly StayCount[] {
  const byStage = quantilesBy(cells.map(({ key: [stage = '', , , bucket = ''], amount }) => ({ key: [stage, bucket], amount })), reach, counts);
  const amounts = new Map<string, number>();
  for (const { key: [stage = ''], amount } of cells) amounts.set(stage, (amounts.get(stage) ?? 0) + amount);
  return stages.map((stage) => ({ stage, count: counts.shown(amounts.get(stage) ?? 0, reach), quantiles: byStage.get(stage) ?? null }));
}

function pathsOf(paths: readonly MostCount[], reach: AggregateReach, counts: Counts): readonly PathCount[] {
  return paths.flatMap(({ label: path, amount, within }) => {
    const count = counts.shown(amount, reach);
    // A way that few have gone says too much of them.
    return count === null ? [] : [{ ...readPath(path), count, quantiles: quantilesBy(within, reach, counts).get(path) ?? null }];
  });
}
