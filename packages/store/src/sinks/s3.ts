/**
 * Outputs in S3 and stores that speak it: uploads stay uncompleted, and so invisible, until seal completes them.
 *
 * Seal, in this order: look (parts complete, nobody else's objects there) · mark "sealing" with the names involved ·
 * delete the manifest being replaced · complete the uploads · put the sidecars · delete what the old output leaves over
 * · put the manifest, if none has come meanwhile. From the mark on nothing stops it but a crash, and then the next
 * seal or discard goes by the mark.
 *
 * The conditional put is what keeps two writers apart where the store knows it (a 501 says it does not); elsewhere the
 * claim on the output's name does.
 */
import type { CompletedPart, S3Client } from "@aws-sdk/client-s3";
import {
  CheckpointError,
  crashPoint,
  MANIFEST_NAME,
  type ManifestFile,
  sha256Hex,
} from "@drydock/checkpoint";
import { isPlainName } from "../sources/folder.ts";
import { parseS3Uri, type S3Place, s3Client, s3Error } from "../sources/s3-client.ts";
import { S3Uploads } from "./s3-uploads.ts";
import {
  type Existing,
  existingOf,
  occupied,
  otherPlan,
  type Seal,
  type ShardPut,
  type Sink,
  type SinkContext,
  type SinkRun,
  type SinkType,
  shardMissing,
} from "./sink.ts";
import { throwIfCancelled } from "./staged.ts";

export const s3Sink: SinkType = {
  schemes: ["s3"],
  open(uri, ctx) {
    const place = parseS3Uri(uri);
    return new BucketSink({ ...place, key: place.key.replace(/\/+$/, "") }, ctx);
  },
};

/** What the mark holds. */
interface Sealing {
  /** All this seal makes, the manifest apart. */
  readonly made: readonly string[];
  /** Of the output being replaced and not made anew. */
  readonly stale: readonly string[];
}

/** So that looking at an output is one HEAD, whatever the size of its manifest. */
const PLAN = "drydock-plan";
const DIGEST = "drydock-sha256";

/** Completions at once; each may take a while at the store. */
const COMPLETE_CONCURRENCY = 8;

class BucketSink implements Sink {
  readonly name: string;
  readonly #place: S3Place;
  readonly #ctx: SinkContext;

  constructor(place: S3Place, ctx: SinkContext) {
    this.#place = place;
    this.#ctx = ctx;
    this.name = `s3://${place.bucket}/${place.key}`;
  }

  async existing(): Promise<Existing> {
    const head = await this.#head(MANIFEST_NAME);
    if (head === undefined) return { sealed: false };
    const { [PLAN]: planDigest, [DIGEST]: manifestDigest } = head.metadata;
    if (planDigest !== undefined && manifestDigest !== undefined)
      return { sealed: true, planDigest, manifestDigest };
    // Copied here by something that keeps no metadata.
    return existingOf(await this.#get(MANIFEST_NAME));
  }

  async putShard(shard: ShardPut): Promise<void> {
    demandPlain(shard.file);
    const before = await this.existing();
    if (before.sealed && before.planDigest === shard.planDigest) return;
    const completed = async (): Promise<boolean> => (await this.#head(shard.file))?.size === shard.fileSize;
    await (await this.#uploads(shard)).put(shard, completed);
  }

  async seal(seal: Seal): Promise<void> {
    for (const { path } of [...seal.files, ...seal.sidecars]) demandPlain(path);
    const { state } = this.#ctx;
    const mark = this.#mark(seal);
    const uploads = await this.#uploads(seal);
    const before = await this.existing();
    if (before.sealed && before.planDigest === seal.planDigest)
      return await this.#forget(uploads, seal, mark);
    if (before.sealed && seal.ifExists === "fail")
      throw otherPlan(this.name, before.planDigest, seal.planDigest);

    let sealing = sealingOf(await state.get(mark));
    const complete = await this.#demandComplete(uploads, seal, sealing !== undefined);
    throwIfCancelled(seal.signal);
    if (sealing === undefined) {
      const stale = before.sealed ? await this.#oldNames() : await this.#demandEmpty();
      const made = [...seal.files, ...seal.sidecars].map((file) => file.path);
      const wanted: Sealing = { made, stale: stale.filter((name) => !made.includes(name)) };
      sealing = sealingOf(await state.create(mark, JSON.stringify(wanted))) ?? wanted;
    }
    crashPoint("s3-sink.sealing");
    if (before.sealed) await this.#delete(MANIFEST_NAME);
    crashPoint("s3-sink.unsealed");
    for (let i = 0; i < complete.length; i += COMPLETE_CONCURRENCY) {
      const some = complete.slice(i, i + COMPLETE_CONCURRENCY);
      await Promise.all(some.map(([file, parts]) => this.#complete(uploads, file, parts)));
      crashPoint("s3-sink.completed");
    }
    for (const { path, bytes } of seal.sidecars) await this.#put(path, bytes, {});
    for (const name of sealing.stale) await this.#delete(name);
    crashPoint("s3-sink.sidecars");
    await this.#putManifest(seal);
    crashPoint("s3-sink.manifest");
    await this.#forget(uploads, seal, mark);
  }

  async discard(run: SinkRun): Promise<void> {
    const { state } = this.#ctx;
    const mark = this.#mark(run);
    const sealing = sealingOf(await state.get(mark));
    const before = await this.existing();
    const uploads = await this.#uploads(run);
    if (sealing !== undefined) {
      for (const name of sealing.made) await uploads.forget(name);
      // Completed without a manifest, or left over from an output whose manifest is gone.
      if (!before.sealed) for (const name of [...sealing.made, ...sealing.stale]) await this.#delete(name);
      await state.delete(mark);
    }
    await uploads.abortAll();
  }

  /** Each file's parts, for those that are not completed already. */
  async #demandComplete(
    uploads: S3Uploads,
    seal: Seal,
    begun: boolean,
  ): Promise<(readonly [ManifestFile, readonly CompletedPart[]])[]> {
    const complete: (readonly [ManifestFile, readonly CompletedPart[]])[] = [];
    for (const file of seal.files) {
      const parts = await uploads.parts(file);
      if (parts === undefined && begun && (await this.#head(file.path))?.size === file.size) continue;
      if (parts === undefined || "missing" in parts) {
        const { start, end } = file.parts[parts?.missing ?? 0] ?? { start: 0, end: file.size };
        throw shardMissing(this.name, file.path, start, end);
      }
      complete.push([file, parts]);
    }
    return complete;
  }

  async #complete(uploads: S3Uploads, file: ManifestFile, parts: readonly CompletedPart[]): Promise<void> {
    try {
      await uploads.complete(file.path, parts);
    } catch (error) {
      // The answer may have been lost, or another process was faster: what counts is what lies there.
      if ((await this.#head(file.path))?.size !== file.size) throw s3Error(this.name, error);
    }
  }

  async #putManifest(seal: Seal): Promise<void> {
    const metadata = { [PLAN]: seal.planDigest, [DIGEST]: sha256Hex(seal.manifest) };
    try {
      await this.#put(MANIFEST_NAME, seal.manifest, metadata, "*");
    } catch (error) {
      if (!(error instanceof CheckpointError)) throw error;
      if (error.details.status === 501) return await this.#put(MANIFEST_NAME, seal.manifest, metadata);
      const now = await this.existing();
      if (!now.sealed) throw error;
      if (now.planDigest !== seal.planDigest) throw otherPlan(this.name, now.planDigest, seal.planDigest);
    }
  }

  /** Files of the sealed output that is to be replaced, as its manifest names them. */
  async #oldNames(): Promise<string[]> {
    const bytes = await this.#get(MANIFEST_NAME);
    const manifest: unknown = bytes === undefined ? {} : JSON.parse(new TextDecoder().decode(bytes));
    const { files = [], sidecars = [] } = manifest as { files?: unknown[]; sidecars?: unknown[] };
    return [...files, ...sidecars]
      .map((file) => (file as { readonly path?: unknown } | null)?.path)
      .filter((path): path is string => typeof path === "string" && isPlainName(path));
  }

  /** Objects without a manifest of ours belong to somebody. */
  async #demandEmpty(): Promise<readonly []> {
    const { ListObjectsV2Command } = await import("@aws-sdk/client-s3");
    const prefix = this.#key("");
    const page = await this.#send((client) =>
      client.send(new ListObjectsV2Command({ Bucket: this.#place.bucket, Prefix: prefix, MaxKeys: 6 })),
    );
    // A "folder" object, as web consoles make them, is nothing.
    const found = (page.Contents ?? [])
      .map(({ Key = "" }) => Key.slice(prefix.length))
      .filter((name) => name !== "");
    if (found.length === 0) return [];
    const some = found.slice(0, 5);
    throw occupied(this.name, `holds objects that are no output of Drydock: ${some.join(", ")}`, {
      found: some,
    });
  }

  async #forget(uploads: S3Uploads, seal: Seal, mark: string): Promise<void> {
    for (const { path } of seal.files) await uploads.forget(path);
    await this.#ctx.state.delete(mark);
  }

  async #uploads({ planDigest }: SinkRun): Promise<S3Uploads> {
    const client = await this.#send(async (client) => client);
    return new S3Uploads(client, this.#place, this.#ctx.state, planDigest);
  }

  async #head(
    file: string,
  ): Promise<
    { readonly size: number | undefined; readonly metadata: Record<string, string | undefined> } | undefined
  > {
    const { HeadObjectCommand } = await import("@aws-sdk/client-s3");
    const head = await this.#ifThere((client) => client.send(new HeadObjectCommand(this.#target(file))));
    return head === undefined ? undefined : { size: head.ContentLength, metadata: head.Metadata ?? {} };
  }

  async #get(file: string): Promise<Uint8Array | undefined> {
    const { GetObjectCommand } = await import("@aws-sdk/client-s3");
    const object = await this.#ifThere((client) => client.send(new GetObjectCommand(this.#target(file))));
    return await object?.Body?.transformToByteArray();
  }

  async #put(
    file: string,
    bytes: Uint8Array,
    metadata: Record<string, string>,
    ifNoneMatch?: "*",
  ): Promise<void> {
    const { PutObjectCommand } = await import("@aws-sdk/client-s3");
    const command = new PutObjectCommand({
      ...this.#target(file),
      Body: bytes,
      Metadata: metadata,
      ...(ifNoneMatch === undefined ? {} : { IfNoneMatch: ifNoneMatch }),
    });
    await this.#send((client) => client.send(command));
  }

  async #delete(file: string): Promise<void> {
    const { DeleteObjectCommand } = await import("@aws-sdk/client-s3");
    await this.#send((client) => client.send(new DeleteObjectCommand(this.#target(file))));
  }

  async #ifThere<T>(work: (client: S3Client) => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#send(work);
    } catch (error) {
      if (!(error instanceof CheckpointError && error.kind === "not-found")) throw error;
      // A bucket that is not there is nothing one could write to either.
      if (error.cause instanceof Error && error.cause.name === "NoSuchBucket") throw error;
      return undefined;
    }
  }

  async #send<T>(work: (client: S3Client) => Promise<T>): Promise<T> {
    try {
      return await work(await s3Client(this.#place.options, this.#ctx.env ?? process.env));
    } catch (error) {
      throw s3Error(this.name, error);
    }
  }

  #target(file: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.#place.bucket, Key: this.#key(file) };
  }

  #key(file: string): string {
    return this.#place.key === "" ? file : `${this.#place.key}/${file}`;
  }

  #mark({ planDigest }: SinkRun): string {
    return `${this.name} ${planDigest} sealing`;
  }
}

function sealingOf(mark: string | undefined): Sealing | undefined {
  // Written by us, under a key of ours.
  return mark === undefined ? undefined : (JSON.parse(mark) as Sealing);
}

function demandPlain(path: string): void {
  if (!isPlainName(path)) throw new CheckpointError(`${JSON.stringify(path)} is no name of an output file`);
}
