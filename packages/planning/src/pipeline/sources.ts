/** The source types by name, as pipelines know them: parameters and URIs, no bytes. To add one: an entry here. */
import { z } from "zod";
import { createRegistry, type Described, type Registry } from "../described.ts";
import { fileUri, localPlace } from "./uri.ts";

/** A source's parameters in the pipeline file. packages/store has the code of the same name that reads it. */
export interface SourceType extends Described {
  /** Other names a user may write. */
  readonly aliases?: readonly string[];
  /** Of URIs that mean this type, without colon. */
  readonly schemes: readonly string[];
  /** Parameters of a URI of one of the schemes, or a sentence saying what is wrong with it. */
  fromUri(uri: string): Readonly<Record<string, unknown>> | string;
  /** Canonical URI and parameters, of parameters that passed the schema; or a sentence saying what is wrong. */
  resolve(params: Readonly<Record<string, unknown>>): ResolvedSource | string;
}

export interface ResolvedSource {
  readonly uri: string;
  readonly params: Readonly<Record<string, unknown>>;
}

const text = z.string().min(1, "expected text");
const sha256 = z
  .string()
  .regex(/^[0-9a-fA-F]{64}$/, "expected a SHA-256 of 64 hexadecimal digits")
  .toLowerCase();

const file: SourceType = {
  name: "file",
  aliases: ["local"],
  schemes: ["file"],
  uris: ["path"],
  params: z.strictObject({ path: text }),
  fromUri: (uri) => ({ path: uri }),
  resolve(params) {
    const place = localPlace(String(params.path));
    return typeof place === "string" ? place : { uri: fileUri(place), params: { ...place } };
  },
};

const http: SourceType = {
  name: "http",
  aliases: ["https"],
  schemes: ["http", "https"],
  uris: ["url"],
  params: z.strictObject({ url: text, sha256: sha256.optional(), expected_checksum: sha256.optional() }),
  fromUri: (uri) => ({ url: uri }),
  resolve(params) {
    const given = String(params.url);
    const url = URL.parse(given);
    if (url === null || !["http:", "https:"].includes(url.protocol)) {
      return `"${given}" is no http or https URL with a host`;
    }
    if (params.sha256 !== undefined && params.expected_checksum !== undefined) {
      return "sha256 and expected_checksum mean the same; give one";
    }
    url.hash = "";
    const checksum = params.sha256 ?? params.expected_checksum;
    return {
      uri: url.href,
      params: { url: url.href, ...(checksum === undefined ? {} : { sha256: checksum }) },
    };
  },
};

const s3: SourceType = {
  name: "s3",
  schemes: ["s3"],
  uris: [],
  params: z.strictObject({
    bucket: text,
    key: text,
    endpoint: text.optional(),
    region: text.optional(),
    path_style: z.boolean().optional(),
    anonymous: z.boolean().optional(),
    version_id: text.optional(),
    request_payer: z.enum(["requester"]).optional(),
  }),
  fromUri(uri) {
    const match = /^s3:\/\/([^/?#]+)\/([^?#]+)$/i.exec(uri);
    const [, bucket, key] = match ?? [];
    if (bucket === undefined || key === undefined) return `"${uri}" is not of the form s3://bucket/key`;
    return { bucket, key: decode(key) };
  },
  resolve(params) {
    const { bucket, key, endpoint } = params;
    if (endpoint !== undefined && !/^https?:\/\/[^/]/.test(String(endpoint))) {
      return `endpoint "${String(endpoint)}" is no http or https URL`;
    }
    const path = String(key).split("/").map(encodeURIComponent).join("/");
    return { uri: `s3://${String(bucket)}/${path}`, params };
  },
};

export const sourceTypes: Registry<SourceType> = createRegistry("source type", [file, http, s3]);

export function registerSourceType(type: SourceType): void {
  sourceTypes.add(type);
}

/** By name or alias. */
export function findSourceType(name: string): SourceType | undefined {
  return sourceTypes.find(name) ?? sourceTypes.all().find((type) => type.aliases?.includes(name) === true);
}

export function sourceTypeOfScheme(scheme: string): SourceType | undefined {
  return sourceTypes.all().find((type) => type.schemes.includes(scheme));
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
