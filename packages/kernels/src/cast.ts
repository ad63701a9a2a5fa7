/**
 * The kernel "cast": params {from, to}, two different dtypes of F64, F32, F16, BF16.
 *
 * Rounds to nearest even, keeps subnormals, overflows to infinity. 64-bit goes to 16-bit through 32-bit and 16-bit to
 * 16-bit through 32-bit, as PyTorch does. A NaN becomes the quiet NaN of its sign with no payload (payloads differ
 * between machines). Statistics compare the source with the result, whatever lies between.
 */
import { itemSize } from "@drydock/checkpoint";
import { elementwise } from "./elementwise.ts";
import type { KernelParams } from "./kernel.ts";
import { castReference } from "./ts/cast.ts";

export const CAST_DTYPES = ["F64", "F32", "F16", "BF16"] as const;
export type CastDtype = (typeof CAST_DTYPES)[number];

export interface CastParams {
  readonly from: CastDtype;
  readonly to: CastDtype;
}

function isCastDtype(value: unknown): value is CastDtype {
  return CAST_DTYPES.some((dtype) => dtype === value);
}

function problems(params: KernelParams) {
  const found = (["from", "to"] as const)
    .filter((key) => !isCastDtype(params[key]))
    .map((key) => ({
      path: key,
      message: `kernel cast knows ${CAST_DTYPES.join(", ")}, got ${JSON.stringify(params[key]) ?? "nothing"}`,
    }));
  if (found.length === 0 && params.from === params.to) {
    found.push({ path: "to", message: `kernel cast from ${params.from} to itself does nothing` });
  }
  return found;
}

/** Params that have passed the kernel's check. */
export function castParams(params: KernelParams): CastParams {
  const { from, to } = params;
  if (!isCastDtype(from) || !isCastDtype(to)) throw new TypeError("cast: unchecked params");
  return { from, to };
}

export const cast = elementwise({
  name: "cast",
  known: ["from", "to"],
  problems,
  elementBytes(params) {
    const { from, to } = castParams(params);
    return { input: itemSize(from), output: itemSize(to) };
  },
  run(params, input, output, stats) {
    castReference(castParams(params), input, output, stats);
  },
});
