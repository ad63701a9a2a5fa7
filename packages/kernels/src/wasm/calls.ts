/** Each kernel's call into the module; one line per kernel of index.ts. */

import { itemsizeOf } from "../byteswap.ts";
import { type CastDtype, castParams } from "../cast.ts";
import type { KernelParams, KernelStats } from "../kernel.ts";

type Cast = (src: number, dst: number, count: number) => void;

/** What kernels.wasm exports; addresses and counts in its memory. */
export interface WasmExports extends Readonly<Record<`${CastDtype}_${CastDtype}`, Cast>> {
  byteswap(itemsize: number, src: number, dst: number, bytes: number): void;
  /** Of the last cast. */
  readonly overflowed: { readonly value: number };
  readonly underflowed: { readonly value: number };
}

export type WasmCall = (
  wasm: WasmExports,
  params: KernelParams,
  src: number,
  dst: number,
  elements: number,
  stats: KernelStats,
) => void;

export const WASM_CALLS: Readonly<Record<string, WasmCall>> = {
  byteswap(wasm, params, src, dst, elements) {
    const itemsize = itemsizeOf(params);
    wasm.byteswap(itemsize, src, dst, elements * itemsize);
  },
  cast(wasm, params, src, dst, elements, stats) {
    const { from, to } = castParams(params);
    wasm[`${from}_${to}`](src, dst, elements);
    stats.overflowed += wasm.overflowed.value;
    stats.underflowed += wasm.underflowed.value;
  },
};
