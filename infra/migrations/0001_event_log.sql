-- The event log: one row an event, never changed after its insert.
-- The owner's role runs this file; the service connects as caseledger_service, which gets what is granted here and no more.

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO caseledger_service;

-- One row. Whoever appends locks it first, so positions are contiguous and in commit order.
CREATE TABLE log_head (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  log_id        uuid    NOT NULL,
  next_position bigint  NOT NULL CHECK (next_position >= 0)
);
INSERT INTO log_head (log_id, next_position) VALUES (gen_random_uuid(), 0);

-- stream, revision, id and type are index copies of the head text; `caseledger audit` compares them with it.
CREATE TABLE event (
  position bigint PRIMARY KEY CHECK (position >= 0),
  stream   text   COLLATE "C" NOT NULL,
  revision bigint NOT NULL CHECK (revision >= 0),
  id       uuid   NOT NULL UNIQUE,
  type     text   COLLATE "C" NOT NULL,
  head     text   COLLATE "C" NOT NULL,
  body     text   COLLATE "C" NOT NULL,
  UNIQUE (stream, revision)
);

CREATE FUNCTION refuse_event_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'events are immutable: % is refused', TG_OP USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER event_is_immutable BEFORE UPDATE OR DELETE ON event
  FOR EACH ROW EXECUTE FUNCTION refuse_event_change();
CREATE TRIGGER event_is_never_truncated BEFORE TRUNCATE ON event
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_event_change();
-- ALWAYS: they fire under session_replication_role = replica too.
ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_immutable;
ALTER TABLE event ENABLE ALWAYS TRIGGER event_is_never_truncated;

REVOKE ALL ON event, log_head FROM PUBLIC;
GRANT SELECT, INSERT ON event TO caseledger_service;
-- UPDATE of the counter is what `SELECT … FOR UPDATE` of the row needs; the log's id stays out of reach.
GRANT SELECT, UPDATE (next_position) ON log_head TO caseledger_service;
