/**
 * Reads a pickle as data. Nothing is imported, looked up or called but the constructors of an allow-list, which return
 * data (calls.ts).
 *
 * P1  Exact (module, name) pairs are allowed; there is no prefix and no attribute walk.
 * P2  Policy "strict": a name that is not allowed is an error, whatever else the stream holds. The rest is still read,
 *     so that the error lists every such name, also where the stream breaks off later. Policy "inert": the name and
 *     what it would have been called with stay as opaque data.
 * P3  Items are set only on dicts and appended only to lists (and opaque data), state only on what can have some.
 * P4  No recursion, and no length is believed before the bytes are there (cursor.ts).
 */
import { CheckpointLoadError } from "@drydock/checkpoint";
import { type Fail, failure } from "../errors.ts";
import { FURTHER_STREAMS, GLOBALS_LISTED, LISTED } from "../limits.ts";
import type { Allowed, CallSite } from "./calls.ts";
import { type Run, runOpcodes } from "./machine.ts";
import { OP } from "./opcodes.ts";
import type { PyGlobal, PyValue } from "./values.ts";

export type PicklePolicy = "strict" | "inert";

export interface PickleOptions {
  /** For errors: the object, and the record in it. */
  readonly file: string;
  readonly policy: PicklePolicy;
  /** Allowed names besides Python's own data types; keyed "module name". */
  readonly allowed: ReadonlyMap<string, Allowed>;
  /** The value of a persistent id. */
  persistentLoad(id: PyValue, site: CallSite): PyValue;
}

export interface PickleResult {
  readonly value: PyValue;
  /** Names that are not allowed, each with its first use, at most GLOBALS_LISTED (policy "inert"). */
  readonly unknown: readonly PyGlobal[];
  readonly unknownCount: number;
  /** Times an equal key was set again; the last value counts, as in Python. */
  readonly duplicateKeys: number;
}

/** Throws CheckpointLoadError with a code PICKLE_*. */
export function runPickle(bytes: Buffer, options: PickleOptions): PickleResult {
  const fail = failure("pickle", options.file);
  const unknown = new Map<string, PyGlobal>();
  let result: Run;
  try {
    result = runOpcodes(bytes, options, unknown, fail);
    const left = bytes.length - result.length;
    if (left > 0) {
      scanMore(bytes.subarray(result.length), options, unknown, fail);
      throw fail("PICKLE_TRAILING_DATA", `${left} bytes follow the end`, result.length, { left });
    }
  } catch (error) {
    // P2: what was found before the stream broke still counts.
    if (error instanceof CheckpointLoadError) refuseUnknown(unknown, options.policy, fail, error);
    throw error;
  }
  refuseUnknown(unknown, options.policy, fail, undefined);
  const { value, duplicateKeys } = result;
  return {
    value,
    duplicateKeys,
    unknown: [...unknown.values()].slice(0, GLOBALS_LISTED),
    unknownCount: unknown.size,
  };
}

/** P2: names in further pickles behind the first are found too. */
function scanMore(rest: Buffer, options: PickleOptions, unknown: Map<string, PyGlobal>, fail: Fail): void {
  let at = 0;
  for (let tries = 0; tries < FURTHER_STREAMS && at < rest.length; tries++) {
    try {
      at += runOpcodes(rest.subarray(at), options, unknown, fail).length;
    } catch (error) {
      if (!(error instanceof CheckpointLoadError)) throw error;
      const next = rest.indexOf(OP.PROTO, at + 1);
      at = next < 0 ? rest.length : next;
    }
  }
}

function refuseUnknown(
  unknown: ReadonlyMap<string, PyGlobal>,
  policy: PicklePolicy,
  fail: Fail,
  broken: CheckpointLoadError | undefined,
): void {
  const [first, ...others] = unknown.values();
  if (first === undefined || policy === "inert") return;
  const named = others.slice(0, LISTED - 1).map(fullName);
  const more = unknown.size - 1 - named.length;
  const also = named.length === 0 ? "" : `; also ${named.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
  const after = broken === undefined ? "" : `; the stream then breaks: ${broken.message}`;
  throw fail(
    "PICKLE_GLOBAL_NOT_ALLOWED",
    `global ${fullName(first)} at offset ${first.offset} is not allowed${also}${after}`,
    first.offset,
    {
      module: shown(first.module),
      name: shown(first.name),
      globals: [...unknown.values()].slice(0, GLOBALS_LISTED).map(fullName),
      count: unknown.size,
    },
    "Nothing of the file was executed. Only the names that PyTorch's weights_only loading knows are read; a policy that keeps harmless other ones as opaque data (pickle: inert) is not offered to pipelines yet. Saving the state dict alone from the training code avoids them.",
  );
}

function fullName(global: PyGlobal): string {
  return `${shown(global.module)}.${shown(global.name)}`;
}

/** Names come from the file: escaped and cut before anybody prints them. */
function shown(text: string): string {
  return JSON.stringify(text.slice(0, 100)).slice(1, -1);
}
