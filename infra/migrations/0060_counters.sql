-- How cases go through their stages, and the counters that the dashboards read. Printed by test/scripts/print-read-model-ddl.ts.
CREATE SCHEMA case_flow_v1;
GRANT USAGE ON SCHEMA case_flow_v1 TO caseledger_service;
CREATE TABLE case_flow_v1.case_flow (
  case_id uuid NOT NULL,
  stage text COLLATE "C" NOT NULL,
  since timestamptz NOT NULL,
  passed jsonb NOT NULL,
  closed_at timestamptz,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON case_flow_v1.case_flow (closed_at, case_id) WHERE closed_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_flow_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.case_flow AS SELECT * FROM case_flow_v1.case_flow;
GRANT SELECT ON read.case_flow TO caseledger_service;

CREATE SCHEMA case_counter_v1;
GRANT USAGE ON SCHEMA case_counter_v1 TO caseledger_service;
CREATE TABLE case_counter_v1.case_counter (
  counter text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  district text COLLATE "C" NOT NULL,
  labels text[] COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (counter, period, district, labels)
) WITH (fillfactor = 80);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_counter_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.case_counter AS SELECT * FROM case_counter_v1.case_counter;
GRANT SELECT ON read.case_counter TO caseledger_service;

CREATE SCHEMA clock_counter_v1;
GRANT USAGE ON SCHEMA clock_counter_v1 TO caseledger_service;
CREATE TABLE clock_counter_v1.clock_counter (
  counter text COLLATE "C" NOT NULL,
  period text COLLATE "C" NOT NULL,
  district text COLLATE "C" NOT NULL,
  labels text[] COLLATE "C" NOT NULL,
  amount bigint NOT NULL,
  PRIMARY KEY (counter, period, district, labels)
) WITH (fillfactor = 80);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA clock_counter_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.clock_counter AS SELECT * FROM clock_counter_v1.clock_counter;
GRANT SELECT ON read.clock_counter TO caseledger_service;

-- Counters hold what was folded while they were kept. A feed that has read already reads the log again from its beginning, and its rows with it.
DO $$
BEGIN
  IF EXISTS (SELECT FROM feed_checkpoint WHERE feed = 'cases' AND version = 1 AND position IS NOT NULL) THEN
    TRUNCATE case_list_v1.case_list, case_list_v1.case_activity, footage_v1.footage, agent_v1.agent, person_v1.person, violation_v1.violation,
      referral_v1.referral, case_link_v1.case_link, audit_trail_v1.audit_trail, audit_trail_v1.audit_case, case_access_v1.case_access,
      case_access_v1.case_person;
    DELETE FROM parked_event WHERE feed = 'cases' AND version = 1;
    UPDATE feed_checkpoint SET position = NULL, handled = 0 WHERE feed = 'cases' AND version = 1;
  END IF;
  IF EXISTS (SELECT FROM feed_checkpoint WHERE feed = 'clocks' AND version = 1 AND position IS NOT NULL) THEN
    TRUNCATE clock_v1.clock, clock_v1.case_due;
    DELETE FROM parked_event WHERE feed = 'clocks' AND version = 1;
    UPDATE feed_checkpoint SET position = NULL, handled = 0 WHERE feed = 'clocks' AND version = 1;
  END IF;
END $$;
