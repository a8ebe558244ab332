import type { Role } from '#libs/domain';
import type { PlacedSealed } from '#libs/envelope';
import type { ReadChannel, ReadKind, ReadOutcome } from '#libs/reads/port';
import { bigint, type Columns, instant, integer, json, orNull, type RowOf, type Table, text, texts, uuid } from '../engine/columns.js';

/** A table that is no case's: what was read may concern one, or none. Made by infra/migrations/0041_access_log.sql. */
const tableOf = <const C extends Columns>(columns: C): Table<C> => ({ columns, id: null, appendOnly: true, indexes: [], generated: [] });

export const accessRead = tableOf({
  /** Event and field: `<event id>/read7`. */
  read_id: text(),
  position: bigint(),
  at: instant(),
  kind: text<ReadKind>(),
  outcome: text<ReadOutcome>(),
  /** Null: nobody known. */
  actor: orNull(text()),
  roles: texts<Role>(),
  unit: orNull(text()),
  purpose: orNull(text()),
  source: text(),
  case_id: orNull(uuid()),
  things: texts(),
  detail: orNull(json<Readonly<Record<string, unknown>>>()),
  channel: text<ReadChannel>(),
  address: orNull(text()),
  session: orNull(text()),
  correlation_id: text(),
  words: orNull(json<PlacedSealed<string>>()),
});

/** What one user read in one hour, counted. */
export const accessHour = tableOf({
  actor: text(),
  hour: instant(),
  cases: integer(),
  protected_fields: integer(),
  searches: integer(),
  denied: integer(),
  last_at: instant(),
});

/** Which cases one user opened in one hour: so that each counts once. */
export const accessHourCase = tableOf({ actor: text(), hour: instant(), case_id: uuid() });

/** Of a sealed value's receipt: what an expungement destroyed. Made by infra/migrations/0040_expungement.sql. */
export const expungement = tableOf({
  event_id: uuid(),
  case_id: uuid(),
  position: bigint(),
  person: orNull(text()),
  order_id: text(),
  requested_by: text(),
  confirmed_by: text(),
  recorded_at: instant(),
  keys: texts(),
  protected_values: integer(),
  search_rows: integer(),
  purged_at: orNull(instant()),
  left_to_operator: orNull(texts()),
});

export type AccessReadNode = RowOf<typeof accessRead>;
export type AccessHourNode = RowOf<typeof accessHour>;
export type ExpungementNode = RowOf<typeof expungement>;

/** From how many in one hour on somebody should look at what a user reads. */
export const browsingLimits = { cases: 40, protectedFields: 150, searches: 100, denied: 10 } as const;
