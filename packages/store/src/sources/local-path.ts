/** Paths behind file URIs. */
import { resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";

/** The absolute path of a file URI. A host in it says whose disk is meant; who is asked has decided that already. */
export function pathOfUri(uri: string): string {
  const url = new URL(uri);
  url.host = "";
  return fileURLToPath(url);
}

/** Whether an absolute path without links is the folder or lies below it. */
export function isInside(path: string, folder: string): boolean {
  const root = resolve(folder);
  return path === root || path.startsWith(root.endsWith(sep) ? root : root + sep);
}

/** The path when the URI means a local place, else undefined. */
export function localPathOf(uri: string): string | undefined {
  return /^file:/i.test(uri) ? pathOfUri(uri) : undefined;
}
