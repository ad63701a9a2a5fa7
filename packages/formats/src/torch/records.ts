/** The records of a torch zip that are read at open, and the rules on all the others. */

import { failure } from "./errors.ts";
import { LISTED, PICKLE_BYTES, SMALL_RECORD_BYTES } from "./limits.ts";
import type { Zip } from "./zip/archive.ts";
import type { ZipEntry } from "./zip/directory.ts";

export interface TorchRecords {
  /** The one top-level folder, with its slash. */
  readonly folder: string;
  readonly pickle: Buffer;
  readonly bigEndian: boolean;
  readonly warnings: readonly string[];
}

/** PyTorch 2.13 reads format versions up to this. */
const NEWEST_VERSION = 10;

/** Throws CheckpointLoadError with a code TORCH_*. */
export async function readTorchRecords(zip: Zip): Promise<TorchRecords> {
  const fail = failure("torch", zip.file);
  const folder = onlyFolder(zip);
  const entry = (name: string) => zip.entries.get(folder + name);
  const data = entry("data.pkl");
  refuseOtherArchives(zip, folder);
  if (data === undefined) {
    const remedy = "A failed torch.save leaves such a file; the checkpoint before it is the last good one.";
    throw fail("TORCH_NO_DATA_PKL", `no record ${JSON.stringify(`${folder}data.pkl`)}`, 0, {}, remedy);
  }
  if (data.size > PICKLE_BYTES) {
    const message = `data.pkl of ${data.size} bytes, the limit is ${PICKLE_BYTES}`;
    throw fail("LIMIT_PICKLE", message, data.offset, { expected: PICKLE_BYTES, found: data.size });
  }
  const version = entry("version") ?? entry(".data/version");
  const byteorder = entry("byteorder");
  const small = [version, byteorder].filter((e) => e !== undefined);
  for (const { name, size, offset } of small) {
    if (size > SMALL_RECORD_BYTES) {
      const message = `${JSON.stringify(name)} of ${size} bytes, the limit is ${SMALL_RECORD_BYTES}`;
      throw fail("TORCH_RECORD_TOO_LONG", message, offset);
    }
  }
  const [pickle, ...texts] = await zip.read([data, ...small]);
  if (pickle === undefined) throw new Error("zip.read gives one buffer for each entry");
  const textOf = (e: ZipEntry | undefined) =>
    e === undefined ? undefined : texts[small.indexOf(e)]?.toString("latin1");
  checkVersion(textOf(version), version, zip, fail);
  const order = textOf(byteorder) ?? "little";
  if (order !== "little" && order !== "big") {
    const message = `byteorder is ${JSON.stringify(order)}, expected "little" or "big"`;
    throw fail("TORCH_BYTEORDER_UNSUPPORTED", message, byteorder?.offset ?? 0);
  }
  const warnings =
    version === undefined ? [`${zip.file}: no version record; PyTorch itself would refuse it`] : [];
  return {
    folder,
    pickle,
    bigEndian: order === "big",
    warnings: [...warnings, ...extraMembers(zip, folder)],
  };
}

/** Every name begins with one folder: a file beside it could be what another reader takes. */
function onlyFolder(zip: Zip): string {
  const fail = failure("torch", zip.file);
  let folder: string | undefined;
  for (const { name, offset } of zip.entries.values()) {
    const slash = name.indexOf("/");
    const first = slash < 0 ? "" : name.slice(0, slash + 1);
    folder ??= first;
    if (first === "" || first !== folder) {
      const message = `record ${JSON.stringify(name)} is outside of the folder ${JSON.stringify(folder)}`;
      throw fail("TORCH_AMBIGUOUS_ROOT", message, offset);
    }
  }
  if (folder === undefined) throw fail("TORCH_NO_DATA_PKL", "the zip is empty", 0);
  return folder;
}

function refuseOtherArchives(zip: Zip, folder: string): void {
  const fail = failure("torch", zip.file);
  for (const [record, code, what, remedy] of [
    [
      "constants.pkl",
      "TORCH_TORCHSCRIPT_UNSUPPORTED",
      "a TorchScript archive, which holds a program",
      "Save model.state_dict() with torch.save instead.",
    ],
    [
      ".data/extern_modules",
      "TORCH_PACKAGE_UNSUPPORTED",
      "a torch.package archive, which holds source code",
      "Save model.state_dict() with torch.save instead.",
    ],
    [
      "archive_format",
      "TORCH_EXPORT_UNSUPPORTED",
      "a torch.export archive, which holds a program",
      "Save module.state_dict() with torch.save instead.",
    ],
  ] as const) {
    const found = zip.entries.get(folder + record);
    if (found !== undefined)
      throw fail(code, `${what} (${JSON.stringify(found.name)})`, found.offset, {}, remedy);
  }
}

function checkVersion(
  text: string | undefined,
  entry: ZipEntry | undefined,
  zip: Zip,
  fail: ReturnType<typeof failure>,
): void {
  if (text === undefined || entry === undefined) return;
  const version = /^[0-9]{1,4}\n?$/.test(text) ? Number(text) : 0;
  if (version >= 1 && version <= NEWEST_VERSION) return;
  const message = `version is ${JSON.stringify(text)}, known are 1 to ${NEWEST_VERSION}`;
  throw fail("TORCH_VERSION_UNSUPPORTED", message, entry.offset, { file: zip.file });
}

const OWN =
  /^(data\.pkl|version|byteorder|\.format_version|\.storage_alignment|\.data\/(version|serialization_id))$/;

/** Metadata that anemoi appends is legal; whatever else is there is named, and never copied. */
function extraMembers(zip: Zip, folder: string): string[] {
  const extra: string[] = [];
  for (const name of zip.entries.keys()) {
    const own = name.slice(folder.length);
    if (own.startsWith("data/") || own.startsWith("anemoi-metadata/") || OWN.test(own) || own === "")
      continue;
    extra.push(JSON.stringify(own.slice(0, 100)));
  }
  if (extra.length === 0) return [];
  const more = extra.length > LISTED ? ` and ${extra.length - LISTED} more` : "";
  return [
    `${zip.file}: records that no tensor uses are not copied: ${extra.slice(0, LISTED).join(", ")}${more}`,
  ];
}
