import type { Actor } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import type { CaseContext } from './context.js';
import { decideCustody, evolveCustody } from './custody.decider.js';
import type { CaseCatalogue } from './events.js';
import type { FootageCommands } from './footage.commands.js';
import type { footageEvents } from './footage.events.js';
import { decideRelease, evolveRelease } from './hold-release.decider.js';
import { decidePreservation, evolvePreservation } from './preservation.decider.js';
import type { RefusalCode } from './refusals.js';
import type { Case } from './state.js';
import { decideVerification, evolveVerification } from './verification.decider.js';

export { holdAgain } from './hold-release.decider.js';

/** Footage and exhibits (domain.md): preservation and holds, hashes and copies, custody, release. */
export const decideFootage: DecideTable<CaseCatalogue, FootageCommands, Case, CaseContext, RefusalCode> = {
  ...decidePreservation,
  ...decideVerification,
  ...decideCustody,
  ...decideRelease,
};

export const evolveFootage: EvolveTable<typeof footageEvents, Case, Actor> = {
  ...evolvePreservation,
  ...evolveVerification,
  ...evolveCustody,
  ...evolveRelease,
};
