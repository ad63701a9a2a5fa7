/**
 * Writes `model.pt`: the file `torch.save(OrderedDict(...), "model.pt")` of PyTorch 2.13 would write, byte for byte
 * but for `.data/serialization_id`, which PyTorch derives from a hash that differs between its builds.
 *
 * W1  The parts alternate: a literal, a tensor, a literal … A fill refers to the tensor directly before its literal;
 *     only the last part, the zip's directory, refers to tensors all over the file.
 * W2  Tensors that share bytes share one record, in the order of first use, as PyTorch requires of
 *     `.format_version` 1.
 */
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";
import { nbytes } from "@drydock/checkpoint";
import type { CheckpointWriter, LayoutPart, OutputTensor } from "../format.ts";
import { ownersOf } from "../output.ts";
import { pickleStateDict } from "./pickler.ts";
import {
  ALIGNMENT,
  centralDirectory,
  DESCRIPTOR_CRC,
  descriptor,
  localHeader,
  type ZipRecord,
} from "./write-zip.ts";

/** PyTorch names the folder in the zip after the file. */
const PATH = "model.pt";
const FOLDER = "model";

/**
 * One file whatever its size: the format cannot be split, so `fileBytes` is not used, and it has no place for
 * metadata. `torch.load(path, weights_only=True)` gives a plain OrderedDict.
 */
export const torchWriter: CheckpointWriter = {
  name: "torch",

  layout(tensors) {
    const owners = ownersOf(tensors);
    const { storages, first } = numberStorages(owners);
    const file = zipLayout();
    file.record("data.pkl", pickleStateDict(tensors, storages));
    file.record(".format_version", Buffer.from("1"));
    file.record(".storage_alignment", Buffer.from(String(ALIGNMENT)));
    file.record("byteorder", Buffer.from("little"));
    const aliases = aliasesOf(tensors, owners);
    first.forEach((index, number) => {
      const tensor = tensors[index];
      if (tensor !== undefined) file.tensor(`data/${number}`, index, nbytes(tensor), aliases[index] ?? []);
    });
    file.record("version", Buffer.from("3\n"));
    file.record(".data/serialization_id", Buffer.from(serializationId(tensors)));
    return { files: [file.done()], sidecars: [] };
  },
};

/** W2: the storage number of each tensor, and for each number the tensor that owns it. */
function numberStorages(owners: readonly number[]): { storages: number[]; first: number[] } {
  const numbers = new Map<number, number>();
  const first: number[] = [];
  const storages = owners.map((owner) => {
    const known = numbers.get(owner);
    if (known !== undefined) return known;
    numbers.set(owner, first.length);
    return first.push(owner) - 1;
  });
  return { storages, first };
}

function aliasesOf(tensors: readonly OutputTensor[], owners: readonly number[]): string[][] {
  const aliases: string[][] = tensors.map(() => []);
  owners.forEach((owner, i) => {
    const name = tensors[i]?.name;
    if (owner !== i && name !== undefined) aliases[owner]?.push(name);
  });
  return aliases;
}

/** Any 40 digits will do for PyTorch; these follow from what is written. Two numbers below 2^64, as PyTorch has. */
function serializationId(tensors: readonly OutputTensor[]): string {
  const hash = createHash("sha256");
  for (const { name, dtype, shape } of tensors) hash.update(JSON.stringify([name, dtype, shape]));
  const digest = hash.digest();
  return [0, 8].map((at) => digest.readBigUInt64LE(at).toString().padStart(20, "0")).join("");
}

/** Collects parts; bytes between two tensors become one literal. */
function zipLayout() {
  const parts: LayoutPart[] = [];
  const records: ZipRecord[] = [];
  /** The part that holds each record's data, undefined for records known now. */
  const partOf: (number | undefined)[] = [];
  let pending: Uint8Array[] = [];
  let fills: { at: number; part: number }[] = [];
  let pendingBytes = 0;
  let offset = 0;

  function literal(bytes: Uint8Array): void {
    pending.push(bytes);
    pendingBytes += bytes.length;
    offset += bytes.length;
  }

  function flush(): void {
    parts.push({ kind: "literal", bytes: Buffer.concat(pending), fills });
    pending = [];
    fills = [];
    pendingBytes = 0;
  }

  function begin(name: string, size: number, crc: number): ZipRecord {
    const record = { name: `${FOLDER}/${name}`, size, offset, crc32: crc };
    records.push(record);
    literal(localHeader(record));
    return record;
  }

  return {
    record(name: string, bytes: Uint8Array): void {
      const record = begin(name, bytes.length, crc32(bytes));
      partOf.push(undefined);
      literal(bytes);
      literal(descriptor(record));
    },

    tensor(name: string, tensor: number, size: number, aliases: readonly string[]): void {
      const record = begin(name, size, 0);
      flush();
      const part = parts.push({ kind: "tensor", tensor, nbytes: size, aliases }) - 1;
      partOf.push(part);
      offset += size;
      if (size > 0) fills.push({ at: pendingBytes + DESCRIPTOR_CRC, part });
      literal(descriptor(record));
    },

    done() {
      flush();
      const directory = centralDirectory(records, offset);
      directory.crcAt.forEach((at, i) => {
        const part = partOf[i];
        if (part !== undefined) fills.push({ at, part });
      });
      literal(directory.bytes);
      flush();
      return { path: PATH, size: offset, parts };
    },
  };
}
