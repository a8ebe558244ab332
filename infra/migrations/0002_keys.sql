-- Data keys, wrapped under a master key that is not in this database. A row is made once and never changed; destroying it
-- expunges everything that the key sealed. These are the only rows beside the event log that are ever destroyed.

CREATE TABLE data_key (
  id uuid PRIMARY KEY,
  -- Who or what the sealed values are about: 'person:<uuid>' or 'case:<uuid>'. One key for each.
  subject text COLLATE "C" NOT NULL CHECK (length(subject) BETWEEN 3 AND 200),
  wrapped bytea NOT NULL CHECK (octet_length(wrapped) BETWEEN 32 AND 4096),
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE UNIQUE INDEX data_key_subject ON data_key (subject);
-- A start reads the oldest key to prove the master key.
CREATE INDEX data_key_created_at ON data_key (created_at);

REVOKE ALL ON data_key FROM PUBLIC;
GRANT SELECT, INSERT, DELETE ON data_key TO caseledger_service;
