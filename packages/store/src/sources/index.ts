/** The sources by type. To add one: its file and a row here; or, from outside the repository, registerSource. */
import { CheckpointConfigError } from "@drydock/checkpoint";
import { fileSource } from "./file.ts";
import { httpSource } from "./http.ts";
import { s3Source } from "./s3.ts";
import type { Source } from "./source.ts";

const SOURCES: Record<string, Source> = { file: fileSource, http: httpSource, s3: s3Source };

/** By type name ("s3") or by URI ("s3://bucket/key"). */
export function sourceFor(typeOrUri: string): Source {
  if (Object.hasOwn(SOURCES, typeOrUri)) return SOURCES[typeOrUri] as Source;
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(typeOrUri)?.[1]?.toLowerCase();
  const found = Object.values(SOURCES).find(
    (source) => scheme !== undefined && source.schemes.includes(scheme),
  );
  if (found !== undefined) return found;
  throw new CheckpointConfigError([
    {
      path: "",
      message: `no source for "${scheme ?? typeOrUri}"; there are ${Object.keys(SOURCES).sort().join(", ")}`,
    },
  ]);
}

/** Adds a source of a plugin; a name or scheme that is taken is an error. */
export function registerSource(source: Source): void {
  const taken = Object.values(SOURCES).find(
    (other) => other.type === source.type || other.schemes.some((s) => source.schemes.includes(s)),
  );
  if (taken !== undefined && taken !== source) {
    throw new CheckpointConfigError([
      {
        path: "",
        message: `source ${source.type} (${source.schemes.join(", ")}) collides with ${taken.type} (${taken.schemes.join(", ")})`,
      },
    ]);
  }
  SOURCES[source.type] = source;
}

export { createHttpSource } from "./http.ts";
export { localPathOf } from "./local-path.ts";
export { redactUri } from "./redact.ts";
export * from "./source.ts";
