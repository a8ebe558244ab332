import { caseCounters, tallyCase } from './counters/case-counters.js';
import { clockCounters } from './counters/clock-counters.js';
import type { CounterSet } from './counters/counter.js';
import type { AnyProjection } from './engine/projection.js';
import { accessProjection } from './projections/access.projection.js';
import type { Counting } from './engine/projection-feed.js';
import { caseLinkProjection, referralProjection, violationProjection } from './projections/allegations.projection.js';
import { auditProjection } from './projections/audit.projection.js';
import { caseFlowProjection } from './projections/case-flow.projection.js';
import { caseListProjection } from './projections/case-list.projection.js';
import { clockProjection } from './projections/clocks.projection.js';
import { footageProjection } from './projections/footage.projection.js';
import { oversightProjection } from './projections/oversight.projection.js';
import { agentProjection, personProjection } from './projections/people.projection.js';
import { searchProjection } from './search/search.projection.js';

/** Folded from events alone, together in one feed: they agree with each other at every position. */
export const caseProjections: readonly AnyProjection[] = [
  caseListProjection,
  caseFlowProjection,
  footageProjection,
  agentProjection,
  personProjection,
  violationProjection,
  referralProjection,
  caseLinkProjection,
  auditProjection,
  oversightProjection,
  accessProjection,
];

/** Every projection whose tables a migration makes. */
export const allProjections: readonly AnyProjection[] = [...caseProjections, clockProjection, searchProjection];

/** What the feed of {@link caseProjections} keeps beside their rows. */
export const caseCounting: Counting = { set: caseCounters, tally: tallyCase };

/** Every set of counters whose table a migration makes. */
export const allCounters: readonly CounterSet[] = [caseCounters, clockCounters];

/** The records of reads, which are no case's. */
export const accessLogFeed = { name: 'access', version: 1 } as const;

/** The feeds, by the name and version of their checkpoints. */
export const readModelFeeds = {
  cases: { name: 'cases', version: 1 },
  clocks: { name: 'clocks', version: 1 },
  search: { name: 'search', version: 1 },
} as const;
