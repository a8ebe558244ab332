/** Between the log's texts and the domain's events: reading with upcasting, and the field list that the recorder seals and stores. */
export { commandOf, decodeCaseEvent, decodeSharedEvent, type FieldToStore, fieldsToStore, isCaseEventType, type StoredTexts, UnreadableEvent } from './case-event.codec.js';
export { type Upcast, upcast, type Upcaster, upcasters } from './upcasters.js';
export { clearFieldsOf, decodeClearEvent } from './clear-event.codec.js';
