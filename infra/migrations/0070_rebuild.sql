-- The build of read models that is under way beside the tables in use, by feed; after the swap, what was compared. `caseledger rebuild` writes
-- it as the owner; the service only shows it.
CREATE TABLE rebuild (
  feed        text        COLLATE "C" NOT NULL,
  version     integer     NOT NULL,
  -- BUILDING: rows only. INDEXED: complete. COMPARED: equal to a fold of each stream through `compared`. SWAPPED: in use.
  phase       text        COLLATE "C" NOT NULL CHECK (phase IN ('BUILDING', 'INDEXED', 'COMPARED', 'SWAPPED')),
  -- SHA-256 of the tables' definitions: a build of other ones is not gone on with.
  fingerprint text        COLLATE "C" NOT NULL,
  log_id      text        COLLATE "C" NOT NULL,
  compared    bigint,
  started_at  timestamptz NOT NULL DEFAULT now(),
  updated_at  timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (feed, version)
);
REVOKE ALL ON rebuild FROM PUBLIC;
GRANT SELECT ON rebuild TO caseledger_service;
