/**
 * One process writes a cache. The lock is SQLite's own on a database of nothing: the kernel frees it when the holder
 * dies, however it dies, so there is nothing to clean up and no age to guess.
 */
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { CheckpointError } from "@drydock/checkpoint";
import { isSqliteError, SQLITE_BUSY } from "./sqlite-errors.ts";

export function lockCache(dir: string): Disposable {
  const database = new DatabaseSync(join(dir, "lock.sqlite"));
  try {
    database.exec("BEGIN EXCLUSIVE");
  } catch (error) {
    database.close();
    if (!isSqliteError(error, SQLITE_BUSY)) throw error;
    throw new CheckpointError(`${dir}: another fetcher uses this cache`, {
      kind: "config",
      code: "CACHE_LOCKED",
      details: { dir },
      remedy:
        "run one fetcher per cache folder: stop the other one, or set DRYDOCK_CACHE_DIR to another folder",
      cause: error,
    });
  }
  return { [Symbol.dispose]: () => database.close() };
}
