/** Initial values that need no random numbers: one element repeated. */
import { CheckpointConfigError, type Dtype, itemSize } from "@drydock/checkpoint";
import type { Stream } from "./stream.ts";

/** Little-endian bytes of 1 in each dtype. */
const ONE: Readonly<Record<Dtype, string>> = {
  BOOL: "01",
  U8: "01",
  I8: "01",
  F8_E5M2: "3c",
  F8_E4M3: "38",
  F8_E8M0: "7f",
  F8_E4M3FNUZ: "40",
  F8_E5M2FNUZ: "40",
  I16: "0100",
  U16: "0100",
  F16: "003c",
  BF16: "803f",
  I32: "01000000",
  U32: "01000000",
  F32: "0000803f",
  C64: "0000803f00000000",
  F64: "000000000000f03f",
  I64: "0100000000000000",
  U64: "0100000000000000",
};

const METHODS: Readonly<Record<string, (dtype: Dtype) => Uint8Array>> = {
  zeros: (dtype) => new Uint8Array(itemSize(dtype)),
  ones: (dtype) => new Uint8Array(Buffer.from(ONE[dtype], "hex")),
};

/** The element every place gets. CheckpointConfigError for a method there is not, or a value the dtype has not. */
export function initElement(method: string, dtype: Dtype): Uint8Array {
  const make = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (make === undefined) {
    throw unknown(`no initialisation is named ${method}; there are ${Object.keys(METHODS).join(", ")}`);
  }
  // A scale of powers of two has no zero: its byte 0 means 2⁻¹²⁷.
  if (method === "zeros" && dtype === "F8_E8M0") throw unknown("F8_E8M0 has no zero");
  return make(dtype);
}

function unknown(message: string): CheckpointConfigError {
  return new CheckpointConfigError([{ path: "", message }], { code: "INIT_UNKNOWN" });
}

/** `element` repeated; `size` is a multiple of its length. */
export function initStream(element: Uint8Array, size: number): Stream {
  let at = 0;
  return {
    size,
    async fill(target) {
      const shift = at % element.length;
      const turned = new Uint8Array(element.length).map((_, i) => element[(i + shift) % element.length] ?? 0);
      // Buffer's fill repeats a pattern from the first byte of the target on.
      Buffer.from(target.buffer, target.byteOffset, target.byteLength).fill(turned);
      at += target.length;
    },
    async finish() {},
    close() {},
  };
}
