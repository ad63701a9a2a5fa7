/**
 * A verified output laid into a local folder.
 * P1 nothing of it is visible under its final name before all of it is verified, and drydock.json comes last.
 * P2 a folder with other content is never touched; the same output laid there before is verified and kept, and what a
 *    killed attempt left is replaced.
 * P3 the folder may exist and be empty: in a pod it is a mount, which cannot be renamed over.
 */
import { link, mkdir, open, readdir, readFile, rename, rm, symlink, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { CheckpointConfigError, CheckpointError, MANIFEST_NAME } from "@drydock/checkpoint";
import { type OutputFolder, outputFolder } from "./folder.ts";
import { parseManifest, type SealedFile, type SealedFolder } from "./manifest.ts";
import { verifyFile } from "./verify.ts";

const TEMPORARY = ".drydock-wait-";

export interface PlaceOptions {
  /** Hard links to the local output's files (symbolic ones across file systems) instead of copies. */
  readonly link: boolean;
  readonly signal?: AbortSignal;
}

/** Verifies in place. */
export async function verifyFolder(
  from: OutputFolder,
  sealed: SealedFolder,
  signal?: AbortSignal,
): Promise<void> {
  for (const file of sealed.files) {
    const source = await from.open(file.path, signal);
    try {
      await verifyFile(file, source, undefined, signal);
    } finally {
      await source.close?.();
    }
  }
}

/** Resolves to "placed", or to "there" when the same verified output already was. */
export async function placeFolder(
  from: OutputFolder,
  sealed: SealedFolder,
  manifest: Uint8Array,
  to: string,
  options: PlaceOptions,
): Promise<"placed" | "there"> {
  const target = resolve(to);
  if (options.link && from.local === undefined) {
    throw new CheckpointConfigError([{ path: "--link", message: `${from.name} is not a local folder` }], {
      remedy: "leave --link away to copy it",
    });
  }
  const exists = await look(target, sealed, manifest);
  if (exists === "same") {
    await verifyFolder(outputFolder(target), sealed, options.signal);
    return "there";
  }
  // P1, P3: beside a folder that does not exist yet, inside one that does; both on its file system.
  const work =
    exists === "usable"
      ? join(target, `${TEMPORARY}${process.pid}`)
      : join(dirname(target), `.${basename(target)}${TEMPORARY}${process.pid}`);
  await rm(work, { recursive: true, force: true });
  await mkdir(work, { recursive: true });
  try {
    for (const file of sealed.files) await bring(from, file, join(work, file.path), options);
    await writeFile(join(work, MANIFEST_NAME), manifest, { flush: true });
    if (exists === "absent") await rename(work, target);
    else await moveInto(work, target, [...sealed.files.map((f) => f.path), MANIFEST_NAME]);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return "placed";
}

/** P2. */
async function look(
  target: string,
  sealed: SealedFolder,
  manifest: Uint8Array,
): Promise<"absent" | "usable" | "same"> {
  let names: string[];
  try {
    names = await readdir(target);
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "absent";
    throw new CheckpointError(`${target}: ${error instanceof Error ? error.message : String(error)}`, {
      kind: "denied",
      cause: error,
    });
  }
  if (names.includes(MANIFEST_NAME)) {
    const there = await readFile(join(target, MANIFEST_NAME));
    if (Buffer.compare(there, manifest) === 0) return "same";
    const { planDigest } = parseManifest(there, join(target, MANIFEST_NAME));
    throw occupied(
      target,
      `it holds the output of plan ${planDigest.slice(0, 12)}, not ${sealed.planDigest.slice(0, 12)}`,
    );
  }
  const left = names.filter((name) => name.startsWith(TEMPORARY));
  const ours = new Set([...left, "lost+found", ...sealed.files.map((f) => f.path.split("/")[0] ?? "")]);
  const foreign = names.find((name) => !ours.has(name));
  if (foreign !== undefined) throw occupied(target, `it holds ${foreign}`);
  for (const name of left) await rm(join(target, name), { recursive: true, force: true });
  return "usable";
}

function occupied(target: string, why: string): CheckpointError {
  return new CheckpointError(`${target}: the folder is not empty; ${why}`, {
    kind: "conflict",
    code: "TARGET_OCCUPIED",
    remedy: "remove it, or name another folder with --to",
  });
}

async function bring(
  from: OutputFolder,
  file: SealedFile,
  path: string,
  options: PlaceOptions,
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const source = await from.open(file.path, options.signal);
  try {
    if (options.link && from.local !== undefined) {
      await verifyFile(file, source, undefined, options.signal);
      const original = join(from.local, file.path);
      await link(original, path).catch((error: unknown) => {
        if (error instanceof Error && "code" in error && (error.code === "EXDEV" || error.code === "EPERM")) {
          return symlink(original, path);
        }
        throw error;
      });
      return;
    }
    const out = await open(path, "wx");
    try {
      await verifyFile(file, source, (block) => out.writeFile(block), options.signal);
      await out.datasync();
    } finally {
      await out.close();
    }
  } finally {
    await source.close?.();
  }
}

async function moveInto(work: string, target: string, paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    await mkdir(dirname(join(target, path)), { recursive: true });
    await rename(join(work, path), join(target, path));
  }
}
