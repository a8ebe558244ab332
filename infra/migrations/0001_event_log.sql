-- The event log: one row an event, never changed after its insert.
-- The owner's role runs this file; the service connects as caseledger_service, which gets what is granted here and no more.

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO caseledger_service;

-- One row. Whoever appends locks it first, so positions are contiguous and in commit order.
-- (No CHECK here nor on event: PostgreSQL parses them anew in every statement, and append_events is the only way in.)
CREATE TABLE log_head (
  one           boolean PRIMARY KEY DEFAULT true,
  log_id        uuid    NOT NULL,
  next_position bigint  NOT NULL
);
INSERT INTO log_head (log_id, next_position) VALUES (gen_random_uuid(), 0);

-- stream, revision, id and type are index copies of the head text; `caseledger audit` compares them with it.
CREATE TABLE event (
  position bigint PRIMARY KEY,
  stream   text   COLLATE "C" NOT NULL,
  revision bigint NOT NULL,
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
-- The service reads. It writes through append_events alone: not even a stolen connection can leave a hole or take a number twice.
GRANT SELECT ON event, log_head TO caseledger_service;

-- Appends a batch: each append whole or not at all, each answered by itself, all in one transaction.
--
-- Arrays over the batch's appends, in the order of their arrival:
--   p_stream, p_expected  the stream, and the revision that its last event must have (-1: no such stream)
--   p_size                how many events it brings
--   p_wave                0, or one more than the last earlier append of this batch with the same stream or a common event id:
--                         waves are decided one after the other, so a later one sees what an earlier one stored
-- Arrays over the batch's events: p_append (which append, from 1), p_revision, p_id, p_type, p_head, p_body.
--
-- Answers stored_from if all were stored now, one after the other from that position. Else, by append: first_position, or null where it
-- was not stored now; then actual is its stream's last revision (null: no such stream), and repeat_of lists the positions of the very same
-- events if they were stored before, else it is null.
--
-- VOLATILE: each statement takes a snapshot of its own, so what follows the lock sees all that was committed before it.
CREATE FUNCTION append_events(
  p_stream text[], p_expected bigint[], p_size int[], p_wave int[],
  p_append int[], p_revision bigint[], p_id uuid[], p_type text[], p_head text[], p_body text[],
  OUT stored_from bigint, OUT first_position bigint[], OUT actual bigint[], OUT repeat_of text[]
) LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  -- One plan for an empty log and for one of millions of events: by index.
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
AS $$
DECLARE
  v_events CONSTANT int := cardinality(p_id);
  v_inserted int;
  v_start bigint;
  v_next bigint;
BEGIN
  -- The lock. It counts on every append passing; the rare batch in which one does not corrects the count below.
  UPDATE log_head SET next_position = next_position + v_events RETURNING next_position - v_events INTO STRICT v_start;

  -- As a rule all pass: then the unique keys say that no revision is taken, and one look by append that the revision before it is.
  IF 0 = ALL (p_wave) THEN
    BEGIN
      INSERT INTO event (position, stream, revision, id, type, head, body)
      SELECT v_start + x.n - 1, p_stream[x.append], x.revision, x.id, x.type, x.head, x.body
      FROM unnest(p_append, p_revision, p_id, p_type, p_head, p_body) WITH ORDINALITY AS x(append, revision, id, type, head, body, n)
      WHERE x.revision = 0
        OR x.revision > p_expected[x.append] + 1
        OR (SELECT e.position FROM event e WHERE e.stream = p_stream[x.append] AND e.revision = x.revision - 1) IS NOT NULL;
      GET DIAGNOSTICS v_inserted = ROW_COUNT;
      IF v_inserted < v_events THEN
        RAISE unique_violation;
      END IF;
      PERFORM pg_notify('event_log', (v_start + v_events - 1)::text);
      stored_from := v_start;
      RETURN;
    EXCEPTION WHEN unique_violation THEN
      NULL; -- Undone: decide each by itself.
    END;
  END IF;

  v_next := v_start;
  FOR v_wave IN 0 .. (SELECT max(w) FROM unnest(p_wave) AS w) LOOP
    WITH checked AS MATERIALIZED (
      SELECT a.n, a.size, a.wave,
        a.wave = v_wave
        AND a.expected = coalesce((SELECT e.revision FROM event e WHERE e.stream = a.stream ORDER BY e.revision DESC LIMIT 1), -1)
        AND a.n NOT IN (
          SELECT x.append FROM unnest(p_append, p_id) AS x(append, id) WHERE (SELECT e.position FROM event e WHERE e.id = x.id) IS NOT NULL
        ) AS passes
      FROM unnest(p_stream, p_expected, p_size, p_wave) WITH ORDINALITY AS a(stream, expected, size, wave, n)
    )
    SELECT
      array_agg(CASE WHEN d.wave <> v_wave THEN first_position[d.n] WHEN d.passes THEN v_next + d.upto - d.size END ORDER BY d.n),
      v_next + max(d.upto)
    INTO first_position, v_next
    FROM (
      SELECT c.*, sum(CASE WHEN c.passes THEN c.size ELSE 0 END) OVER (ORDER BY c.n ROWS UNBOUNDED PRECEDING) AS upto FROM checked c
    ) d;

    INSERT INTO event (position, stream, revision, id, type, head, body)
    SELECT first_position[x.append] + x.revision - p_expected[x.append] - 1, p_stream[x.append], x.revision, x.id, x.type, x.head, x.body
    FROM unnest(p_append, p_revision, p_id, p_type, p_head, p_body) AS x(append, revision, id, type, head, body)
    WHERE p_wave[x.append] = v_wave AND first_position[x.append] IS NOT NULL;
  END LOOP;

  UPDATE log_head SET next_position = v_next;
  IF v_next > v_start THEN
    PERFORM pg_notify('event_log', (v_next - 1)::text);
  END IF;

  SELECT
    array_agg((SELECT max(e.revision) FROM event e WHERE e.stream = a.stream) ORDER BY a.n),
    array_agg((
      SELECT CASE WHEN count(s.position) = a.size THEN string_agg(s.position::text, ',' ORDER BY x.revision) END
      FROM unnest(p_append, p_revision, p_id) AS x(append, revision, id)
      LEFT JOIN LATERAL (
        SELECT e.position FROM event e WHERE e.stream = a.stream AND e.revision = x.revision AND e.id = x.id LIMIT 1
      ) s ON true
      WHERE x.append = a.n AND first_position[a.n] IS NULL
    ) ORDER BY a.n)
  INTO actual, repeat_of
  FROM unnest(p_stream, p_size) WITH ORDINALITY AS a(stream, size, n);
END
$$;
REVOKE ALL ON FUNCTION append_events FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_events TO caseledger_service;

-- append_events for the commonest batch, one append of one event, in two thirds of its time. Answers the event's position, or null where
-- it was not stored now: then append_events says why.
CREATE FUNCTION append_event(p_stream text, p_expected bigint, p_id uuid, p_type text, p_head text, p_body text) RETURNS bigint
  LANGUAGE plpgsql VOLATILE SECURITY DEFINER
  SET search_path = pg_catalog, public, pg_temp
  SET plan_cache_mode = force_generic_plan
  SET enable_seqscan = off
AS $$
DECLARE
  v_position bigint;
BEGIN
  UPDATE log_head SET next_position = next_position + 1 RETURNING next_position - 1 INTO STRICT v_position;
  BEGIN
    INSERT INTO event (position, stream, revision, id, type, head, body)
    SELECT v_position, p_stream, p_expected + 1, p_id, p_type, p_head, p_body
    WHERE p_expected = -1 OR EXISTS (SELECT FROM event e WHERE e.stream = p_stream AND e.revision = p_expected);
    IF FOUND THEN
      PERFORM pg_notify('event_log', v_position::text);
      RETURN v_position;
    END IF;
  EXCEPTION WHEN unique_violation THEN
    NULL;
  END;
  UPDATE log_head SET next_position = v_position;
  RETURN NULL;
END
$$;
REVOKE ALL ON FUNCTION append_event FROM PUBLIC;
GRANT EXECUTE ON FUNCTION append_event TO caseledger_service;
