/** Limits of the envelope. The first three are the event store's as well (libs/event-store/src/port.ts). */
export const envelopeLimits = {
  /** UTF-8 bytes of head and body together. */
  eventBytesMax: 256 * 1024,
  /** Events in one append. */
  appendEventsMax: 100,
  /** UTF-8 bytes of all heads and bodies in one append. */
  appendBytesMax: 900 * 1024,
  /** Fields in one body, those that begin with @ included. */
  fieldsMax: 256,
  /** Characters (all ASCII, so bytes) in a field's name. Below 128: `fieldsRoot` relies on it. */
  fieldNameCharsMax: 64,
  /** How deep arrays and objects may nest inside one field. */
  depthMax: 32,
} as const;
