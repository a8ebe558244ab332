-- What is shown of deliveries to who runs the system. The case that a delivery is about stands in its payload alone; kept beside it, rows are judged by it.
ALTER TABLE webhook_delivery
  ADD COLUMN case_id uuid GENERATED ALWAYS AS ((payload::jsonb -> 'data' ->> 'caseId')::uuid) STORED,
  -- Retries that were carried out: an event of the stream `webhook-<delivery_id>` is carried out once, whoever sends its command again.
  ADD COLUMN retries integer NOT NULL DEFAULT 0;

-- Pages of the list, with and without its filters; with the first, deliveries are counted by endpoint and state.
CREATE INDEX ON webhook_delivery (endpoint, state, created_at, delivery_id);
CREATE INDEX ON webhook_delivery (state, created_at, delivery_id);
CREATE INDEX ON webhook_delivery (created_at, delivery_id);
DROP INDEX webhook_delivery_state_created_at_delivery_id_idx;

-- Never the payload: what of it is shown stands here by name.
CREATE VIEW read.webhook_delivery AS
SELECT delivery_id, endpoint, case_id,
  CASE payload::jsonb ->> 'type' WHEN 'clock.missed' THEN 'BREACH' ELSE 'WARNING' END COLLATE "C" AS kind,
  (payload::jsonb -> 'data' ->> 'clock') COLLATE "C" AS clock,
  (payload::jsonb -> 'data' ->> 'about') COLLATE "C" AS subject_kind,
  (payload::jsonb -> 'data' ->> 'dueAt')::timestamptz AS due_at,
  state, attempts, retries, created_at,
  CASE WHEN state = 'PENDING' THEN next_at END AS next_at,
  last_status, last_error, settled_at
FROM webhook_delivery;
GRANT SELECT ON read.webhook_delivery TO caseledger_service;
