-- Which event log everything in this database was derived from: its keys, read models, ledger and case numbers belong to no other. A service that
-- is connected to another one by mistake stops before it records anything there. The newest row counts; copying the log elsewhere adds one.
CREATE TABLE event_log_in_use (
  number integer     PRIMARY KEY CHECK (number >= 0),
  kind   text        COLLATE "C" NOT NULL CHECK (kind IN ('POSTGRESQL', 'EVENTSTOREDB')),
  log_id text        COLLATE "C" NOT NULL UNIQUE,
  since  timestamptz NOT NULL DEFAULT now()
);
REVOKE ALL ON event_log_in_use FROM PUBLIC;
GRANT SELECT ON event_log_in_use TO caseledger_service;

-- A database that has events uses its own log already.
INSERT INTO event_log_in_use (number, kind, log_id)
SELECT 0, 'POSTGRESQL', log_id::text FROM log_head WHERE EXISTS (SELECT FROM event);

-- The log in use; the first one asked for becomes it. The service can't change it afterwards.
CREATE FUNCTION use_event_log(p_kind text, p_log_id text, OUT kind text, OUT log_id text, OUT since timestamptz)
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
AS $$
BEGIN
  INSERT INTO event_log_in_use (number, kind, log_id) VALUES (0, p_kind, p_log_id) ON CONFLICT DO NOTHING;
  SELECT u.kind, u.log_id, u.since INTO STRICT kind, log_id, since FROM event_log_in_use u ORDER BY u.number DESC LIMIT 1;
END
$$;
REVOKE ALL ON FUNCTION use_event_log FROM PUBLIC;
GRANT EXECUTE ON FUNCTION use_event_log TO caseledger_service;

-- Stands in the way of appends once the log has been copied elsewhere: `caseledger copy-log` makes a trigger of it on log_head.
CREATE FUNCTION refuse_append_to_copied_log() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'this log was copied to another server and takes no more events' USING ERRCODE = 'restrict_violation';
END
$$;
