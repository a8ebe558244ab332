-- The records of reads, askable: filled by the access feed from the streams `access-…`. A read has one row, as its event has one field.
CREATE SCHEMA access_log_v1;
GRANT USAGE ON SCHEMA access_log_v1 TO caseledger_service;
CREATE TABLE access_log_v1.access_read (
  -- Event and field: what a bundle discloses of the event.
  read_id        text        COLLATE "C" NOT NULL,
  position       bigint      NOT NULL,
  at             timestamptz NOT NULL,
  kind           text        COLLATE "C" NOT NULL,
  outcome        text        COLLATE "C" NOT NULL,
  actor          text        COLLATE "C",
  roles          text[]      COLLATE "C" NOT NULL,
  unit           text        COLLATE "C",
  purpose        text        COLLATE "C",
  source         text        COLLATE "C" NOT NULL,
  case_id        uuid,
  things         text[]      COLLATE "C" NOT NULL,
  detail         jsonb,
  channel        text        COLLATE "C" NOT NULL,
  address        text        COLLATE "C",
  session        text        COLLATE "C",
  correlation_id text        COLLATE "C" NOT NULL,
  -- What was typed, sealed.
  words          jsonb,
  -- By time: a random id as the key would scatter the writes.
  PRIMARY KEY (at, read_id)
);
CREATE INDEX ON access_log_v1.access_read (case_id, at, read_id) WHERE case_id IS NOT NULL;
CREATE INDEX ON access_log_v1.access_read (actor, at, read_id);
CREATE INDEX ON access_log_v1.access_read USING gin (things) WHERE things <> '{}';

-- What one user read in one hour: counted as it comes in, so that asking for alerts scans no reads.
CREATE TABLE access_log_v1.access_hour (
  actor            text        COLLATE "C" NOT NULL,
  hour             timestamptz NOT NULL,
  cases            integer     NOT NULL,
  protected_fields integer     NOT NULL,
  searches         integer     NOT NULL,
  denied           integer     NOT NULL,
  last_at          timestamptz NOT NULL,
  PRIMARY KEY (actor, hour)
) WITH (fillfactor = 80);
CREATE INDEX ON access_log_v1.access_hour (hour, actor);
CREATE TABLE access_log_v1.access_hour_case (
  actor   text        COLLATE "C" NOT NULL,
  hour    timestamptz NOT NULL,
  case_id uuid        NOT NULL,
  PRIMARY KEY (actor, hour, case_id)
);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA access_log_v1 TO caseledger_service;

CREATE OR REPLACE VIEW read.access_read AS SELECT * FROM access_log_v1.access_read;
CREATE OR REPLACE VIEW read.access_hour AS SELECT * FROM access_log_v1.access_hour;
CREATE OR REPLACE VIEW read.expungement AS SELECT event_id, case_id, position, person, order_id, requested_by, confirmed_by, recorded_at, keys::text[] AS keys,
  protected_values, search_rows, purged_at, left_to_operator FROM expungement;
GRANT SELECT ON read.access_read, read.access_hour, read.expungement TO caseledger_service;
