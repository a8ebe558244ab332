-- Who may see which case: the rows that the access predicate reads (libs/access). Printed by test/scripts/print-read-model-ddl.ts.
CREATE SCHEMA case_access_v1;
GRANT USAGE ON SCHEMA case_access_v1 TO caseledger_service;
CREATE TABLE case_access_v1.case_access (
  case_id uuid NOT NULL,
  unit text COLLATE "C",
  stage text COLLATE "C" NOT NULL,
  sealed boolean NOT NULL,
  referred boolean NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON case_access_v1.case_access (unit);
CREATE INDEX ON case_access_v1.case_access (stage);
CREATE INDEX ON case_access_v1.case_access (case_id) WHERE referred;
CREATE INDEX ON case_access_v1.case_access (case_id) WHERE sealed;
CREATE TABLE case_access_v1.case_person (
  case_id uuid NOT NULL,
  entry text COLLATE "C" NOT NULL,
  person text COLLATE "C" NOT NULL,
  relation text COLLATE "C" NOT NULL,
  about text COLLATE "C" NOT NULL,
  until timestamptz,
  PRIMARY KEY (case_id, entry)
) WITH (fillfactor = 80);
CREATE INDEX ON case_access_v1.case_person (person, case_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_access_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.case_access AS SELECT * FROM case_access_v1.case_access;
GRANT SELECT ON read.case_access TO caseledger_service;
CREATE OR REPLACE VIEW read.case_person AS SELECT * FROM case_access_v1.case_person;
GRANT SELECT ON read.case_person TO caseledger_service;

-- The projection stands in the feed of the case projections, so that all agree with each other at every position. A feed that has read
-- already reads the log again from its beginning; until it is through, what it has not reached is hidden.
DO $$
BEGIN
  IF EXISTS (SELECT FROM feed_checkpoint WHERE feed = 'cases' AND version = 1 AND position IS NOT NULL) THEN
    TRUNCATE case_list_v1.case_list, case_list_v1.case_activity, footage_v1.footage, agent_v1.agent, person_v1.person, violation_v1.violation,
      referral_v1.referral, case_link_v1.case_link, audit_trail_v1.audit_trail, audit_trail_v1.audit_case;
    DELETE FROM parked_event WHERE feed = 'cases' AND version = 1;
    UPDATE feed_checkpoint SET position = NULL, handled = 0 WHERE feed = 'cases' AND version = 1;
  END IF;
END $$;
