/**
 * What the cache holds, in one SQLite file.
 * J1 a chunk stands here only after its bytes were synced; what does not stand here does not exist.
 * J2 chunks of an object do not overlap.
 * J3 the journal can be lost: everything can be fetched again. One that is damaged, or of another version, is thrown
 *    away together with the objects, whose bytes nobody could vouch for any more.
 */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import type { ChunkRef } from "./layout.ts";
import { isSqliteError, SQLITE_CORRUPT, SQLITE_NOTADB } from "./sqlite-errors.ts";

/** An object as the cache knows it. */
export interface ObjectKey {
  readonly id: string;
  readonly uri: string;
  readonly size: number;
}

export interface ObjectStat {
  readonly pinId: string;
  readonly uri: string;
  readonly sizeBytes: number;
  readonly cachedBytes: number;
  readonly chunks: number;
  readonly usedMs: number;
  readonly holders: readonly string[];
}

export interface Journal extends Disposable {
  /** Bytes of all chunks. */
  readonly bytes: number;
  /** Of an object, by start. */
  chunks(pinId: string): ChunkRef[];
  /** J1. All or none. */
  add(added: readonly { readonly object: ObjectKey; readonly chunk: ChunkRef }[], nowMs: number): void;
  drop(pinId: string, start: number): void;
  /** Forgets the chunks of an object; its holds stay. */
  forget(pinId: string): void;
  touch(pinId: string, nowMs: number): void;
  hold(pinIds: readonly string[], holder: string): void;
  release(holder: string): void;
  holders(): string[];
  /** Objects nobody holds, least recently used first. */
  evictable(): { readonly pinId: string; readonly bytes: number; readonly usedMs: number }[];
  objects(): ObjectStat[];
}

const VERSION = 2;
// FULL: a commit is on disk when it returns, which holds and J1 need.
const PRAGMAS = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL;";
const SCHEMA = `
  CREATE TABLE IF NOT EXISTS objects (
    pin TEXT PRIMARY KEY, uri TEXT NOT NULL, size INTEGER NOT NULL, used INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS chunks (
    pin TEXT NOT NULL, start INTEGER NOT NULL, stop INTEGER NOT NULL, sha256 TEXT NOT NULL,
    PRIMARY KEY (pin, start)) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS holds (pin TEXT NOT NULL, holder TEXT NOT NULL, PRIMARY KEY (pin, holder)) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS holders ON holds (holder);
  PRAGMA user_version = ${VERSION};
`;

/** Under the cache's lock. */
export function openJournal(dir: string): Journal {
  mkdirSync(join(dir, "objects"), { recursive: true });
  return journalOf(openSound(dir) ?? openFresh(dir));
}

function openSound(dir: string): DatabaseSync | undefined {
  const db = new DatabaseSync(join(dir, "journal.sqlite"));
  try {
    db.exec(PRAGMAS);
    const empty = db.prepare("SELECT 1 FROM sqlite_schema").get() === undefined;
    const version = db.prepare("PRAGMA user_version").get()?.user_version;
    if (empty || (version === VERSION && db.prepare("PRAGMA quick_check(1)").get()?.quick_check === "ok")) {
      db.exec(SCHEMA);
      return db;
    }
  } catch (error) {
    if (!isSqliteError(error, SQLITE_CORRUPT, SQLITE_NOTADB)) {
      db.close();
      throw error;
    }
  }
  db.close();
  return undefined;
}

/** J3. */
function openFresh(dir: string): DatabaseSync {
  rmSync(join(dir, "objects"), { recursive: true, force: true });
  mkdirSync(join(dir, "objects"));
  for (const tail of ["", "-wal", "-shm"]) rmSync(join(dir, `journal.sqlite${tail}`), { force: true });
  const db = new DatabaseSync(join(dir, "journal.sqlite"));
  db.exec(PRAGMAS);
  db.exec(SCHEMA);
  return db;
}

function journalOf(db: DatabaseSync): Journal {
  const sql = {
    chunks: db.prepare("SELECT start, stop, sha256 FROM chunks WHERE pin = ? ORDER BY start"),
    insert: db.prepare("INSERT INTO chunks (pin, start, stop, sha256) VALUES (?, ?, ?, ?)"),
    use: db.prepare(`INSERT INTO objects (pin, uri, size, used) VALUES (?, ?, ?, ?)
      ON CONFLICT (pin) DO UPDATE SET used = excluded.used`),
    touch: db.prepare("UPDATE objects SET used = ? WHERE pin = ?"),
    drop: db.prepare("DELETE FROM chunks WHERE pin = ? AND start = ?"),
    dropAll: db.prepare("DELETE FROM chunks WHERE pin = ?"),
    dropObject: db.prepare("DELETE FROM objects WHERE pin = ?"),
    hold: db.prepare("INSERT OR IGNORE INTO holds (pin, holder) VALUES (?, ?)"),
    release: db.prepare("DELETE FROM holds WHERE holder = ?"),
    holders: db.prepare("SELECT DISTINCT holder FROM holds ORDER BY holder"),
    holdersOf: db.prepare("SELECT holder FROM holds WHERE pin = ? ORDER BY holder"),
    total: db.prepare("SELECT COALESCE(SUM(stop - start), 0) AS bytes FROM chunks"),
    evictable: db.prepare(`SELECT o.pin, o.used, COALESCE(SUM(c.stop - c.start), 0) AS bytes
      FROM objects o LEFT JOIN chunks c ON c.pin = o.pin
      WHERE o.pin NOT IN (SELECT pin FROM holds) GROUP BY o.pin ORDER BY o.used, o.pin`),
    objects: db.prepare(`SELECT o.pin, o.uri, o.size, o.used, COALESCE(SUM(c.stop - c.start), 0) AS bytes,
      COUNT(c.pin) AS chunks FROM objects o LEFT JOIN chunks c ON c.pin = o.pin GROUP BY o.pin ORDER BY o.used DESC`),
  };
  const sum = (): number => Number(sql.total.get()?.bytes);
  let bytes = sum();

  const transaction = (work: () => void): void => {
    db.exec("BEGIN IMMEDIATE");
    try {
      work();
      db.exec("COMMIT");
    } catch (error) {
      // A full disk ends the transaction by itself.
      if (db.isTransaction) db.exec("ROLLBACK");
      throw error;
    }
  };

  return {
    get bytes() {
      return bytes;
    },
    chunks: (pinId) =>
      sql.chunks.all(pinId).map((row) => ({
        start: Number(row.start),
        end: Number(row.stop),
        sha256: String(row.sha256),
      })),
    add(added, nowMs) {
      transaction(() => {
        for (const { object, chunk } of added) {
          sql.use.run(object.id, object.uri, object.size, nowMs);
          sql.insert.run(object.id, chunk.start, chunk.end, chunk.sha256);
        }
      });
      for (const { chunk } of added) bytes += chunk.end - chunk.start;
    },
    drop(pinId, start) {
      sql.drop.run(pinId, start);
      bytes = sum();
    },
    forget(pinId) {
      transaction(() => {
        sql.dropAll.run(pinId);
        sql.dropObject.run(pinId);
      });
      bytes = sum();
    },
    touch: (pinId, nowMs) => void sql.touch.run(nowMs, pinId),
    hold(pinIds, holder) {
      transaction(() => {
        for (const pinId of pinIds) sql.hold.run(pinId, holder);
      });
    },
    release: (holder) => void sql.release.run(holder),
    holders: () => sql.holders.all().map((row) => String(row.holder)),
    evictable: () =>
      sql.evictable.all().map((row) => ({
        pinId: String(row.pin),
        bytes: Number(row.bytes),
        usedMs: Number(row.used),
      })),
    objects: () =>
      sql.objects.all().map((row) => ({
        pinId: String(row.pin),
        uri: String(row.uri),
        sizeBytes: Number(row.size),
        cachedBytes: Number(row.bytes),
        chunks: Number(row.chunks),
        usedMs: Number(row.used),
        holders: sql.holdersOf.all(String(row.pin)).map((held) => String(held.holder)),
      })),
    [Symbol.dispose]: () => db.close(),
  };
}
