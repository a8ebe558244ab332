/** A case at any time: what was recorded by then, what had happened by then, each step, and what lies between two of them. Pure. */
export { type AsOf, eventsAsOf, type RecordedBy, unboundedAsOf } from './as-of.js';
export { changesBetween, type ChangedThing, changedThings, type ChangeKind, type FieldChange, type StateChange, type Wall } from './changes.js';
export { happenedAt } from './happened.js';
export { bindingOf, type Step, stepsOf } from './steps.js';
