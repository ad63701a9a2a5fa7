/** The kernel "byteswap": params {itemsize: 2, 4 or 8}; each element's bytes in the opposite order. */
import { elementwise } from "./elementwise.ts";
import type { KernelParams } from "./kernel.ts";

const SIZES: readonly unknown[] = [2, 4, 8];

/** Params that have passed the kernel's check. */
export function itemsizeOf(params: KernelParams): number {
  const { itemsize } = params;
  if (typeof itemsize !== "number" || !SIZES.includes(itemsize)) {
    throw new TypeError("byteswap: unchecked params");
  }
  return itemsize;
}

export const byteswap = elementwise({
  name: "byteswap",
  known: ["itemsize"],
  problems({ itemsize }) {
    if (SIZES.includes(itemsize)) return [];
    const got = JSON.stringify(itemsize) ?? "nothing";
    return [{ path: "itemsize", message: `kernel byteswap knows ${SIZES.join(", ")}, got ${got}` }];
  },
  elementBytes(params) {
    const itemsize = itemsizeOf(params);
    return { input: itemsize, output: itemsize };
  },
  run(params, input, output) {
    output.set(input);
    const swapped = Buffer.from(output.buffer, output.byteOffset, output.byteLength);
    const itemsize = itemsizeOf(params);
    if (itemsize === 2) swapped.swap16();
    else if (itemsize === 4) swapped.swap32();
    else swapped.swap64();
  },
});
