-- What the clocks told of: one row for each warning and each missed deadline, so that each is told of once. The record of a missed deadline is
-- the case's own event DeadlineMissed; a row here follows it.
CREATE TABLE clock_notice (
  case_id      uuid        NOT NULL,
  clock_id     text        COLLATE "C" NOT NULL,
  kind         text        COLLATE "C" NOT NULL CHECK (kind IN ('WARNING', 'BREACH')),
  -- When the warning was due, or the deadline.
  at           timestamptz NOT NULL,
  -- The event DeadlineMissed; null for a warning.
  event_id     uuid,
  noted_at     timestamptz NOT NULL,
  PRIMARY KEY (case_id, clock_id, kind, at)
);

-- Outgoing webhooks, written in the transaction of their notice. The payload is kept as it was signed: every try sends the same bytes.
CREATE TABLE webhook_delivery (
  delivery_id  uuid        PRIMARY KEY,
  endpoint     text        COLLATE "C" NOT NULL,
  payload      text        NOT NULL,
  state        text        COLLATE "C" NOT NULL DEFAULT 'PENDING' CHECK (state IN ('PENDING', 'DELIVERED', 'DEAD')),
  attempts     integer     NOT NULL DEFAULT 0,
  created_at   timestamptz NOT NULL,
  next_at      timestamptz NOT NULL,
  last_status  integer,
  last_error   text,
  settled_at   timestamptz
);
CREATE INDEX ON webhook_delivery (next_at) WHERE state = 'PENDING';
CREATE INDEX ON webhook_delivery (state, created_at DESC, delivery_id);

GRANT SELECT, INSERT ON clock_notice TO caseledger_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON webhook_delivery TO caseledger_service;
