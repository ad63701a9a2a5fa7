/**
 * Who runs the embedded set of this state folder: one command at a time.
 * O1 ownership is a lock that the kernel frees when its process ends, however it ends; the record beside it only says
 *    where the set answers and may be stale.
 * O2 the port is kept from owner to owner: a command that is attached reconnects to whoever takes over.
 */
import { readFileSync, renameSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import type { EmbeddedPaths } from "./paths.ts";

export interface Ownership {
  release(): void;
}

export interface OwnerRecord {
  readonly url: string;
  readonly pid: number;
}

/** O1. Undefined while another process owns the set. */
export function tryOwn(paths: EmbeddedPaths): Ownership | undefined {
  const db = new DatabaseSync(paths.ownerLock);
  try {
    db.exec("BEGIN EXCLUSIVE");
    return { release: () => db.close() };
  } catch (error) {
    db.close();
    if (isBusy(error)) return undefined;
    throw error;
  }
}

/** SQLITE_BUSY, the one answer that means "held". */
function isBusy(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && error.errcode === 5;
}

export function writeRecord(paths: EmbeddedPaths, record: OwnerRecord): void {
  const temporary = `${paths.ownerRecord}.${process.pid}`;
  writeFileSync(temporary, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(temporary, paths.ownerRecord);
}

/** What the last owner wrote; undefined when there was none or it cannot be read. */
export function readRecord(paths: EmbeddedPaths): OwnerRecord | undefined {
  try {
    const record: unknown = JSON.parse(readFileSync(paths.ownerRecord, "utf8"));
    if (typeof record !== "object" || record === null || !("url" in record) || !("pid" in record)) return;
    const { url, pid } = record;
    return typeof url === "string" && typeof pid === "number" ? { url, pid } : undefined;
  } catch {
    return undefined;
  }
}

/** The former server needs this long at most to let its port go (nats-guard.mjs). */
const PORT_WAIT_MS = 8_000;

/** O2. The wanted port, else the last owner's, else one that is free now. */
export async function choosePort(
  paths: EmbeddedPaths,
  wanted?: number,
  waitMs = PORT_WAIT_MS,
): Promise<number> {
  const last = Number(/:(\d+)$/.exec(readRecord(paths)?.url ?? "")?.[1] ?? 0);
  const port = wanted ?? last;
  if (port === 0) return freePort(0);
  const until = Date.now() + waitMs;
  for (;;) {
    try {
      return await freePort(port);
    } catch (error) {
      if (Date.now() < until && (await answers(port))) {
        await sleep(100);
        continue;
      }
      if (wanted !== undefined) throw error;
      return freePort(0);
    }
  }
}

function freePort(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen({ host: "127.0.0.1", port }, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : port));
    });
  });
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once("connect", () => answer(true));
    socket.once("error", () => answer(false));
  });
}
