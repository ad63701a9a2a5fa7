/** Persistent ids: the storages of a torch zip. */

import { STORAGE_CLASSES } from "./elements.ts";
import type { StorageNode } from "./nodes.ts";
import type { CallSite } from "./pickle/calls.ts";
import { isKind, type PyValue, typeName } from "./pickle/values.ts";
import type { ZipEntry } from "./zip/directory.ts";

/**
 * Resolves ("storage", class, key, location, count) against the records below `folder` ("archive/data/"). The key is
 * looked up among the zip's entries and never becomes a path; the location (a device) is not used. The record has
 * exactly the bytes that count and class say, and one key means one storage.
 */
export function storageResolver(entries: ReadonlyMap<string, ZipEntry>, folder: string) {
  const known = new Map<string, StorageNode>();

  return (id: PyValue, site: CallSite): StorageNode => {
    const [tag, type, key, location, count] = isKind(id, "tuple") && id.items.length === 5 ? id.items : [];
    const bad = (problem: string) => site.fail("TORCH_BAD_PERSID", problem);
    if (tag !== "storage") throw bad('expected ("storage", class, key, location, count)');
    const typeKey = isKind(type, "global") ? `${type.module} ${type.name}` : "";
    if (!STORAGE_CLASSES.has(typeKey)) throw bad(`${typeName(type ?? null)} is no storage class`);
    if (typeof key !== "string" && typeof key !== "number") throw bad(`key is a ${typeName(key ?? null)}`);
    if (typeof location !== "string") throw bad(`location is a ${typeName(location ?? null)}`);
    if (typeof count !== "number" || count < 0) throw bad(`count is ${String(count)}`);
    const element = STORAGE_CLASSES.get(typeKey);
    const sizeBytes = count * (element?.bytes ?? 1);

    const name = String(key);
    const before = known.get(name);
    const entry = before?.entry ?? entries.get(`${folder}${name}`);
    const record = () => JSON.stringify(`${folder}${name}`.slice(0, 200));
    if (entry === undefined || entry.name === folder) {
      throw site.fail("TORCH_STORAGE_MISSING", `no record ${record()} for a storage of ${sizeBytes} bytes`);
    }
    const mismatch = (found: string) => site.fail("TORCH_STORAGE_SIZE_MISMATCH", `${record()} ${found}`);
    if (entry.size !== sizeBytes) {
      const each = `${count} elements of ${element?.bytes ?? 1} bytes`;
      throw mismatch(`has ${entry.size} bytes, its storage ${sizeBytes} (${each})`);
    }
    if (before !== undefined) {
      if (before.element === element) return before;
      throw mismatch(`is a storage of ${before.element?.name ?? "bytes"} and of ${element?.name ?? "bytes"}`);
    }
    const storage: StorageNode = { kind: "storage", key: name, element, sizeBytes, entry };
    known.set(name, storage);
    return storage;
  };
}
