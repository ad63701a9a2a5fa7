/**
 * Objects in S3 and stores that speak it.
 * S1 identity is the version id where the bucket keeps versions and the credentials may read them, else the ETag; every
 *    GET demands it.
 * S2 a key that ends with "/" is a folder: its direct objects are listed, the checkpoint's are pinned.
 */
import type { HeadObjectCommandOutput, S3Client } from "@aws-sdk/client-s3";
import {
  type ByteSource,
  CheckpointError,
  CheckpointSourceError,
  type Checksum,
  checkRange,
  type Identity,
  type Pin,
} from "@drydock/checkpoint";
import { readExactly } from "./body.ts";
import { changed } from "./failure.ts";
import { chooseObjects, demandFew, demandIndexSize, filesOfIndex, isIndex, isPlainName } from "./folder.ts";
import { optionsOfParams, parseS3Uri, type S3Place, s3Client, s3Error, s3Uri } from "./s3-client.ts";
import { type InputRef, makePin, type Source, type SourceContext } from "./source.ts";

/** Requests at once while the objects of a folder are pinned. */
const PIN_CONCURRENCY = 16;

export const s3Source: Source = {
  type: "s3",
  schemes: ["s3"],

  async pin(input, ctx) {
    const place = placeOf(input);
    const { key } = place;
    const folder = key.slice(0, key.lastIndexOf("/") + 1);
    if (key === folder) {
      const names = await listNames(place, ctx);
      const chosen = await chooseObjects(nameOf(place), names, (name) =>
        readIndex(input, at(place, key + name), name, ctx),
      );
      return await pinAll(input, place, folder, chosen, ctx);
    }
    if (isIndex(key)) {
      const name = key.slice(folder.length);
      const files = filesOfIndex(nameOf(place), await readIndex(input, place, name, ctx));
      return await pinAll(input, place, folder, [name, ...files].sort(), ctx);
    }
    return [await pinOne(input, "", place, ctx)];
  },

  async open(pin, ctx) {
    const place = parseS3Uri(pin.uri);
    const name = nameOf(place);
    const client = await s3Client(place.options, ctx.env ?? process.env).catch((e: unknown) => {
      throw s3Error(name, e);
    });
    return objectSource(pin, place, client, ctx);
  },
};

function objectSource(pin: Pin, place: S3Place, client: S3Client, ctx: SourceContext): ByteSource {
  const { identity, size } = pin;
  const name = nameOf(place);
  const demand = demandOf(identity, name);
  const source: ByteSource = {
    size,
    name,
    async read(start, end, ownSignal) {
      checkRange(source, start, end);
      if (start === end) return new Uint8Array();
      const signal = ownSignal ?? ctx.signal;
      try {
        const { GetObjectCommand } = await import("@aws-sdk/client-s3");
        const command = new GetObjectCommand({
          ...target(place),
          ...demand,
          Range: `bytes=${start}-${end - 1}`,
        });
        const answer = await client.send(command, abortable(signal));
        // In Node a body is a readable stream; the type covers browsers too.
        const body = answer.Body as (AsyncIterable<unknown> & { destroy(): void }) | undefined;
        try {
          const expected = `bytes ${start}-${end - 1}/${size}`;
          if (answer.ContentRange !== expected) throw wrongRange(name, expected, answer.ContentRange);
          if (identity.kind === "etag" && answer.ETag !== undefined && answer.ETag !== identity.etag) {
            throw changed(name, `was pinned with ETag ${identity.etag} and has ${answer.ETag} now`);
          }
          return await readExactly(body ?? [], end - start, name, signal);
        } finally {
          body?.destroy();
        }
      } catch (error) {
        throw s3Error(name, error, signal);
      }
    },
  };
  return source;
}

function wrongRange(name: string, expected: string, found: string | undefined): CheckpointError {
  const total = /\/(\d+)$/.exec(found ?? "")?.[1];
  const wanted = /\/(\d+)$/.exec(expected)?.[1];
  if (total !== undefined && total !== wanted) {
    return changed(name, `had ${wanted} bytes when it was pinned and has ${total} now`);
  }
  return new CheckpointSourceError(
    `${name}: asked for ${expected}, the store sent ${found ?? "the whole object"}`,
    {
      code: found === undefined ? "SOURCE_RANGE_IGNORED" : "SOURCE_RANGE_INVALID",
      details: { expected, found: found ?? null },
    },
  );
}

function demandOf(identity: Identity, name: string): { IfMatch: string } | { VersionId: string } {
  switch (identity.kind) {
    case "etag":
      return { IfMatch: identity.etag };
    case "version":
      return { VersionId: identity.versionId };
    default:
      throw new CheckpointError(`${name}: an S3 object pinned by ${identity.kind}`);
  }
}

async function pinAll(
  input: InputRef,
  place: S3Place,
  folder: string,
  names: readonly string[],
  ctx: SourceContext,
): Promise<Pin[]> {
  const pins: Pin[] = [];
  for (let i = 0; i < names.length; i += PIN_CONCURRENCY) {
    const some = names.slice(i, i + PIN_CONCURRENCY);
    pins.push(...(await Promise.all(some.map((name) => pinOne(input, name, at(place, folder + name), ctx)))));
  }
  return pins;
}

async function pinOne(input: InputRef, object: string, place: S3Place, ctx: SourceContext): Promise<Pin> {
  const asked = object === "" ? input.params.version_id : undefined;
  const head = await headObject(place, ctx, typeof asked === "string" ? asked : undefined);
  const size = head.ContentLength;
  if (size === undefined) throw new CheckpointSourceError(`${nameOf(place)}: the store tells no size`);
  return makePin({
    input: input.name,
    object,
    uri: s3Uri(place),
    size,
    identity: await identityOf(place, head, ctx),
    checksums: checksumsOf(head),
  });
}

/** S1. Reading a version needs a permission of its own, which is asked for here and not in the middle of a run. */
async function identityOf(
  place: S3Place,
  head: HeadObjectCommandOutput,
  ctx: SourceContext,
): Promise<Identity> {
  const { ETag: etag, VersionId: versionId } = head;
  if (versionId !== undefined && versionId !== "null") {
    try {
      await headObject(place, ctx, versionId);
      return { kind: "version", versionId };
    } catch (error) {
      if (!(error instanceof CheckpointError && error.kind === "denied")) throw error;
    }
  }
  if (etag === undefined || etag === "")
    throw new CheckpointSourceError(`${nameOf(place)}: the store gives no ETag`);
  return { kind: "etag", etag };
}

async function headObject(
  place: S3Place,
  ctx: SourceContext,
  versionId: string | undefined,
): Promise<HeadObjectCommandOutput> {
  try {
    const client = await s3Client(place.options, ctx.env ?? process.env);
    const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
    const command = new HeadObjectCommand({
      ...target(place),
      ChecksumMode: "ENABLED",
      ...(versionId === undefined ? {} : { VersionId: versionId }),
    });
    return await client.send(command, abortable(ctx.signal));
  } catch (error) {
    throw s3Error(nameOf(place), error, ctx.signal);
  }
}

/** Names of the objects directly in the folder; those no checkpoint has are left out. */
async function listNames(place: S3Place, ctx: SourceContext): Promise<string[]> {
  const names: string[] = [];
  try {
    const client = await s3Client(place.options, ctx.env ?? process.env);
    const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    let token: string | undefined;
    do {
      const { Bucket, RequestPayer } = target(place);
      const command = new ListObjectsV2Command({
        Bucket,
        RequestPayer,
        Prefix: place.key,
        Delimiter: "/",
        ContinuationToken: token,
      });
      const page = await client.send(command, abortable(ctx.signal));
      names.push(...(page.Contents ?? []).map(({ Key = "" }) => Key.slice(place.key.length)));
      token = page.NextContinuationToken;
      demandFew(nameOf(place), names.length);
    } while (token !== undefined);
  } catch (error) {
    throw s3Error(nameOf(place), error, ctx.signal);
  }
  return names.filter(isPlainName);
}

async function readIndex(
  input: InputRef,
  place: S3Place,
  name: string,
  ctx: SourceContext,
): Promise<Uint8Array> {
  const pin = await pinOne(input, name, place, ctx);
  demandIndexSize(nameOf(place), pin.size);
  const source = await s3Source.open(pin, ctx);
  return await source.read(0, pin.size, ctx.signal);
}

/** Of whole objects only: a composite checksum ("…-3") is one of part checksums. */
function checksumsOf(head: HeadObjectCommandOutput): Checksum[] {
  if (head.ChecksumType === "COMPOSITE") return [];
  const found: Checksum[] = [];
  for (const [algorithm, base64] of [
    ["sha256", head.ChecksumSHA256],
    ["crc32c", head.ChecksumCRC32C],
  ] as const) {
    if (base64 !== undefined && !base64.includes("-")) {
      found.push({ algorithm, value: Buffer.from(base64, "base64").toString("hex") });
    }
  }
  return found;
}

function placeOf(input: InputRef): S3Place {
  const { bucket, key } = input.params;
  const options = optionsOfParams(input.params);
  if (typeof bucket === "string" && typeof key === "string") return { bucket, key, options };
  const place = parseS3Uri(input.uri);
  return { ...place, options: { ...place.options, ...options } };
}

function at(place: S3Place, key: string): S3Place {
  return { ...place, key };
}

function target({ bucket, key, options }: S3Place): {
  readonly Bucket: string;
  readonly Key: string;
  readonly RequestPayer: "requester" | undefined;
} {
  return { Bucket: bucket, Key: key, RequestPayer: options.requestPayer };
}

/** For errors: where it is, without the options. */
function nameOf({ bucket, key }: S3Place): string {
  return `s3://${bucket}/${key}`;
}

function abortable(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal };
}
