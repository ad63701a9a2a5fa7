/**
 * drydock.json as somebody else wrote it: checked once, trusted afterwards.
 * M1 no file of it can lie outside the folder; every file's parts cover it without hole or overlap.
 */
import { CheckpointLoadError, MANIFEST_SCHEMA } from "@drydock/checkpoint";

/** A file of a sealed output with the digests that together cover it. */
export interface SealedFile {
  readonly path: string;
  readonly size: number;
  readonly parts: readonly { readonly start: number; readonly end: number; readonly sha256: string }[];
}

export interface SealedFolder {
  readonly planDigest: string;
  /** Weights and sidecars. */
  readonly files: readonly SealedFile[];
}

/** Largest manifest that is read: 10^6 tensors need some 500 MB, the largest model known 0.1 % of that. */
export const MAX_MANIFEST_BYTES = 256 * 2 ** 20;

/** Throws CheckpointLoadError naming what is wrong; `where` is for its message. */
export function parseManifest(bytes: Uint8Array, where: string): SealedFolder {
  const bad = (what: string, cause?: unknown): CheckpointLoadError =>
    new CheckpointLoadError(`${where}: ${what}`, {
      code: "MANIFEST_INVALID",
      ...(cause === undefined ? {} : { cause }),
    });
  let root: unknown;
  try {
    root = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (cause) {
    throw bad("is not JSON", cause);
  }
  const { schema, planDigest, files, sidecars } = fields(root);
  if (schema !== MANIFEST_SCHEMA) {
    throw bad(`schema is ${JSON.stringify(schema) ?? "absent"}, expected "${MANIFEST_SCHEMA}"`);
  }
  if (!isDigest(planDigest)) throw bad("planDigest is no sha256");
  if (!Array.isArray(files) || !Array.isArray(sidecars)) throw bad("files and sidecars are not lists");
  const whole = sidecars.map((sidecar: unknown) => {
    const { path, size, sha256 } = fields(sidecar);
    return { path, size, parts: size === 0 ? [] : [{ start: 0, end: size, sha256 }] };
  });
  const seen = new Set<string>();
  const sealed = [...files, ...whole].map((file: unknown): SealedFile => {
    const { path, size, parts } = fields(file);
    if (typeof path !== "string" || !isPlainPath(path)) {
      throw bad(`file ${JSON.stringify(path)} is no path inside the folder`); // M1
    }
    if (seen.has(path)) throw bad(`file ${path} is listed twice`);
    seen.add(path);
    if (!isSize(size)) throw bad(`file ${path}: size ${JSON.stringify(size)}`);
    if (!Array.isArray(parts)) throw bad(`file ${path}: parts is no list`);
    let at = 0;
    const covered = parts.map((part: unknown) => {
      const { start, end, sha256 } = fields(part);
      if (start !== at || !isSize(end) || end < at || end > size) {
        throw bad(`file ${path}: part [${String(start)}, ${String(end)}) does not follow on ${at}`); // M1
      }
      if (!isDigest(sha256)) throw bad(`file ${path}: the part at ${at} has no sha256`);
      at = end;
      return { start, end, sha256 };
    });
    if (at !== size) throw bad(`file ${path}: parts cover ${at} of ${size} bytes`);
    return { path, size, parts: covered };
  });
  return { planDigest, files: sealed };
}

function fields(value: unknown): Readonly<Record<string, unknown>> {
  // Of anything but an object, nothing is there, and the checks say so.
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value);
}

function isSize(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isPlainPath(path: string): boolean {
  return (
    path.length <= 1024 &&
    !/[\\\0]/.test(path) &&
    path.split("/").every((part) => part !== "" && part !== "." && part !== "..")
  );
}
