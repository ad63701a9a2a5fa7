/** Names of zip entries: relative paths of plain parts, so that no reader takes one for another file. */
import { ZIP_NAME_BYTES } from "../limits.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** The name in these bytes, or the problem that rules it out. Without the flag for UTF-8 only ASCII has one reading. */
export function entryName(
  bytes: Buffer,
  flaggedUtf8: boolean,
): { readonly name: string } | { readonly code: string; readonly problem: string } {
  if (bytes.length > ZIP_NAME_BYTES) {
    return { code: "LIMIT_NAME", problem: `name of ${bytes.length} bytes, the limit is ${ZIP_NAME_BYTES}` };
  }
  const name = isAscii(bytes) ? bytes.toString("latin1") : flaggedUtf8 ? decode(bytes) : undefined;
  if (name === undefined) {
    return { code: "ZIP_NAME_INVALID", problem: `name ${quoted(bytes.toString("latin1"))} is not UTF-8` };
  }
  const reason = badPart(name);
  return reason === undefined
    ? { name }
    : { code: "ZIP_NAME_INVALID", problem: `name ${quoted(name)} ${reason}` };
}

function decode(bytes: Buffer): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

/** Equal for names that some file system or reader takes for the same. */
export function foldedName(name: string): string {
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  return (/^[!-~]*$/.test(path) ? path : path.normalize("NFC")).toLowerCase();
}

function isAscii(bytes: Buffer): boolean {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) > 0x7f) return false;
  return true;
}

function badPart(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("\\")) return "has a backslash";
  if (/^[A-Za-z]:/.test(name)) return "begins with a drive";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are refused
  if (/[\x00-\x1f\x7f-\x9f]/.test(name)) return "has a control character";
  // A directory's own record ends with a slash.
  const path = name.endsWith("/") ? name.slice(0, -1) : name;
  for (const part of path.split("/")) {
    if (part === "" || part === "." || part === "..") return `has the part ${quoted(part)}`;
  }
  return undefined;
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
