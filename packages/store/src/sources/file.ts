/**
 * Local files, read in place.
 * L1 what is checked is the open handle, not the path: a link swapped after the check changes nothing.
 * L2 identity is device, inode, size and modification time; it is looked at again after every read, so bytes of a
 *    file that changed meanwhile are never handed out.
 */
import { constants } from "node:fs";
import { type FileHandle, open, readdir, realpath, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import {
  type ByteSource,
  CheckpointError,
  CheckpointNotFoundError,
  CheckpointSourceError,
  checkRange,
  type Identity,
  type Pin,
} from "@drydock/checkpoint";
import { changed, codeOf, connectionError } from "./failure.ts";
import { chooseObjects, demandFew, demandIndexSize, filesOfIndex, isIndex } from "./folder.ts";
import { isInside, pathOfUri } from "./local-path.ts";
import { similarNames } from "./similar.ts";
import { type InputRef, makePin, type Source, type SourceContext } from "./source.ts";

type FileIdentity = Extract<Identity, { kind: "file" }>;

interface OpenFile {
  readonly handle: FileHandle;
  readonly size: number;
  readonly identity: FileIdentity;
  /** With all links followed. */
  readonly real: string;
}

export const fileSource: Source = {
  type: "file",
  schemes: ["file"],

  async pin(input, ctx) {
    const path = pathOf(input);
    const kind = await kindOf(path);
    if (kind === "folder") {
      const names = await list(path);
      const chosen = await chooseObjects(path, names, (name) => readSmall(join(path, name), ctx));
      return await pinAll(input, path, chosen, ctx);
    }
    if (isIndex(path)) {
      const files = filesOfIndex(path, await readSmall(path, ctx));
      return await pinAll(input, dirname(path), [basename(path), ...files].sort(), ctx);
    }
    return [await pinFile(input, "", path, ctx)];
  },

  async open(pin, ctx) {
    const { identity } = pin;
    if (pin.node !== undefined && pin.node !== ctx.nodeId) {
      throw new CheckpointSourceError(
        `${pin.uri}: lies on node ${pin.node} and can not be read on ${ctx.nodeId}`,
        { code: "SOURCE_OTHER_NODE", details: { node: pin.node, here: ctx.nodeId } },
      );
    }
    if (identity.kind !== "file") {
      throw new CheckpointError(`${pin.uri}: a local file pinned by ${identity.kind}`);
    }
    const path = localPath(pin);
    const file = await openFile(path, ctx);
    try {
      demand(path, pin.size, identity, file.size, file.identity);
    } catch (error) {
      await file.handle.close();
      throw error;
    }
    return handleSource(file.handle, path, pin.size, identity);
  },

  localPath,
};

function localPath(pin: Pin): string {
  return pathOfUri(pin.uri);
}

function handleSource(handle: FileHandle, path: string, size: number, identity: FileIdentity): ByteSource {
  const source: ByteSource = {
    size,
    name: path,
    async read(start, end, signal) {
      checkRange(source, start, end);
      const bytes = new Uint8Array(end - start);
      let filled = 0;
      while (filled < bytes.length) {
        if (signal?.aborted) throw connectionError(path, signal.reason, signal);
        const { bytesRead } = await handle.read(
          bytes,
          filled,
          Math.min(bytes.length - filled, 2 ** 30),
          start + filled,
        );
        if (bytesRead === 0) break;
        filled += bytesRead;
      }
      const now = await handle.stat({ bigint: true });
      demand(path, size, identity, Number(now.size), identityOf(now));
      if (filled < bytes.length) throw changed(path, `gave ${filled} of ${bytes.length} bytes at ${start}`);
      return bytes;
    },
    close: () => handle.close(),
  };
  return source;
}

function demand(path: string, size: number, pinned: FileIdentity, nowSize: number, now: FileIdentity): void {
  if (nowSize !== size) {
    throw changed(path, `had ${size} bytes when it was pinned and has ${nowSize} now`, {
      expected: size,
      found: nowSize,
    });
  }
  if (now.device !== pinned.device || now.inode !== pinned.inode) {
    throw changed(path, "is another file than the one that was pinned", {
      expected: pinned.inode,
      found: now.inode,
    });
  }
  if (now.mtimeNs !== pinned.mtimeNs) {
    throw changed(path, "was written to after it was pinned", {
      expected: pinned.mtimeNs,
      found: now.mtimeNs,
    });
  }
}

async function pinAll(
  input: InputRef,
  folder: string,
  names: readonly string[],
  ctx: SourceContext,
): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (const name of names) pins.push(await pinFile(input, name, join(folder, name), ctx));
  return pins;
}

async function pinFile(input: InputRef, object: string, path: string, ctx: SourceContext): Promise<Pin> {
  const { handle, size, identity, real } = await openFile(path, ctx);
  await handle.close();
  const shared = ctx.sharedRoots?.some((root) => isInside(real, root)) === true;
  return makePin({
    input: input.name,
    object,
    uri: pathToFileURL(path).href,
    size,
    identity,
    ...(shared ? {} : { node: ctx.nodeId }),
    checksums: [],
  });
}

/** L1. Opens a regular file inside the allowed roots. */
async function openFile(path: string, ctx: SourceContext): Promise<OpenFile> {
  let handle: FileHandle;
  try {
    // O_NONBLOCK: opening a fifo that nobody writes to would wait for ever.
    handle = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw await openError(path, error);
  }
  try {
    const found = await handle.stat({ bigint: true });
    if (!found.isFile()) throw notRegular(path);
    const real = await realpath(path);
    const there = await stat(real, { bigint: true });
    if (there.ino !== found.ino || there.dev !== found.dev)
      throw changed(path, "was replaced while it was opened");
    confine(path, real, ctx.roots);
    return { handle, size: Number(found.size), identity: identityOf(found), real };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function confine(path: string, real: string, roots: readonly string[] | undefined): void {
  if (roots === undefined || roots.some((root) => isInside(real, root))) return;
  const linked = real === path ? "" : ` (it leads to ${real})`;
  throw new CheckpointSourceError(`${path}: outside the folders local sources may lie in${linked}`, {
    kind: "denied",
    code: real === path ? "LOCAL_PATH_DENIED" : "LOCAL_SYMLINK",
    details: { roots },
    remedy: `put the checkpoint below one of ${roots.join(", ")}, or let the operator add a root`,
  });
}

/**
 * Inode and device as a pin carries them: below 2^53. Lustre and NFS use all 64 bits; the upper ones are folded in,
 * which keeps different files apart as well as chance does, and size and time are compared besides.
 */
function identityOf(found: {
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mtimeNs: bigint;
}): FileIdentity {
  return {
    kind: "file",
    device: fold(found.dev),
    inode: fold(found.ino),
    mtimeNs: String(found.mtimeNs),
  };
}

function fold(value: bigint): number {
  const bits = BigInt.asUintN(64, value);
  return Number(BigInt.asUintN(53, bits ^ (bits >> 53n)));
}

function pathOf(input: InputRef): string {
  const { path } = input.params;
  return typeof path === "string" ? resolve(path) : pathOfUri(input.uri);
}

async function kindOf(path: string): Promise<"folder" | "file"> {
  try {
    return (await stat(path)).isDirectory() ? "folder" : "file";
  } catch (error) {
    throw await openError(path, error);
  }
}

async function list(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  demandFew(folder, names.length);
  return names;
}

async function readSmall(path: string, ctx: SourceContext): Promise<Uint8Array> {
  const { handle, size, identity } = await openFile(path, ctx);
  try {
    demandIndexSize(path, size);
    return await handleSource(handle, path, size, identity).read(0, size, ctx.signal);
  } finally {
    await handle.close();
  }
}

function notRegular(path: string): CheckpointSourceError {
  return new CheckpointSourceError(`${path}: no regular file`, { kind: "denied", code: "LOCAL_NOT_REGULAR" });
}

async function openError(path: string, error: unknown): Promise<CheckpointError> {
  const cause = { cause: error };
  switch (codeOf(error)) {
    case "ENOENT":
    case "ENOTDIR": {
      const folder = dirname(path);
      const names = await readdir(folder).catch(() => undefined);
      const near = names === undefined ? [] : similarNames(basename(path), names);
      const hint =
        names === undefined
          ? `the folder ${folder} does not exist`
          : near.length === 0
            ? `nothing in ${folder} has a similar name`
            : `similar names there: ${near.join(", ")}`;
      return new CheckpointNotFoundError(`${path}: no such file; ${hint}`, {
        code: "SOURCE_NOT_FOUND",
        details: { path, similar: near },
        ...cause,
      });
    }
    case "EACCES":
    case "EPERM":
      return new CheckpointSourceError(`${path}: permission denied`, {
        kind: "denied",
        code: "SOURCE_DENIED",
        remedy: "let the user the fetcher runs as read it",
        ...cause,
      });
    // Opening a socket, or a device without a driver.
    case "ENXIO":
    case "ENODEV":
      return notRegular(path);
    default:
      return new CheckpointSourceError(
        `${path}: ${error instanceof Error ? error.message : String(error)}`,
        cause,
      );
  }
}
