-- Lists of a district by last event read one index in its order: the row of the last event knows the district. Printed by
-- test/scripts/print-read-model-ddl.ts.
CREATE SCHEMA case_list_v2;
GRANT USAGE ON SCHEMA case_list_v2 TO caseledger_service;
CREATE TABLE case_list_v2.case_list (
  case_id uuid NOT NULL,
  number text COLLATE "C" NOT NULL,
  stage text COLLATE "C" NOT NULL,
  sealed boolean NOT NULL,
  origin text COLLATE "C" NOT NULL,
  opened_at timestamptz NOT NULL,
  reported_at timestamptz NOT NULL,
  occurred_earliest timestamptz,
  occurred_latest timestamptz,
  beat text COLLATE "C",
  district text COLLATE "C",
  category text COLLATE "C",
  category_code text COLLATE "C",
  unit text COLLATE "C",
  triaged boolean NOT NULL,
  investigator text COLLATE "C",
  filed_by text COLLATE "C" NOT NULL,
  report_count integer NOT NULL,
  person_count integer NOT NULL,
  agent_count integer NOT NULL,
  violation_count integer NOT NULL,
  referral_count integer NOT NULL,
  footage_count integer NOT NULL,
  holds_unconfirmed integer NOT NULL,
  requests_unconfirmed integer NOT NULL,
  mismatches_open integer NOT NULL,
  federal_supervisor text COLLATE "C" NOT NULL,
  injuries text COLLATE "C" NOT NULL,
  disposition text COLLATE "C",
  duplicate_of text COLLATE "C",
  facts jsonb NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON case_list_v2.case_list (number, case_id);
CREATE INDEX ON case_list_v2.case_list (opened_at, case_id);
CREATE INDEX ON case_list_v2.case_list (stage, opened_at, case_id);
CREATE INDEX ON case_list_v2.case_list (district, opened_at, case_id);
CREATE INDEX ON case_list_v2.case_list (beat, opened_at, case_id);
CREATE INDEX ON case_list_v2.case_list (unit, opened_at, case_id) WHERE unit IS NOT NULL;
CREATE INDEX ON case_list_v2.case_list (category, opened_at, case_id);
CREATE INDEX ON case_list_v2.case_list (category_code, opened_at, case_id) WHERE category_code IS NOT NULL;
CREATE INDEX ON case_list_v2.case_list (investigator, opened_at, case_id) WHERE investigator IS NOT NULL;
CREATE INDEX ON case_list_v2.case_list (origin, opened_at, case_id);
CREATE INDEX ON case_list_v2.case_list (occurred_earliest, occurred_latest);
CREATE INDEX ON case_list_v2.case_list (opened_at, case_id) WHERE holds_unconfirmed > 0;
CREATE INDEX ON case_list_v2.case_list (opened_at, case_id) WHERE sealed;
CREATE INDEX ON case_list_v2.case_list (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TABLE case_list_v2.case_activity (
  case_id uuid NOT NULL,
  last_event_at timestamptz NOT NULL,
  last_position bigint NOT NULL,
  revision integer NOT NULL,
  material_revision integer NOT NULL,
  district text COLLATE "C",
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON case_list_v2.case_activity (last_event_at, case_id);
CREATE INDEX ON case_list_v2.case_activity (district, last_event_at, case_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_list_v2 TO caseledger_service;
CREATE OR REPLACE VIEW read.case_list AS SELECT * FROM case_list_v2.case_list;
GRANT SELECT ON read.case_list TO caseledger_service;
CREATE OR REPLACE VIEW read.case_activity AS SELECT * FROM case_list_v2.case_activity;
GRANT SELECT ON read.case_activity TO caseledger_service;

-- All that the new form holds stands in the old one: the log is not read again.
INSERT INTO case_list_v2.case_list SELECT * FROM case_list_v1.case_list;
INSERT INTO case_list_v2.case_activity SELECT a.*, c.district FROM case_list_v1.case_activity a LEFT JOIN case_list_v1.case_list c USING (case_id);
DROP TABLE case_list_v1.case_list, case_list_v1.case_activity;
DROP SCHEMA case_list_v1;

-- What is due is kept by year, too, and as a whole: no dashboard adds up the months of many years.
INSERT INTO clock_counter_v1.clock_counter (counter, period, district, labels, amount)
SELECT c.counter, up.period, c.district, c.labels, sum(c.amount)
FROM clock_counter_v1.clock_counter c CROSS JOIN LATERAL (VALUES ('*'), ('Y' || substr(c.period, 2, 4))) AS up(period)
WHERE c.counter IN ('clock_due', 'custodian_due', 'investigator_due', 'clock_due/sealed', 'custodian_due/sealed', 'investigator_due/sealed') AND c.period LIKE 'M%'
GROUP BY c.counter, up.period, c.district, c.labels;

-- A build under way was begun in the old forms.
DELETE FROM rebuild WHERE feed IN ('cases', 'clocks');
