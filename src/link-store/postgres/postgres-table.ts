/**
 * The table of links, a row for each. A lock is a lease in that row: who holds it, and until when by the database's clock.
 * So it takes no connection while nothing is asked, and it works behind a pooler that hands out a connection for each
 * transaction.
 */
export const TABLE = "ou_links";

/** Any number, the same for all: who makes the table holds the lock of that number. */
const CREATION_LOCK = 7_305_821_044;

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
    record text,
    changed_at timestamptz,
    lock_holder text,
    locked_until timestamptz,
    PRIMARY KEY (data_center, client_id, service_account_id)
  );
  COMMIT`;

/** The statements below have these parameters first. */
const LINK = "data_center = $1 AND client_id = $2 AND service_account_id = $3";

const LINK_COLUMNS = "data_center, client_id, service_account_id";

export const READ_RECORD = `SELECT record FROM ${TABLE} WHERE ${LINK}`;

export const LIST_RECORDS = `SELECT ${LINK_COLUMNS}, record FROM ${TABLE} WHERE record IS NOT NULL`;

/**
 * Takes the lock and returns the record, or returns no row while another holds it. Asked again after a lost answer, it
 * returns the same. $4: the holder; $5: milliseconds.
 */
export const TAKE_LOCK = `
  INSERT INTO ${TABLE} AS link (${LINK_COLUMNS}, lock_holder, locked_until)
  VALUES ($1, $2, $3, $4, clock_timestamp() + $5 * interval '1 millisecond')
  ON CONFLICT (${LINK_COLUMNS})
  DO UPDATE SET lock_holder = EXCLUDED.lock_holder, locked_until = EXCLUDED.locked_until
  WHERE link.lock_holder IS NULL OR link.lock_holder = $4 OR link.locked_until <= clock_timestamp()
  RETURNING record`;

/** Holds the lock for so long at least, unless another has it. $4: the holder; $5: milliseconds. */
export const KEEP_LOCK = `
  UPDATE ${TABLE} SET locked_until = GREATEST(locked_until, clock_timestamp() + $5 * interval '1 millisecond')
  WHERE ${LINK} AND lock_holder = $4`;

/** Gives the lock back, and leaves no row where no record was written. $4: the holder. */
export const RELEASE_LOCK = `
  WITH unwritten AS (DELETE FROM ${TABLE} WHERE ${LINK} AND lock_holder = $4 AND record IS NULL)
  UPDATE ${TABLE} SET lock_holder = NULL, locked_until = NULL WHERE ${LINK} AND lock_holder = $4 AND record IS NOT NULL`;

/** Writes where the record is as it was last seen, whoever holds the lock. $4: the record; $5: what was seen. */
export const WRITE_RECORD = `
  INSERT INTO ${TABLE} AS link (${LINK_COLUMNS}, record, changed_at) VALUES ($1, $2, $3, $4, now())
  ON CONFLICT (${LINK_COLUMNS})
  DO UPDATE SET record = EXCLUDED.record, changed_at = EXCLUDED.changed_at
  WHERE link.record IS NOT DISTINCT FROM $5`;
