/**
 * The table of links. Each link has up to two rows: its record, and, while someone works on it, a row of which
 * only the lock matters. A lock on the record's own row would be over with the first write, for to be durable a write
 * must be committed, and there may be no record yet.
 */
export const TABLE = "ou_links";

/** Any number, the same for all: who makes the table holds the lock of that number. */
const CREATION_LOCK = 7_305_821_044;

/** Names the table where the connection's user sees it, else null. */
export const FIND_TABLE = `SELECT to_regclass('${TABLE}') AS found`;

/**
 * Makes the table. `IF NOT EXISTS` alone fails where two make it at the same time, so one waits for the other.
 */
export const CREATE_TABLE = `
  BEGIN;
  SET LOCAL lock_timeout = '10s';
  SELECT pg_advisory_xact_lock(${CREATION_LOCK});
  CREATE TABLE IF NOT EXISTS ${TABLE} (
    data_center text NOT NULL,
    client_id text NOT NULL,
    service_account_id text NOT NULL,
    part text NOT NULL CHECK (part IN ('record', 'lock')),
    content text NOT NULL,
    changed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (data_center, client_id, service_account_id, part)
  );
  COMMIT`;

/** The statements below have these parameters first. */
const LINK = "data_center = $1 AND client_id = $2 AND service_account_id = $3";

export const READ_RECORD = `SELECT content FROM ${TABLE} WHERE ${LINK} AND part = 'record'`;

export const LIST_RECORDS = `
  SELECT data_center, client_id, service_account_id, content FROM ${TABLE} WHERE part = 'record'`;

/** Writes whatever is there. $4: the content. */
export const PUT_RECORD = `
  INSERT INTO ${TABLE} VALUES ($1, $2, $3, 'record', $4)
  ON CONFLICT (data_center, client_id, service_account_id, part)
  DO UPDATE SET content = EXCLUDED.content, changed_at = now()`;

/** Writes where there is no record. $4: the content. */
export const ADD_RECORD = `INSERT INTO ${TABLE} VALUES ($1, $2, $3, 'record', $4) ON CONFLICT DO NOTHING`;

/** Writes where the record is as it was seen. $4: the content; $5: what was seen. */
export const REPLACE_RECORD = `
  UPDATE ${TABLE} SET content = $4, changed_at = now() WHERE ${LINK} AND part = 'record' AND content = $5`;

/** Makes the row whose lock is to be taken. Committed at once, so that nobody waits for whoever made it. */
export const ADD_LOCK = `INSERT INTO ${TABLE} VALUES ($1, $2, $3, 'lock', '') ON CONFLICT DO NOTHING`;

/** Takes the lock, or returns no row where another holds it. */
export const TAKE_LOCK = `SELECT FROM ${TABLE} WHERE ${LINK} AND part = 'lock' FOR UPDATE SKIP LOCKED`;

/** Whoever holds a lock removes its row before the lock is given back, so that none are left of links long gone. */
export const REMOVE_LOCK = `DELETE FROM ${TABLE} WHERE ${LINK} AND part = 'lock'`;
