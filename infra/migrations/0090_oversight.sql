-- What overseers look for across cases, and outcomes and things of each step. Printed by test/scripts/print-read-model-ddl.ts.
DROP VIEW read.audit_trail, read.audit_case;
CREATE SCHEMA audit_trail_v2;
GRANT USAGE ON SCHEMA audit_trail_v2 TO caseledger_service;
CREATE TABLE audit_trail_v2.audit_trail (
  case_id uuid NOT NULL,
  position bigint NOT NULL,
  stream text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  type text COLLATE "C" NOT NULL,
  title text COLLATE "C" NOT NULL,
  actor text COLLATE "C" NOT NULL,
  roles text[] COLLATE "C" NOT NULL,
  unit text COLLATE "C",
  recorded_at timestamptz NOT NULL,
  leaf text COLLATE "C" NOT NULL,
  marks text[] COLLATE "C" NOT NULL,
  outcome text COLLATE "C",
  things text[] COLLATE "C" NOT NULL,
  summary text COLLATE "C" NOT NULL,
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || summary)) STORED,
  PRIMARY KEY (case_id, position)
);
CREATE INDEX ON audit_trail_v2.audit_trail (position);
CREATE INDEX ON audit_trail_v2.audit_trail (actor, position);
CREATE INDEX ON audit_trail_v2.audit_trail (type, position);
CREATE INDEX ON audit_trail_v2.audit_trail (unit, position) WHERE unit IS NOT NULL;
CREATE INDEX ON audit_trail_v2.audit_trail (recorded_at);
CREATE INDEX ON audit_trail_v2.audit_trail (event_id);
CREATE INDEX ON audit_trail_v2.audit_trail (outcome, position) WHERE outcome IS NOT NULL;
CREATE INDEX ON audit_trail_v2.audit_trail USING gin (words);
CREATE INDEX ON audit_trail_v2.audit_trail USING gin (marks) WHERE marks <> '{}' AND marks <> '{MATERIAL}';
CREATE TABLE audit_trail_v2.audit_case (
  case_id uuid NOT NULL,
  closed boolean NOT NULL,
  delivered boolean NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA audit_trail_v2 TO caseledger_service;
CREATE OR REPLACE VIEW read.audit_trail AS SELECT * FROM audit_trail_v2.audit_trail;
GRANT SELECT ON read.audit_trail TO caseledger_service;
CREATE OR REPLACE VIEW read.audit_case AS SELECT * FROM audit_trail_v2.audit_case;
GRANT SELECT ON read.audit_case TO caseledger_service;

CREATE SCHEMA oversight_v1;
GRANT USAGE ON SCHEMA oversight_v1 TO caseledger_service;
CREATE TABLE oversight_v1.oversight_finding (
  case_id uuid NOT NULL,
  finding_id text COLLATE "C" NOT NULL,
  kind text COLLATE "C" NOT NULL,
  state text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  revision integer NOT NULL,
  position bigint NOT NULL,
  recorded_at timestamptz NOT NULL,
  actor text COLLATE "C" NOT NULL,
  unit text COLLATE "C",
  persons text[] COLLATE "C" NOT NULL,
  detail jsonb NOT NULL,
  PRIMARY KEY (case_id, finding_id)
) WITH (fillfactor = 80);
CREATE INDEX ON oversight_v1.oversight_finding (kind, recorded_at, finding_id);
CREATE INDEX ON oversight_v1.oversight_finding (kind, state, recorded_at, finding_id);
CREATE INDEX ON oversight_v1.oversight_finding (kind, actor, recorded_at, finding_id);
CREATE TABLE oversight_v1.oversight_case (
  case_id uuid NOT NULL,
  given jsonb NOT NULL,
  standing integer NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA oversight_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.oversight_finding AS SELECT * FROM oversight_v1.oversight_finding;
GRANT SELECT ON read.oversight_finding TO caseledger_service;
CREATE OR REPLACE VIEW read.oversight_case AS SELECT * FROM oversight_v1.oversight_case;
GRANT SELECT ON read.oversight_case TO caseledger_service;

DROP TABLE audit_trail_v1.audit_trail, audit_trail_v1.audit_case;
DROP SCHEMA audit_trail_v1;

-- Refused attempts are asked for by themselves; few reads are denied.
CREATE INDEX ON access_log_v1.access_read (at, read_id) WHERE kind = 'AccessDenied';

-- A feed that has read already reads the log again from its beginning, and its rows with it.
DO $$
BEGIN
  IF EXISTS (SELECT FROM feed_checkpoint WHERE feed = 'cases' AND version = 1 AND position IS NOT NULL) THEN
    TRUNCATE case_list_v1.case_list, case_list_v1.case_activity, case_flow_v1.case_flow, footage_v1.footage, agent_v1.agent, person_v1.person,
      violation_v1.violation, referral_v1.referral, case_link_v1.case_link, case_access_v1.case_access, case_access_v1.case_person,
      case_counter_v1.case_counter;
    UPDATE feed_checkpoint SET position = NULL, handled = 0 WHERE feed = 'cases' AND version = 1;
  END IF;
  DELETE FROM parked_event WHERE feed = 'cases' AND version = 1;
END $$;
