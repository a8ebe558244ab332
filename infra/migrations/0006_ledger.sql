-- The ledger: a Merkle tree (RFC 9162) over the event log, its signed checkpoints, and who has cosigned them. Hashes only, never content.

-- One row an event, in the log's order. leaf_index is the primary key: two holders can't number two events alike, so the tree can't fork.
CREATE TABLE ledger_leaf (
  leaf_index   bigint  PRIMARY KEY CHECK (leaf_index >= 0),
  position     bigint  NOT NULL UNIQUE,
  event_id     uuid    NOT NULL UNIQUE,
  hash         bytea   NOT NULL CHECK (octet_length(hash) = 32),
  -- True where the event had no valid head: then the hash is over its raw texts.
  foreign_leaf boolean NOT NULL
);

-- Tiles of 1 to 256 hashes (https://c2sp.org/tlog-tiles). A tile only grows at its end.
CREATE TABLE ledger_tile (
  level      smallint NOT NULL CHECK (level BETWEEN 0 AND 6),
  tile_index bigint   NOT NULL CHECK (tile_index >= 0),
  hashes     bytea    NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 8192 AND octet_length(hashes) % 32 = 0),
  -- The 16 nodes half-way up a full tile: a proof then takes a tenth of the hashing. Not published; the audit recomputes it.
  middle     bytea CHECK (middle IS NULL OR (octet_length(middle) = 512 AND octet_length(hashes) = 8192)),
  PRIMARY KEY (level, tile_index)
);
-- Hashes don't compress.
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- One row: the tree as of the feed's checkpoint.
CREATE TABLE ledger_state (
  one           boolean PRIMARY KEY DEFAULT true CHECK (one),
  size          bigint  NOT NULL CHECK (size >= 0),
  root          bytea   NOT NULL CHECK (octet_length(root) = 32),
  -- Of the last leaf's event; null while the tree is empty.
  last_position bigint
);
INSERT INTO ledger_state (size, root) VALUES (0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

-- The log's keys from the first on. hand_over is the note that the key before and this one signed; null for the first.
CREATE TABLE ledger_key (
  number       integer     PRIMARY KEY CHECK (number >= 0),
  verifier_key text        COLLATE "C" NOT NULL UNIQUE,
  hand_over    text        COLLATE "C" CHECK ((hand_over IS NULL) = (number = 0)),
  made_at      timestamptz NOT NULL
);

-- Every checkpoint ever signed.
CREATE TABLE ledger_checkpoint (
  size      bigint      NOT NULL CHECK (size > 0),
  key_id    text        COLLATE "C" NOT NULL,
  root      bytea       NOT NULL CHECK (octet_length(root) = 32),
  note      text        COLLATE "C" NOT NULL,
  signed_at timestamptz NOT NULL,
  PRIMARY KEY (size, key_id)
);

CREATE TABLE ledger_cosignature (
  size        bigint      NOT NULL,
  witness     text        COLLATE "C" NOT NULL,
  key_id      text        COLLATE "C" NOT NULL,
  -- As the witness says.
  cosigned_at timestamptz NOT NULL,
  line        text        COLLATE "C" NOT NULL,
  received_at timestamptz NOT NULL,
  PRIMARY KEY (size, witness, key_id)
);
CREATE INDEX ledger_cosignature_witness ON ledger_cosignature (witness, key_id, size);

-- RFC 3161 time-stamp tokens over the text of a checkpoint.
CREATE TABLE ledger_time_stamp (
  size       bigint      NOT NULL,
  authority  text        COLLATE "C" NOT NULL,
  token      bytea       NOT NULL,
  stamped_at timestamptz NOT NULL,
  PRIMARY KEY (size, authority)
);

-- What somebody has to look at. The same thing found again is counted.
CREATE TABLE ledger_alarm (
  kind       text        COLLATE "C" NOT NULL,
  detail     text        COLLATE "C" NOT NULL CHECK (length(detail) <= 2000),
  leaf_index bigint,
  event_id   uuid,
  first_at   timestamptz NOT NULL,
  last_at    timestamptz NOT NULL,
  times      bigint      NOT NULL,
  PRIMARY KEY (kind, detail)
);

CREATE FUNCTION refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% only grows: % is refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END
$$;
CREATE FUNCTION refuse_tile_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.level <> OLD.level OR NEW.tile_index <> OLD.tile_index OR substring(NEW.hashes FOR octet_length(OLD.hashes)) <> OLD.hashes THEN
    RAISE EXCEPTION 'a tile only grows at its end' USING ERRCODE = 'restrict_violation';
  END IF;
  RETURN NEW;
END
$$;

DO $$
DECLARE
  t text;
BEGIN
  FOREACH t IN ARRAY ARRAY['ledger_leaf', 'ledger_key', 'ledger_checkpoint', 'ledger_cosignature', 'ledger_time_stamp'] LOOP
    EXECUTE format('CREATE TRIGGER only_grows BEFORE UPDATE OR DELETE ON %I FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change()', t);
    EXECUTE format('CREATE TRIGGER never_truncated BEFORE TRUNCATE ON %I FOR EACH STATEMENT EXECUTE FUNCTION refuse_ledger_change()', t);
    EXECUTE format('ALTER TABLE %I ENABLE ALWAYS TRIGGER only_grows, ENABLE ALWAYS TRIGGER never_truncated', t);
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', t);
    EXECUTE format('GRANT SELECT, INSERT ON %I TO caseledger_service', t);
  END LOOP;
END
$$;
CREATE TRIGGER only_grows BEFORE UPDATE ON ledger_tile FOR EACH ROW EXECUTE FUNCTION refuse_tile_change();
CREATE TRIGGER never_deleted BEFORE DELETE ON ledger_tile FOR EACH ROW EXECUTE FUNCTION refuse_ledger_change();
ALTER TABLE ledger_tile ENABLE ALWAYS TRIGGER only_grows, ENABLE ALWAYS TRIGGER never_deleted;

REVOKE ALL ON ledger_tile, ledger_state, ledger_alarm FROM PUBLIC;
GRANT SELECT, INSERT, UPDATE ON ledger_tile, ledger_alarm TO caseledger_service;
GRANT SELECT, UPDATE ON ledger_state TO caseledger_service;
