import type { Measure } from '../kit/measure.js';
import { appendMeasure } from './append.measure.js';
import { caseLoadMeasure } from './case-load.measure.js';
import { commandsMeasure } from './commands.measure.js';
import { cpuMeasure } from './cpu.measure.js';
import { listMeasure } from './list.measure.js';
import { memoryMeasure } from './memory.measure.js';
import { openLoopMeasure } from './open-loop.measure.js';
import { projectionsMeasure } from './projections.measure.js';
import { readAllMeasure } from './read-all.measure.js';
import { trailMeasure } from './trail.measure.js';
import { visibleMeasure } from './visible.measure.js';

/** In the order of the page. */
export const measures: readonly Measure[] = [
  commandsMeasure,
  openLoopMeasure,
  cpuMeasure,
  appendMeasure,
  caseLoadMeasure,
  readAllMeasure,
  projectionsMeasure,
  visibleMeasure,
  listMeasure,
  trailMeasure,
  memoryMeasure,
];
