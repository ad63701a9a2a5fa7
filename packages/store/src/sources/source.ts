/**
 * A source: a place checkpoints come from. `pin` fixes what every object is; `open` reads exactly that and nothing
 * newer. To add one: a file here, a row in index.ts, and a test that runs sourceConformance (conformance.ts).
 *
 * B1 a pin is all that open needs: another fetcher, later, reads the same bytes from it. Options without which it
 *    could not (endpoint, region, path style, anonymous) stand in the pin's URI; secrets never do.
 * B2 a read gives exactly the bytes asked of exactly the object pinned, or fails; a changed object is kind "changed".
 * B3 a source makes one attempt. Retrying, merging, counting and limiting are wrappers.
 */
import { type ByteSource, type Pin, pinId } from "@drydock/checkpoint";

/** An input of a pipeline in its normal form. */
export interface InputRef {
  readonly name: string;
  readonly type: string;
  /** Canonical, without credentials. */
  readonly uri: string;
  /** Checked by the schema of the type. */
  readonly params: Readonly<Record<string, unknown>>;
}

/** Where and for whom a source works. */
export interface SourceContext {
  /** Of this node; goes into the pins of files only it can read. */
  readonly nodeId: string;
  /** Folders local sources may lie in; absent: anywhere. */
  readonly roots?: readonly string[];
  /** Folders every node sees under the same path. */
  readonly sharedRoots?: readonly string[];
  /** Default: the process's environment. */
  readonly env?: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal;
}

export interface Source {
  readonly type: string;
  /** Of the URIs it reads, without colon. */
  readonly schemes: readonly string[];
  /** One pin per object, in the order of their names; `object` is "" when the input is a single one. */
  pin(input: InputRef, ctx: SourceContext): Promise<Pin[]>;
  /** B2. The caller closes it. */
  open(pin: Pin, ctx: SourceContext): Promise<ByteSource>;
  /** Where on this node the object can be read in place, for sources that are local. */
  localPath?(pin: Pin): string;
}

/** The pin with its id. */
export function makePin(pin: Omit<Pin, "id">): Pin {
  return { id: pinId(pin), ...pin };
}
