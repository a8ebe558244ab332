/** Events and reads of an event log, as its contract suite uses them, for tests of other parts. */
export { appended, collect, collectPages, event, events, seeded, shape } from '../../libs/event-store/src/contract.kit.js';
