/** A node's id: made once per cache folder, kept over restarts, read by the loader and transformers beside it. */
import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { CheckpointError } from "@drydock/checkpoint";
import { codeOf } from "../sources/failure.ts";
import { cancelled, throwIfAborted } from "./budget.ts";

/** A token of a subject and of a bucket key on the bus. */
const NODE_ID = /^[A-Za-z0-9_-]{1,64}$/;
const POLL_MS = 100;

/** The folder's node id, waiting until a fetcher has made it. */
export async function readNodeId(dir: string, signal?: AbortSignal): Promise<string> {
  for (;;) {
    throwIfAborted(signal);
    const id = await readId(dir);
    if (id !== undefined) return id;
    await sleep(POLL_MS, undefined, { signal }).catch(() => {
      throw cancelled(signal);
    });
  }
}

/** The folder's node id; `wanted`, or a random one, when it has none yet. Another one than wanted is refused. */
export async function ensureNodeId(dir: string, wanted?: string): Promise<string> {
  const id = (await readId(dir)) ?? (await createId(dir, wanted ?? randomBytes(8).toString("hex")));
  if (wanted === undefined || wanted === id) return id;
  throw new CheckpointError(`${dir}: belongs to node ${id}, not to ${wanted}`, {
    kind: "config",
    code: "NODE_ID_CHANGED",
    details: { expected: wanted, found: id },
    remedy: `use the id ${id}, or another cache folder`,
  });
}

async function createId(dir: string, id: string): Promise<string> {
  checkId(dir, id);
  await mkdir(dir, { recursive: true });
  const temporary = join(dir, `.node-id-${randomBytes(8).toString("hex")}`);
  try {
    await using file = await open(temporary, "wx");
    await file.writeFile(id);
    await file.sync();
    // A link, so that the id appears whole, and the first to make one wins.
    await link(temporary, join(dir, "node-id"));
    return id;
  } catch (error) {
    if (codeOf(error) !== "EEXIST") throw error;
    return (await readId(dir)) ?? id;
  } finally {
    await rm(temporary, { force: true });
  }
}

async function readId(dir: string): Promise<string | undefined> {
  try {
    return checkId(dir, await readFile(join(dir, "node-id"), "utf8"));
  } catch (error) {
    if (codeOf(error) === "ENOENT") return undefined;
    throw error;
  }
}

function checkId(dir: string, id: string): string {
  if (NODE_ID.test(id)) return id;
  throw new CheckpointError(`${dir}: ${JSON.stringify(id.slice(0, 80))} is no node id`, {
    kind: "config",
    code: "NODE_ID_INVALID",
    details: { expected: "1 to 64 letters, digits, _ or -", found: id.slice(0, 80) },
    remedy: `remove the file node-id in ${dir}, or set another id`,
  });
}
