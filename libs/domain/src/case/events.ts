import type { Actor } from '../kernel/actor.js';
import type { EventMeta, StoredEventOf } from '../kernel/decider.js';
import type { DataOf, NewEventOf, StoredDataOf } from '../kernel/event-schema.js';
import { allegationEvents } from './allegations.events.js';
import { footageEvents } from './footage.events.js';
import { peopleEvents } from './people.events.js';
import { reportEvents } from './report.events.js';
import { reviewEvents } from './review.events.js';
import { sealingEvents } from './sealing.events.js';

export { allegationEvents, footageEvents, peopleEvents, reportEvents, reviewEvents, sealingEvents };

/** Every event of a case's stream. Stored shapes are frozen: a changed one gets a new version and an upcaster. */
export const caseEvents = { ...reportEvents, ...peopleEvents, ...footageEvents, ...allegationEvents, ...reviewEvents, ...sealingEvents };

export type CaseCatalogue = typeof caseEvents;
export type CaseEventType = keyof CaseCatalogue;
/** An event as `decide` emits it. */
export type NewCaseEvent = NewEventOf<CaseCatalogue>;
/** An event as it is stored and folded. */
export type CaseEvent = StoredEventOf<CaseCatalogue, Actor>;
export type CaseEventData<T extends CaseEventType> = DataOf<CaseCatalogue[T]>;
export type StoredCaseEventData<T extends CaseEventType> = StoredDataOf<CaseCatalogue[T]>;
export type CaseEventMeta = EventMeta<Actor>;
