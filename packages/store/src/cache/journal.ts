/**
 * What the cache holds, in one SQLite file.
 * J1 a chunk stands here only after its bytes were synced; what does not stand here does not exist.
 * J2 one process at a time: the lock file is held in a transaction that the kernel ends with the process.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { type ByteRange, CheckpointError } from "@drydock/checkpoint";

export interface Chunk extends ByteRange {
  /** Of the chunk's bytes, lower-case hex. */
  readonly sha256: string;
}

export interface Journal {
  /** Chunks of an object that overlap the range (all without one), by start. */
  chunks(pinId: string, range?: ByteRange): Chunk[];
  /** J1. All or none. */
  add(pinId: string, chunks: readonly Chunk[], nowMs: number): void;
  drop(pinId: string, start: number): void;
  /** Forgets an object. */
  remove(pinId: string): void;
  touch(pinId: string, nowMs: number): void;
  hold(pinId: string, holder: string): void;
  release(holder: string): void;
  /** Objects nobody holds, least recently used first. */
  evictable(): { readonly pinId: string; readonly bytes: number }[];
  totalBytes(): number;
  close(): void;
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = FULL;
  CREATE TABLE IF NOT EXISTS objects (pin TEXT PRIMARY KEY, used INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS chunks (
    pin TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (pin, start)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS holds (pin TEXT NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (pin, holder)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS holders ON holds (holder);
`;

export function openJournal(dir: string): Journal {
  const lock = takeLock(dir);
  const db = new DatabaseSync(join(dir, "journal.sqlite"));
  db.exec(SCHEMA);
  const all = db.prepare(
    "SELECT start, stop, sha256 FROM chunks WHERE pin = ? AND stop > ? AND start < ? ORDER BY start",
  );
  const insert = db.prepare("INSERT OR REPLACE INTO chunks (pin, start, stop, sha256) VALUES (?, ?, ?, ?)");
  const use = db.prepare(
    "INSERT INTO objects (pin, used) VALUES (?, ?) ON CONFLICT (pin) DO UPDATE SET used = excluded.used",
  );
  const dropChunk = db.prepare("DELETE FROM chunks WHERE pin = ? AND start = ?");
  const hold = db.prepare("INSERT OR IGNORE INTO holds (pin, holder) VALUES (?, ?)");
  const release = db.prepare("DELETE FROM holds WHERE holder = ?");
  const total = db.prepare("SELECT COALESCE(SUM(stop - start), 0) AS bytes FROM chunks");
  const evictable = db.prepare(`
    SELECT o.pin AS pin, COALESCE(SUM(c.stop - c.start), 0) AS bytes FROM objects o LEFT JOIN chunks c ON c.pin = o.pin
    WHERE o.pin NOT IN (SELECT pin FROM holds) GROUP BY o.pin ORDER BY o.used`);
  const transaction = (work: () => void): void => {
    db.exec("BEGIN IMMEDIATE");
    try {
      work();
      db.exec("COMMIT");
    } catch (error) {
      db.exec("ROLLBACK");
      throw error;
    }
  };
  return {
    chunks: (pinId, range = { start: 0, end: Number.MAX_SAFE_INTEGER }) =>
      all.all(pinId, range.start, range.end).map((row) => ({
        start: Number(row.start),
        end: Number(row.stop),
        sha256: String(row.sha256),
      })),
    add(pinId, chunks, nowMs) {
      transaction(() => {
        use.run(pinId, nowMs);
        for (const { start, end, sha256 } of chunks) insert.run(pinId, start, end, sha256);
      });
    },
    drop: (pinId, start) => void dropChunk.run(pinId, start),
    remove(pinId) {
      transaction(() => {
        db.prepare("DELETE FROM chunks WHERE pin = ?").run(pinId);
        db.prepare("DELETE FROM objects WHERE pin = ?").run(pinId);
      });
    },
    touch: (pinId, nowMs) => void use.run(pinId, nowMs),
    hold: (pinId, holder) => void hold.run(pinId, holder),
    release: (holder) => void release.run(holder),
    evictable: () => evictable.all().map((row) => ({ pinId: String(row.pin), bytes: Number(row.bytes) })),
    totalBytes: () => Number(total.get()?.bytes ?? 0),
    close() {
      db.close();
      lock.close();
    },
  };
}

/** J2. */
function takeLock(dir: string): DatabaseSync {
  const lock = new DatabaseSync(join(dir, "lock.sqlite"), { timeout: 2000 });
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (cause) {
    lock.close();
    throw new CheckpointError(`cache ${dir}: another fetcher has it open`, {
      kind: "config",
      code: "CACHE_LOCKED",
      details: { dir },
      remedy: "Give each fetcher a DRYDOCK_CACHE_DIR of its own, or stop the other one.",
      cause,
    });
  }
}
