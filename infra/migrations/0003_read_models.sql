-- How far each feed has read the log, what is parked, and the read models' tables.

CREATE TABLE feed_checkpoint (
  feed       text        COLLATE "C" NOT NULL,
  version    integer     NOT NULL,
  log_id     text        COLLATE "C" NOT NULL,
  -- The position through which everything of the feed's categories is handled; null: nothing yet.
  position   bigint,
  -- Counts the feed's holders. A holder writes under its own epoch alone.
  epoch      bigint      NOT NULL,
  handled    bigint      NOT NULL DEFAULT 0,
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (feed, version)
);

-- A stream that waits in one unit of a feed, since its event at `position` could not be handled.
CREATE TABLE parked_event (
  feed      text        COLLATE "C" NOT NULL,
  version   integer     NOT NULL,
  unit      text        COLLATE "C" NOT NULL,
  stream    text        COLLATE "C" NOT NULL,
  position  bigint      NOT NULL,
  revision  bigint      NOT NULL,
  event_id  text        COLLATE "C" NOT NULL,
  error     text        NOT NULL,
  attempts  integer     NOT NULL,
  -- Later events of the stream that wait behind it.
  waiting   bigint      NOT NULL,
  -- Set to have the feed's holder try it again.
  retry     boolean     NOT NULL DEFAULT false,
  parked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (feed, version, unit, stream)
);

REVOKE ALL ON feed_checkpoint, parked_event FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON feed_checkpoint TO caseledger_service;
GRANT SELECT, INSERT, UPDATE, DELETE ON parked_event TO caseledger_service;

-- Queries read the views of this schema. Each projection's tables stand in a schema of its version; a new version is built beside
-- the old one, and the view is pointed at it. The rest of this file is printed by test/scripts/print-read-model-ddl.ts.
CREATE SCHEMA read;
GRANT USAGE ON SCHEMA read TO caseledger_service;

CREATE SCHEMA case_list_v1;
GRANT USAGE ON SCHEMA case_list_v1 TO caseledger_service;
CREATE TABLE case_list_v1.case_list (
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
CREATE INDEX ON case_list_v1.case_list (number, case_id);
CREATE INDEX ON case_list_v1.case_list (opened_at, case_id);
CREATE INDEX ON case_list_v1.case_list (stage, opened_at, case_id);
CREATE INDEX ON case_list_v1.case_list (district, opened_at, case_id);
CREATE INDEX ON case_list_v1.case_list (beat, opened_at, case_id);
CREATE INDEX ON case_list_v1.case_list (unit, opened_at, case_id) WHERE unit IS NOT NULL;
CREATE INDEX ON case_list_v1.case_list (category, opened_at, case_id);
CREATE INDEX ON case_list_v1.case_list (category_code, opened_at, case_id) WHERE category_code IS NOT NULL;
CREATE INDEX ON case_list_v1.case_list (investigator, opened_at, case_id) WHERE investigator IS NOT NULL;
CREATE INDEX ON case_list_v1.case_list (origin, opened_at, case_id);
CREATE INDEX ON case_list_v1.case_list (occurred_earliest, occurred_latest);
CREATE INDEX ON case_list_v1.case_list (opened_at, case_id) WHERE holds_unconfirmed > 0;
CREATE INDEX ON case_list_v1.case_list (opened_at, case_id) WHERE sealed;
CREATE INDEX ON case_list_v1.case_list (duplicate_of) WHERE duplicate_of IS NOT NULL;
CREATE TABLE case_list_v1.case_activity (
  case_id uuid NOT NULL,
  last_event_at timestamptz NOT NULL,
  last_position bigint NOT NULL,
  revision integer NOT NULL,
  material_revision integer NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON case_list_v1.case_activity (last_event_at, case_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_list_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.case_list AS SELECT * FROM case_list_v1.case_list;
GRANT SELECT ON read.case_list TO caseledger_service;
CREATE OR REPLACE VIEW read.case_activity AS SELECT * FROM case_list_v1.case_activity;
GRANT SELECT ON read.case_activity TO caseledger_service;

CREATE SCHEMA footage_v1;
GRANT USAGE ON SCHEMA footage_v1 TO caseledger_service;
CREATE TABLE footage_v1.footage (
  case_id uuid NOT NULL,
  footage_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  kind text COLLATE "C" NOT NULL,
  source_system text COLLATE "C" NOT NULL,
  source_reference text COLLATE "C" NOT NULL,
  wearer text COLLATE "C",
  camera text COLLATE "C",
  started_at timestamptz,
  ended_at timestamptz,
  duration_ms bigint,
  clock_offset_ms bigint,
  description jsonb,
  registered_by text COLLATE "C" NOT NULL,
  registered_at timestamptz NOT NULL,
  custodian text COLLATE "C",
  custody_pending_to text COLLATE "C",
  hold_status text COLLATE "C" NOT NULL,
  hold_ground text COLLATE "C",
  held_since timestamptz,
  hold_reference text COLLATE "C",
  hold_confirmed_at timestamptz,
  deletion_at timestamptz,
  release_requested text COLLATE "C",
  release_requested_by text COLLATE "C",
  released_at timestamptz,
  first_sha256 text COLLATE "C",
  first_hashed_at timestamptz,
  last_verified_at timestamptz,
  mismatch_open boolean NOT NULL,
  mismatches text[] COLLATE "C" NOT NULL,
  differs_from text[] COLLATE "C" NOT NULL,
  unavailable text COLLATE "C",
  unavailable_explanation text COLLATE "C",
  note_count integer NOT NULL,
  notes jsonb NOT NULL,
  copies jsonb NOT NULL,
  PRIMARY KEY (case_id, footage_id)
) WITH (fillfactor = 80);
CREATE INDEX ON footage_v1.footage (source_system, source_reference);
CREATE INDEX ON footage_v1.footage (registered_at, footage_id);
CREATE INDEX ON footage_v1.footage (hold_status, registered_at, footage_id);
CREATE INDEX ON footage_v1.footage (custodian, registered_at, footage_id) WHERE custodian IS NOT NULL;
CREATE INDEX ON footage_v1.footage (kind, registered_at, footage_id);
CREATE INDEX ON footage_v1.footage (wearer, registered_at, footage_id) WHERE wearer IS NOT NULL;
CREATE INDEX ON footage_v1.footage (deletion_at, footage_id) WHERE deletion_at IS NOT NULL;
CREATE INDEX ON footage_v1.footage (footage_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA footage_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.footage AS SELECT * FROM footage_v1.footage;
GRANT SELECT ON read.footage TO caseledger_service;

CREATE SCHEMA agent_v1;
GRANT USAGE ON SCHEMA agent_v1 TO caseledger_service;
CREATE TABLE agent_v1.agent (
  case_id uuid NOT NULL,
  agent_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  designation text COLLATE "C" NOT NULL,
  agency_claimed text COLLATE "C",
  agency_confirmed text COLLATE "C",
  badge_seen text COLLATE "C",
  face_covered text COLLATE "C" NOT NULL,
  clothing text COLLATE "C",
  markings text COLLATE "C",
  role text COLLATE "C",
  timecode jsonb,
  identity jsonb,
  identified boolean NOT NULL,
  violation_count integer NOT NULL,
  recorded_by text COLLATE "C" NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, agent_id)
) WITH (fillfactor = 80);
CREATE INDEX ON agent_v1.agent (recorded_at, agent_id);
CREATE INDEX ON agent_v1.agent (agency_claimed, recorded_at, agent_id) WHERE agency_claimed IS NOT NULL;
CREATE INDEX ON agent_v1.agent (agent_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA agent_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.agent AS SELECT * FROM agent_v1.agent;
GRANT SELECT ON read.agent TO caseledger_service;

CREATE SCHEMA person_v1;
GRANT USAGE ON SCHEMA person_v1 TO caseledger_service;
CREATE TABLE person_v1.person (
  case_id uuid NOT NULL,
  person_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  designation text COLLATE "C",
  roles text[] COLLATE "C" NOT NULL,
  identity text COLLATE "C" NOT NULL,
  minor text COLLATE "C" NOT NULL,
  contact_declined boolean NOT NULL,
  name jsonb,
  contact jsonb,
  statement_count integer NOT NULL,
  told_at timestamptz,
  recorded_by text COLLATE "C" NOT NULL,
  recorded_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, person_id)
) WITH (fillfactor = 80);
CREATE INDEX ON person_v1.person (recorded_at, person_id);
CREATE INDEX ON person_v1.person (person_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA person_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.person AS SELECT * FROM person_v1.person;
GRANT SELECT ON read.person TO caseledger_service;

CREATE SCHEMA violation_v1;
GRANT USAGE ON SCHEMA violation_v1 TO caseledger_service;
CREATE TABLE violation_v1.violation (
  case_id uuid NOT NULL,
  violation_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  jurisdiction text COLLATE "C" NOT NULL,
  citation text COLLATE "C" NOT NULL,
  text_version text COLLATE "C" NOT NULL,
  elements jsonb NOT NULL,
  agents text[] COLLATE "C" NOT NULL,
  offense_class text COLLATE "C" NOT NULL,
  description jsonb,
  evidence jsonb NOT NULL,
  immunity jsonb NOT NULL,
  assessed text[] COLLATE "C" NOT NULL,
  withdrawn boolean NOT NULL,
  withdrawn_reason text COLLATE "C",
  alleged_by text COLLATE "C" NOT NULL,
  alleged_at timestamptz NOT NULL,
  PRIMARY KEY (case_id, violation_id)
) WITH (fillfactor = 80);
CREATE INDEX ON violation_v1.violation (alleged_at, violation_id);
CREATE INDEX ON violation_v1.violation (citation, alleged_at, violation_id);
CREATE INDEX ON violation_v1.violation (violation_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA violation_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.violation AS SELECT * FROM violation_v1.violation;
GRANT SELECT ON read.violation TO caseledger_service;

CREATE SCHEMA referral_v1;
GRANT USAGE ON SCHEMA referral_v1 TO caseledger_service;
CREATE TABLE referral_v1.referral (
  case_id uuid NOT NULL,
  referral_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  addressee text COLLATE "C" NOT NULL,
  status text COLLATE "C" NOT NULL,
  violations text[] COLLATE "C" NOT NULL,
  agents text[] COLLATE "C" NOT NULL,
  approved_by text COLLATE "C" NOT NULL,
  approved_at timestamptz NOT NULL,
  packet_sha256 text COLLATE "C",
  channel text COLLATE "C",
  delivered_at timestamptz,
  receipt text COLLATE "C",
  receipt_at timestamptz,
  follow_ups jsonb NOT NULL,
  unanswered_follow_ups integer NOT NULL,
  decisions jsonb NOT NULL,
  withdrawn_reason text COLLATE "C",
  PRIMARY KEY (case_id, referral_id)
) WITH (fillfactor = 80);
CREATE INDEX ON referral_v1.referral (approved_at, referral_id);
CREATE INDEX ON referral_v1.referral (status, approved_at, referral_id);
CREATE INDEX ON referral_v1.referral (addressee, approved_at, referral_id);
CREATE INDEX ON referral_v1.referral (referral_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA referral_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.referral AS SELECT * FROM referral_v1.referral;
GRANT SELECT ON read.referral TO caseledger_service;

CREATE SCHEMA case_link_v1;
GRANT USAGE ON SCHEMA case_link_v1 TO caseledger_service;
CREATE TABLE case_link_v1.case_link (
  case_id uuid NOT NULL,
  other_case_id uuid NOT NULL,
  reason text COLLATE "C" NOT NULL,
  linked_by text COLLATE "C" NOT NULL,
  linked_at timestamptz NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  PRIMARY KEY (case_id, other_case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON case_link_v1.case_link (other_case_id);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA case_link_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.case_link AS SELECT * FROM case_link_v1.case_link;
GRANT SELECT ON read.case_link TO caseledger_service;

CREATE SCHEMA audit_trail_v1;
GRANT USAGE ON SCHEMA audit_trail_v1 TO caseledger_service;
CREATE TABLE audit_trail_v1.audit_trail (
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
  summary text COLLATE "C" NOT NULL,
  words tsvector GENERATED ALWAYS AS (to_tsvector('simple', title || ' ' || summary)) STORED,
  PRIMARY KEY (case_id, position)
);
CREATE INDEX ON audit_trail_v1.audit_trail (position);
CREATE INDEX ON audit_trail_v1.audit_trail (actor, position);
CREATE INDEX ON audit_trail_v1.audit_trail (type, position);
CREATE INDEX ON audit_trail_v1.audit_trail (unit, position) WHERE unit IS NOT NULL;
CREATE INDEX ON audit_trail_v1.audit_trail (recorded_at);
CREATE INDEX ON audit_trail_v1.audit_trail (event_id);
CREATE INDEX ON audit_trail_v1.audit_trail USING gin (words);
CREATE INDEX ON audit_trail_v1.audit_trail USING gin (marks) WHERE marks <> '{}' AND marks <> '{MATERIAL}';
CREATE TABLE audit_trail_v1.audit_case (
  case_id uuid NOT NULL,
  closed boolean NOT NULL,
  delivered boolean NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA audit_trail_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.audit_trail AS SELECT * FROM audit_trail_v1.audit_trail;
GRANT SELECT ON read.audit_trail TO caseledger_service;
CREATE OR REPLACE VIEW read.audit_case AS SELECT * FROM audit_trail_v1.audit_case;
GRANT SELECT ON read.audit_case TO caseledger_service;

CREATE SCHEMA clock_v1;
GRANT USAGE ON SCHEMA clock_v1 TO caseledger_service;
CREATE TABLE clock_v1.clock (
  case_id uuid NOT NULL,
  clock_id text COLLATE "C" NOT NULL,
  clock text COLLATE "C" NOT NULL,
  subject_kind text COLLATE "C" NOT NULL,
  subject text COLLATE "C",
  started_by text COLLATE "C" NOT NULL,
  started_at timestamptz NOT NULL,
  due_at timestamptz NOT NULL,
  warn_at text[] COLLATE "C" NOT NULL,
  stopped_at timestamptz,
  stopped_by text COLLATE "C",
  policy_version integer NOT NULL,
  reasons jsonb NOT NULL,
  PRIMARY KEY (case_id, clock_id)
) WITH (fillfactor = 80);
CREATE INDEX ON clock_v1.clock (due_at, clock_id) WHERE stopped_at IS NULL;
CREATE INDEX ON clock_v1.clock (clock, due_at, clock_id) WHERE stopped_at IS NULL;
CREATE INDEX ON clock_v1.clock (due_at, clock_id);
CREATE TABLE clock_v1.case_due (
  case_id uuid NOT NULL,
  next_clock text COLLATE "C",
  next_due_at timestamptz,
  limitation_at timestamptz,
  running integer NOT NULL,
  PRIMARY KEY (case_id)
) WITH (fillfactor = 80);
CREATE INDEX ON clock_v1.case_due (next_due_at, case_id) WHERE next_due_at IS NOT NULL;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA clock_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.clock AS SELECT * FROM clock_v1.clock;
GRANT SELECT ON read.clock TO caseledger_service;
CREATE OR REPLACE VIEW read.case_due AS SELECT * FROM clock_v1.case_due;
GRANT SELECT ON read.case_due TO caseledger_service;

CREATE SCHEMA search_text_v1;
GRANT USAGE ON SCHEMA search_text_v1 TO caseledger_service;
CREATE TABLE search_text_v1.search_text (
  case_id uuid NOT NULL,
  text_id text COLLATE "C" NOT NULL,
  key_id text COLLATE "C" NOT NULL,
  event_id text COLLATE "C" NOT NULL,
  position bigint NOT NULL,
  type text COLLATE "C" NOT NULL,
  field text COLLATE "C" NOT NULL,
  content text COLLATE "C" NOT NULL,
  words tsvector GENERATED ALWAYS AS (to_tsvector('english', content)) STORED,
  PRIMARY KEY (case_id, text_id)
) WITH (fillfactor = 80);
CREATE INDEX ON search_text_v1.search_text USING gin (words);
CREATE INDEX ON search_text_v1.search_text (key_id);
CREATE INDEX ON search_text_v1.search_text (position);
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA search_text_v1 TO caseledger_service;
CREATE OR REPLACE VIEW read.search_text AS SELECT * FROM search_text_v1.search_text;
GRANT SELECT ON read.search_text TO caseledger_service;
