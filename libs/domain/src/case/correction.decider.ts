import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { Actor } from '../kernel/actor.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { refuse, type RefusalCode } from './refusals.js';
import type { ReportCommands } from './report.commands.js';
import type { reportEvents } from './report.events.js';
import type { Case } from './state.js';

export const decideCorrections: DecideTable<CaseCatalogue, Pick<ReportCommands, 'correctFact'>, Case, CaseContext, RefusalCode> = {
  correctFact: () => refuse('NOT_CORRECTABLE', 'Not correctable yet.'),
};

export const evolveCorrections: EvolveTable<Pick<typeof reportEvents, 'FactCorrected'>, Case, Actor> = {
  // What it corrects is folded again with the correction laid over it (corrections.ts); by itself it changes nothing.
  FactCorrected: (state) => state,
};
