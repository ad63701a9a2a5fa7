/** A sealed output folder, wherever a source can read it: its manifest and its files, object by object. */
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import {
  type ByteSource,
  CheckpointConfigError,
  CheckpointLoadError,
  CheckpointNotFoundError,
  MANIFEST_NAME,
} from "@drydock/checkpoint";
import { retry, retrying, type Source, sourceFor } from "@drydock/store";
import { MAX_MANIFEST_BYTES } from "./manifest.ts";

export interface OutputFolder {
  /** For messages. */
  readonly name: string;
  /** The folder's path when it is local. */
  readonly local: string | undefined;
  /** The caller closes it. Throws CheckpointNotFoundError while it is not there. */
  open(path: string, signal?: AbortSignal): Promise<ByteSource>;
  /** The bytes of drydock.json, or undefined while the folder is not sealed. */
  manifest(signal?: AbortSignal): Promise<Uint8Array | undefined>;
}

/** Pins of local files name a node; here it is only compared with itself. */
const HERE = "here";

/** `uri`: a local path, or file:, s3: or http(s): URI of the folder. */
export function outputFolder(uri: string): OutputFolder {
  const { source, base, query, local } = locate(uri);
  const name = local ?? uri;
  const open = async (path: string, signal?: AbortSignal): Promise<ByteSource> => {
    const ctx = { nodeId: HERE, ...(signal === undefined ? {} : { signal }) };
    const address = `${base}/${path.split("/").map(encodeURIComponent).join("/")}${query}`;
    const input = { name: "output", type: source.type, uri: address, params: {} };
    const pins = await retry(() => source.pin(input, ctx), {}, signal);
    // An index of safetensors is pinned together with what it names.
    const pin = pins.find((p) => p.object === "" || path.endsWith(p.object));
    if (pin === undefined) throw new CheckpointNotFoundError(`${name}: ${path} is not there`);
    return retrying(await source.open(pin, ctx));
  };
  return {
    name,
    local,
    open,
    async manifest(signal) {
      let file: ByteSource;
      try {
        file = await open(MANIFEST_NAME, signal);
      } catch (error) {
        if (error instanceof CheckpointNotFoundError) return undefined;
        throw error;
      }
      try {
        if (file.size > MAX_MANIFEST_BYTES) {
          throw new CheckpointLoadError(
            `${name}: ${MANIFEST_NAME} has ${file.size} bytes, at most ${MAX_MANIFEST_BYTES} are read`,
            { code: "MANIFEST_INVALID" },
          );
        }
        return await file.read(0, file.size, signal);
      } finally {
        await file.close?.();
      }
    },
  };
}

interface Located {
  readonly source: Source;
  /** Without trailing slash and query. */
  readonly base: string;
  readonly query: string;
  readonly local: string | undefined;
}

function locate(uri: string): Located {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(uri)) return locate(pathToFileURL(resolve(uri)).href);
  const [, base = "", query = ""] = /^([^?#]*)(\?[^#]*)?/.exec(uri) ?? [];
  const scheme = base.slice(0, base.indexOf(":")).toLowerCase();
  if (scheme !== "file")
    return { source: sourceFor(uri), base: base.replace(/\/+$/, ""), query, local: undefined };
  try {
    const url = new URL(base);
    url.host = "";
    const local = resolve(fileURLToPath(url));
    return { source: sourceFor("file"), base: pathToFileURL(local).href, query: "", local };
  } catch (cause) {
    const message = `"${uri}" is no file URI with an absolute path, such as file:///data/out`;
    throw new CheckpointConfigError([{ path: "", message }], { cause });
  }
}
