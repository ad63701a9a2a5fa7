/** The sinks by URI scheme. To add one: its file and a row here. */
import { CheckpointConfigError } from "@drydock/checkpoint";
import { fileSink } from "./file.ts";
import { s3Sink } from "./s3.ts";
import type { Sink, SinkContext, SinkType } from "./sink.ts";

const SINKS: Readonly<Record<string, SinkType>> = { file: fileSink, s3: s3Sink };

/** The sink for an output's URI; opening does no I/O. */
export function openSink(uri: string, ctx: SinkContext): Sink {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(uri)?.[1]?.toLowerCase();
  const found = Object.values(SINKS).find((sink) => scheme !== undefined && sink.schemes.includes(scheme));
  if (found !== undefined) return found.open(uri, ctx);
  const valid = Object.keys(SINKS).sort().join(", ");
  const why =
    scheme === "http" || scheme === "https"
      ? "a web server can be read from, not written to"
      : `no sink for "${scheme ?? uri}"`;
  throw new CheckpointConfigError([{ path: "output.uri", message: `${why}; outputs go to ${valid}` }]);
}

export * from "./sink.ts";
