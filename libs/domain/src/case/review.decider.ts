import type { Actor } from '../kernel/actor.js';
import type { DecideTable, EvolveTable } from '../kernel/decider.js';
import { decideAccess, evolveAccess } from './access.decider.js';
import { decideApprovals, evolveApprovals } from './approvals.decider.js';
import { decideClosing, evolveClosing } from './closing.decider.js';
import { decideContacts, evolveContacts } from './contacts.decider.js';
import type { CaseContext } from './context.js';
import type { CaseCatalogue } from './events.js';
import { decideProsecutor, evolveProsecutor } from './prosecutor.decider.js';
import { decideReferrals, evolveReferrals } from './referrals.decider.js';
import type { RefusalCode } from './refusals.js';
import type { ReviewCommands } from './review.commands.js';
import type { reviewEvents } from './review.events.js';
import type { Case } from './state.js';

/** Review, referral and what follows, by what the files hold. */
export const decideReview: DecideTable<CaseCatalogue, ReviewCommands, Case, CaseContext, RefusalCode> = {
  ...decideApprovals,
  ...decideContacts,
  ...decideReferrals,
  ...decideProsecutor,
  ...decideClosing,
  ...decideAccess,
};

export const evolveReview: EvolveTable<typeof reviewEvents, Case, Actor> = {
  ...evolveApprovals,
  ...evolveContacts,
  ...evolveReferrals,
  ...evolveProsecutor,
  ...evolveClosing,
  ...evolveAccess,
};
