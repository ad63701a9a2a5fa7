/** Test material: pickles opcode by opcode. */

/** Numbers are bytes, strings latin-1. */
export function program(...parts: readonly (number | string | Uint8Array)[]): Buffer {
  return Buffer.concat(
    parts.map((p) =>
      typeof p === "number"
        ? Buffer.of(p)
        : Buffer.from(p as string, typeof p === "string" ? "latin1" : undefined),
    ),
  );
}

/** BINUNICODE. */
export function text(value: string): Buffer {
  const utf8 = Buffer.from(value);
  return Buffer.concat([Buffer.from("X"), u32(utf8.length), utf8]);
}

/** BININT, or LONG1 beyond 32 bits. */
export function int(value: number | bigint): Buffer {
  if (typeof value === "number" && Math.abs(value) < 2 ** 31) {
    const bytes = Buffer.alloc(5, "J");
    bytes.writeInt32LE(value, 1);
    return bytes;
  }
  const bytes = Buffer.alloc(8 + 1 + 2);
  bytes.writeUInt8(0x8a, 0);
  bytes.writeUInt8(9, 1);
  const wide = BigInt(value);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, wide), 2);
  bytes.writeUInt8(wide < 0n ? 0xff : 0, 10);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

export function u64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

export function tuple(...items: readonly Uint8Array[]): Buffer {
  return program("(", ...items, "t");
}

export interface TensorProgram {
  readonly key?: Uint8Array;
  readonly tag?: string;
  readonly type?: string;
  readonly count?: number | bigint;
  readonly offset?: number | bigint;
  readonly size?: readonly (number | bigint)[];
  readonly stride?: readonly (number | bigint)[];
}

/** What torch writes for a tensor: by default two float32 in record data/0. */
export function tensor(t: TensorProgram = {}): Buffer {
  const size = t.size ?? [2];
  const stride = t.stride ?? [1];
  const id = tuple(
    text(t.tag ?? "storage"),
    program(`c${t.type ?? "torch\nFloatStorage"}\n`),
    t.key ?? text("0"),
    text("cpu"),
    int(t.count ?? 2),
  );
  const dims = (values: readonly (number | bigint)[]) => tuple(...values.map(int));
  const hooks = program("ccollections\nOrderedDict\n)R");
  const args = program("(", id, "Q", int(t.offset ?? 0), dims(size), dims(stride), 0x89, hooks, "t");
  return program("ctorch._utils\n_rebuild_tensor_v2\n", args, "R");
}

/** {name: value, …} as a whole pickle. */
export function pickleOf(entries: Readonly<Record<string, Uint8Array>>): Buffer {
  return program(
    0x80,
    2,
    "}(",
    ...Object.entries(entries).flatMap(([name, value]) => [text(name), value]),
    "u.",
  );
}
