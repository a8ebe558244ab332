-- What shredding destroyed, by the event that decided it; written by the search feed, which deletes the plaintext rows. A receipt, and the list of the
-- keys that must never come back: at each start they are deleted from data_key again.
CREATE TABLE expungement (
  event_id         uuid        PRIMARY KEY,
  case_id          uuid        NOT NULL,
  position         bigint      NOT NULL,
  -- Whose texts; null: those of the case itself.
  person           text        COLLATE "C",
  order_id         text        COLLATE "C" NOT NULL,
  requested_by     text        COLLATE "C" NOT NULL,
  confirmed_by     text        COLLATE "C" NOT NULL,
  recorded_at      timestamptz NOT NULL,
  keys             uuid[]      NOT NULL,
  -- Sealed values in events that nobody can open any more.
  protected_values integer     NOT NULL,
  -- Rows of the full-text index that were deleted.
  search_rows      integer     NOT NULL,
  -- When the tables that had held plaintext and keys were written anew and the write-ahead log removed; null: not yet.
  purged_at        timestamptz,
  -- What of the disk is left to the operator: the service's role may not do it.
  left_to_operator text[]      COLLATE "C"
);
CREATE INDEX ON expungement (case_id);
CREATE INDEX ON expungement (position) WHERE purged_at IS NULL;
REVOKE ALL ON expungement FROM PUBLIC;
GRANT SELECT, INSERT ON expungement TO caseledger_service;
GRANT UPDATE (purged_at, left_to_operator) ON expungement TO caseledger_service;

-- No statistics of the texts themselves: PostgreSQL would keep the most common ones in a table of its own.
ALTER TABLE search_text_v1.search_text ALTER COLUMN content SET STATISTICS 0;
