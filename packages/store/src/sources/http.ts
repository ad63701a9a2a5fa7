/**
 * Objects behind http and https URLs, read by ranges.
 * H1 the size, the strong ETag and that ranges work at all are learnt by one GET of the first byte: HEAD is answered
 *    wrongly by some servers and refused by URLs signed for GET.
 * H2 every read demands the pinned ETag (If-Match) and looks at what came: a 200, another range, another total,
 *    another tag, an encoded body are five different errors.
 * H3 a weak ETag says nothing about bytes; such an object is pinned by its size alone.
 */
import type { IncomingMessage } from "node:http";
import {
  type ByteSource,
  CheckpointError,
  CheckpointSourceError,
  type Checksum,
  checkRange,
  type Identity,
  type Pin,
} from "@drydock/checkpoint";
import { changed, retryAfterMs, statusError } from "./failure.ts";
import { demandIndexSize, filesOfIndex, isIndex } from "./folder.ts";
import { HTTP_LIMITS, type HttpLimits, httpGet, parseUrl, readBody } from "./http-get.ts";
import { holdsSecret, redactUri } from "./redact.ts";
import { type InputRef, makePin, type Source, type SourceContext } from "./source.ts";

export const httpSource: Source = createHttpSource(HTTP_LIMITS);

export function createHttpSource(limits: HttpLimits): Source {
  return {
    type: "http",
    schemes: ["http", "https"],

    async pin(input, ctx) {
      const url = parseUrl(input.uri);
      if (holdsSecret(input.uri)) {
        throw new CheckpointSourceError(`${redactUri(input.uri)}: a signed URL, which a pin may not keep`, {
          kind: "config",
          code: "SOURCE_URL_INVALID",
          remedy: "read the object from its store (s3://…), where the fetcher has credentials of its own",
        });
      }
      if (!isIndex(url.pathname)) return [await pinOne(input, "", input.uri, ctx, limits)];
      const object = decodeURIComponent(url.pathname.slice(url.pathname.lastIndexOf("/") + 1));
      const index = await pinOne(input, object, input.uri, ctx, limits);
      demandIndexSize(input.uri, index.size);
      const bytes = await openPinned(index, ctx, limits).read(0, index.size, ctx.signal);
      const pins = [index];
      for (const file of filesOfIndex(input.uri, bytes)) {
        const beside = new URL(file.split("/").map(encodeURIComponent).join("/"), url);
        beside.search = url.search;
        pins.push(await pinOne(input, file, beside.href, ctx, limits));
      }
      return pins.sort((a, b) => (a.object < b.object ? -1 : 1));
    },

    async open(pin, ctx) {
      return openPinned(pin, ctx, limits);
    },
  };
}

function openPinned(pin: Pin, ctx: SourceContext, limits: HttpLimits): ByteSource {
  const name = redactUri(pin.uri);
  const { identity, size } = pin;
  if (identity.kind !== "etag" && identity.kind !== "size") {
    throw new CheckpointError(`${name}: a URL pinned by ${identity.kind}`);
  }
  const tag = identity.kind === "etag" ? identity.etag : undefined;
  const source: ByteSource = {
    size,
    name,
    async read(start, end, signal) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array();
      const response = await httpGet(pin.uri, {
        headers: { range: rangeHeader(start, end), ...(tag === undefined ? {} : { "if-match": tag }) },
        env: ctx.env ?? process.env,
        limits,
        expectBytes: end - start,
        signal: signal ?? ctx.signal,
      });
      try {
        demandRange(response, { name, start, end, size, tag });
        return await readBody(response, end - start, name, signal ?? ctx.signal);
      } finally {
        response.destroy();
      }
    },
  };
  return source;
}

/** The one place that knows HTTP's inclusive form. */
function rangeHeader(start: number, end: number): string {
  return `bytes=${start}-${end - 1}`;
}

interface Asked {
  readonly name: string;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly tag: string | undefined;
}

/** H2. */
function demandRange(response: IncomingMessage, asked: Asked): void {
  const { name, start, end, size, tag } = asked;
  const { statusCode = 0, headers } = response;
  if (statusCode === 200) {
    if (tag !== undefined && headers.etag !== undefined && headers.etag !== tag)
      throw tagChanged(name, tag, headers.etag);
    throw new CheckpointSourceError(
      `${name}: asked for bytes [${start}, ${end}) of ${size}, the server answered 200 with the whole`,
      { code: "SOURCE_RANGE_IGNORED", details: { start, end, size, status: 200 } },
    );
  }
  if (statusCode !== 206) throw statusOf(response, name);
  demandIdentity(response, name);
  const range = contentRange(headers["content-range"]);
  if (range?.start !== start || range.end !== end) {
    throw new CheckpointSourceError(
      `${name}: asked for bytes [${start}, ${end}), the server sent ${headers["content-range"] ?? headers["content-type"] ?? "no range"}`,
      {
        code: "SOURCE_RANGE_INVALID",
        details: { expected: rangeHeader(start, end), found: headers["content-range"] ?? null },
      },
    );
  }
  if (range.total !== undefined && range.total !== size) {
    throw changed(name, `had ${size} bytes when it was pinned and has ${range.total} now`, {
      expected: size,
      found: range.total,
    });
  }
  if (tag !== undefined && headers.etag !== undefined && headers.etag !== tag)
    throw tagChanged(name, tag, headers.etag);
}

function tagChanged(name: string, expected: string, found: string): CheckpointError {
  return changed(name, `was pinned with ETag ${expected} and has ${found} now`, { expected, found });
}

function demandIdentity(response: IncomingMessage, name: string): void {
  const encoding = response.headers["content-encoding"];
  if (encoding === undefined || encoding === "identity") return;
  throw new CheckpointSourceError(
    `${name}: the server encodes what it sends (${encoding}); ranges of that are useless`,
    {
      kind: "config",
      code: "SOURCE_ENCODED",
      details: { expected: "identity", found: encoding },
      remedy: "switch the compression of this file off at the server, or read it from elsewhere",
    },
  );
}

function statusOf(response: IncomingMessage, name: string): CheckpointError {
  const wait = retryAfterMs(response.headers["retry-after"], Date.now());
  return statusError(name, response.statusCode ?? 0, wait === undefined ? {} : { retryAfterMs: wait });
}

async function pinOne(
  input: InputRef,
  object: string,
  uri: string,
  ctx: SourceContext,
  limits: HttpLimits,
): Promise<Pin> {
  const name = redactUri(uri);
  const response = await httpGet(uri, {
    headers: { range: rangeHeader(0, 1) },
    env: ctx.env ?? process.env,
    limits,
    expectBytes: 1,
    signal: ctx.signal,
  });
  try {
    const { statusCode = 0, headers } = response;
    const range = contentRange(headers["content-range"]);
    const empty =
      (statusCode === 416 && range?.total === 0) || (statusCode === 200 && headers["content-length"] === "0");
    if (statusCode === 200 && !empty) throw noRanges(name, headers["content-length"]);
    if (statusCode !== 206 && !empty) throw statusOf(response, name);
    if (!empty) demandIdentity(response, name);
    const size = empty ? 0 : range?.total;
    if (size === undefined || (!empty && (range?.start !== 0 || range.end !== 1))) {
      throw new CheckpointSourceError(
        `${name}: asked for the first byte, the server sent ${headers["content-range"] ?? "no Content-Range"}`,
        { code: "SOURCE_RANGE_INVALID", details: { found: headers["content-range"] ?? null } },
      );
    }
    if (!empty) await readBody(response, 1, name, ctx.signal);
    return makePin({
      input: input.name,
      object,
      uri,
      size,
      identity: identityOf(headers.etag),
      checksums: checksumsOf(headers, object === "" ? input.params.sha256 : undefined),
    });
  } finally {
    response.destroy();
  }
}

function noRanges(name: string, length: string | undefined): CheckpointError {
  return new CheckpointSourceError(
    `${name}: the server does not serve ranges (it answered 200 with ${length ?? "an unknown number of"} bytes)`,
    {
      kind: "config",
      code: "SOURCE_NO_RANGES",
      remedy:
        "download the file and name the local copy, or serve it by a server that knows Range (nginx, S3, …)",
    },
  );
}

/** H3. */
function identityOf(etag: string | undefined): Identity {
  return etag !== undefined && /^"[^"]*"$/.test(etag) ? { kind: "etag", etag } : { kind: "size" };
}

interface ContentRange {
  readonly start: number | undefined;
  readonly end: number | undefined;
  readonly total: number | undefined;
}

/** "bytes 0-9/100" or "bytes *\/100", end-exclusive from here on. */
function contentRange(header: string | undefined): ContentRange | undefined {
  const match = /^bytes (?:(\d+)-(\d+)|\*)\/(\d+|\*)$/.exec(header ?? "");
  if (match === null) return undefined;
  const [, first, last, total] = match;
  return {
    start: first === undefined ? undefined : Number(first),
    end: last === undefined ? undefined : Number(last) + 1,
    total: total === undefined || total === "*" ? undefined : Number(total),
  };
}

/** Checksums of the whole object. Content-MD5 is not among them: in an answer to a range it is that range's. */
function checksumsOf(headers: IncomingMessage["headers"], sha256: unknown): Checksum[] {
  const found = new Map<Checksum["algorithm"], string>();
  const goog = [headers["x-goog-hash"]].flat().join(",");
  const take = (algorithm: Checksum["algorithm"], base64: string | undefined): void => {
    if (base64 !== undefined) found.set(algorithm, Buffer.from(base64, "base64").toString("hex"));
  };
  take("crc32c", /\bcrc32c=([A-Za-z0-9+/]{6}==)/.exec(goog)?.[1]);
  take("md5", /\bmd5=([A-Za-z0-9+/]{22}==)/.exec(goog)?.[1]);
  take("sha256", /\bsha-256=:([A-Za-z0-9+/]{43}=):/.exec([headers["repr-digest"]].flat().join(","))?.[1]);
  // What the user states is what must be found in the end.
  if (typeof sha256 === "string") found.set("sha256", sha256.toLowerCase());
  return [...found].map(([algorithm, value]) => ({ algorithm, value }));
}
