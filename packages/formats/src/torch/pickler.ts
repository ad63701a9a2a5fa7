/**
 * Pickles a flat state dict (an OrderedDict of name → tensor) as `torch.save` of PyTorch 2.13 does, byte for byte:
 * protocol 2, CPython's memo policy, tensors as calls of `_rebuild_tensor_v2`/`v3`, storages as persistent ids.
 *
 * P1  Everything CPython memoises gets the next memo index, used again or not: globals, strings, tuples that are not
 *     empty, results of calls.
 * P2  An object met again is a reference to the memo. CPython goes by identity, so equal strings are the same object
 *     only where CPython makes them so: constants of torch ("storage", "cpu") and the key of a storage met again.
 * P3  Items of a dict come in batches of 1000; a batch of one has no MARK.
 */
import { contiguousStrides, type Dtype, itemSize, nbytes, torchName } from "@drydock/checkpoint";
import type { OutputTensor } from "../format.ts";

/** How PyTorch pickles a dtype: by its typed storage class, or (newer dtypes) as bytes with the dtype beside. */
const STORAGE_CLASS: Readonly<Record<Dtype, string | undefined>> = {
  BOOL: "BoolStorage",
  U8: "ByteStorage",
  I8: "CharStorage",
  F8_E5M2: undefined,
  F8_E4M3: undefined,
  F8_E8M0: undefined,
  F8_E4M3FNUZ: undefined,
  F8_E5M2FNUZ: undefined,
  I16: "ShortStorage",
  U16: undefined,
  F16: "HalfStorage",
  BF16: "BFloat16Storage",
  I32: "IntStorage",
  U32: undefined,
  F32: "FloatStorage",
  C64: "ComplexFloatStorage",
  F64: "DoubleStorage",
  I64: "LongStorage",
  U64: undefined,
};

const OP = {
  proto: 0x80,
  stop: 0x2e,
  mark: 0x28,
  global: 0x63,
  reduce: 0x52,
  binpersid: 0x51,
  binput: 0x71,
  longBinput: 0x72,
  binget: 0x68,
  longBinget: 0x6a,
  binunicode: 0x58,
  binint: 0x4a,
  binint1: 0x4b,
  binint2: 0x4d,
  long1: 0x8a,
  newfalse: 0x89,
  emptyTuple: 0x29,
  tuple: 0x74,
  setitem: 0x73,
  setitems: 0x75,
} as const;

/** TUPLE1, TUPLE2, TUPLE3. */
const SHORT_TUPLE = [0x85, 0x86, 0x87] as const;

const BATCH = 1000;

/** Constants of torch, which CPython keeps as one object wherever the same text comes from (P2). */
const INTERNED: ReadonlySet<string> = new Set(["storage", "cpu"]);

/**
 * The bytes of data.pkl. `storages[i]` is the number of the storage of tensor i: the record `data/<number>`,
 * counted in order of first use. Tensors are contiguous, on the CPU and without gradient.
 */
export function pickleStateDict(tensors: readonly OutputTensor[], storages: readonly number[]): Uint8Array {
  const out = byteBuffer();
  const memo = new Map<string, number>();
  let memoised = 0;

  /** P1. `key` names the object for a later reference. */
  function memoise(key?: string): void {
    if (key !== undefined) memo.set(key, memoised);
    if (memoised < 256) out.u8(OP.binput, memoised);
    else out.u8(OP.longBinput).u32(memoised);
    memoised++;
  }

  /** P2. Writes the reference if the object was met. */
  function remembered(key: string): boolean {
    const index = memo.get(key);
    if (index === undefined) return false;
    if (index < 256) out.u8(OP.binget, index);
    else out.u8(OP.longBinget).u32(index);
    return true;
  }

  function global(module: string, name: string): void {
    const key = `global ${module} ${name}`;
    if (remembered(key)) return;
    out.u8(OP.global).raw(Buffer.from(`${module}\n${name}\n`));
    memoise(key);
  }

  function text(value: string, identity?: string): void {
    const key = INTERNED.has(value) ? `text ${value}` : identity;
    if (key !== undefined && remembered(key)) return;
    const utf8 = Buffer.from(value);
    out.u8(OP.binunicode).u32(utf8.length).raw(utf8);
    memoise(key);
  }

  function int(value: number): void {
    if (value < 0x100) out.u8(OP.binint1, value);
    else if (value < 0x10000) out.u8(OP.binint2, value & 0xff, value >> 8);
    else if (value < 0x80000000) out.u8(OP.binint).u32(value);
    else {
      // Two's complement, little-endian, the fewest bytes that keep the top bit 0.
      const bytes: number[] = [];
      for (let rest = BigInt(value); rest > 0n; rest >>= 8n) bytes.push(Number(rest & 0xffn));
      if ((bytes.at(-1) ?? 0) > 0x7f) bytes.push(0);
      out.u8(OP.long1, bytes.length, ...bytes);
    }
  }

  function ints(values: readonly number[]): void {
    if (values.length === 0) {
      out.u8(OP.emptyTuple);
      return;
    }
    const short = SHORT_TUPLE[values.length - 1];
    if (short === undefined) out.u8(OP.mark);
    for (const value of values) int(value);
    out.u8(short ?? OP.tuple);
    memoise();
  }

  function orderedDict(): void {
    global("collections", "OrderedDict");
    out.u8(OP.emptyTuple, OP.reduce);
    memoise();
  }

  function storage(tensor: OutputTensor, number: number): void {
    const storageClass = STORAGE_CLASS[tensor.dtype];
    out.u8(OP.mark);
    text("storage");
    if (storageClass === undefined) global("torch.storage", "UntypedStorage");
    else global("torch", storageClass);
    text(String(number), `storage ${number}`);
    text("cpu");
    // Elements of a typed storage, bytes of an untyped one.
    int(nbytes(tensor) / (storageClass === undefined ? 1 : itemSize(tensor.dtype)));
    out.u8(OP.tuple);
    memoise();
    out.u8(OP.binpersid);
  }

  function tensor(value: OutputTensor, number: number): void {
    const untyped = STORAGE_CLASS[value.dtype] === undefined;
    global("torch._utils", untyped ? "_rebuild_tensor_v3" : "_rebuild_tensor_v2");
    out.u8(OP.mark);
    storage(value, number);
    int(0);
    ints(value.shape);
    ints(contiguousStrides(value.shape));
    out.u8(OP.newfalse);
    orderedDict();
    if (untyped) global("torch", torchName(value.dtype));
    out.u8(OP.tuple);
    memoise();
    out.u8(OP.reduce);
    memoise();
  }

  out.u8(OP.proto, 2);
  orderedDict();
  for (let start = 0; start < tensors.length; start += BATCH) {
    const batch = tensors.slice(start, start + BATCH);
    // P3
    if (batch.length > 1) out.u8(OP.mark);
    batch.forEach((value, i) => {
      text(value.name);
      tensor(value, storages[start + i] ?? 0);
    });
    out.u8(batch.length > 1 ? OP.setitems : OP.setitem);
  }
  out.u8(OP.stop);
  return out.done();
}

interface ByteBuffer {
  u8(...bytes: number[]): ByteBuffer;
  u32(value: number): ByteBuffer;
  raw(bytes: Uint8Array): ByteBuffer;
  done(): Uint8Array;
}

/** Bytes that grow by doubling; a pickle of 100,000 tensors has 11 MB. */
function byteBuffer(): ByteBuffer {
  let bytes = Buffer.alloc(1024);
  let length = 0;
  const room = (n: number) => {
    if (length + n <= bytes.length) return;
    const larger = Buffer.alloc(Math.max(2 * bytes.length, length + n));
    bytes.copy(larger, 0, 0, length);
    bytes = larger;
  };
  const self: ByteBuffer = {
    u8(...values) {
      room(values.length);
      for (const value of values) bytes[length++] = value;
      return self;
    },
    u32(value) {
      room(4);
      length = bytes.writeUInt32LE(value, length);
      return self;
    },
    raw(values) {
      room(values.length);
      bytes.set(values, length);
      length += values.length;
      return self;
    },
    done: () => bytes.subarray(0, length),
  };
  return self;
}
