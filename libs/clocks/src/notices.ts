import type { Pool, PoolClient } from 'pg';
import type { DeliveryIds } from './delivery-ids.js';
import type { Endpoint, Notice } from './port.js';

/** Where notices are written, and whom they are told to. */
export interface Telling {
  readonly pool: Pool | PoolClient;
  readonly endpoints: readonly Endpoint[];
  readonly deliveryIds: DeliveryIds;
}

/**
 * Tells of each notice once: a row, and a delivery for each endpoint that asks for its kind, in one statement. A notice that is there already is
 * left alone, whoever wrote it.
 */
export async function note({ pool, endpoints, deliveryIds }: Telling, notices: readonly Notice[], at: Date): Promise<void> {
  if (notices.length === 0) return;
  const deliveries = notices.flatMap((notice) =>
    endpoints.filter(({ kinds }) => kinds.includes(notice.kind)).map(({ name }) => ({ ...keyOf(notice), endpoint: name, delivery_id: deliveryIds(name, notice), payload: payloadOf(notice) })),
  );
  await pool.query(
    `WITH noted AS (
       INSERT INTO clock_notice (case_id, clock_id, kind, at, event_id, noted_at)
       SELECT case_id, clock_id, kind, at, event_id, $3 FROM jsonb_to_recordset($1) AS n(case_id uuid, clock_id text, kind text, at timestamptz, event_id uuid)
       ON CONFLICT DO NOTHING RETURNING case_id, clock_id, kind, at
     )
     INSERT INTO webhook_delivery (delivery_id, endpoint, payload, created_at, next_at)
     SELECT d.delivery_id, d.endpoint, d.payload, $3, $3
     FROM jsonb_to_recordset($2) AS d(case_id uuid, clock_id text, kind text, at timestamptz, delivery_id uuid, endpoint text, payload text)
     JOIN noted USING (case_id, clock_id, kind, at)
     ON CONFLICT DO NOTHING`,
    [JSON.stringify(notices.map((notice) => ({ ...keyOf(notice), event_id: notice.eventId }))), JSON.stringify(deliveries), at],
  );
}

const keyOf = ({ caseId, clockId, kind, at }: Notice) => ({ case_id: caseId, clock_id: clockId, kind, at });

/** Ids, the clock's name and times alone: no name of a person, no text, not even a camera's name leaves the service this way. */
function payloadOf({ caseId, kind, clock, subjectKind, dueAt, at, eventId }: Notice): string {
  const type = kind === 'BREACH' ? 'clock.missed' : 'clock.warning';
  return JSON.stringify({ type, timestamp: at, data: { caseId, clock, about: subjectKind, dueAt, eventId } });
}
