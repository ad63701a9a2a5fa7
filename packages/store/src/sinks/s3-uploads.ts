/**
 * Multipart uploads of one output: one upload per file, shared by all nodes.
 * U1 an upload is begun once: the file is marked as begun before the store is told, the id is recorded before the first
 *    part, and of two that begin at once one id wins and the other's upload is aborted. An upload whose id was lost in
 *    a crash is found again by the mark.
 * U2 a part's number follows from its shard's place alone, so that a repeat replaces it and nobody counts.
 * U3 what is sent is signed with its SHA-256: the store refuses bytes that are not the shard's.
 */
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { CompletedPart, S3Client } from "@aws-sdk/client-s3";
import { CheckpointConfigError, CheckpointError, crashPoint, type ManifestFile } from "@drydock/checkpoint";
import { type S3Place, s3Error } from "../sources/s3-client.ts";
import { retry } from "../wrappers/retry.ts";
import type { ShardPut, SinkState } from "./sink.ts";
import { openStaged, readStaged } from "./staged.ts";

/** The store's own limits. */
const MAX_PARTS = 10_000;
const MIN_PART_BYTES = 5 * 2 ** 20;
/** A part that fails is sent anew as a whole; at this size that costs seconds. The store's own limit is 5 GiB. */
const MAX_PART_BYTES = 512 * 2 ** 20;

export interface UploadPart {
  readonly number: number;
  /** Within the file. */
  readonly start: number;
  readonly end: number;
}

/** U2. The parts of a shard: one, or several of MAX_PART_BYTES for a large one. */
export function partsOf(
  shard: Pick<ShardPut, "file" | "fileSize" | "start" | "end" | "shardIndexInFile" | "shardsInFile">,
  maxPartBytes = MAX_PART_BYTES,
): UploadPart[] {
  const { file, fileSize, start, end, shardIndexInFile, shardsInFile } = shard;
  const stride = Math.floor(MAX_PARTS / shardsInFile);
  const count = Math.max(1, Math.ceil((end - start) / maxPartBytes));
  if (count > stride || (end < fileSize && end - start < MIN_PART_BYTES)) {
    throw new CheckpointConfigError([
      {
        path: "output.shard_bytes",
        message:
          `a shard of ${end - start} bytes (${shardsInFile} of them in ${file}) can not be uploaded: S3 takes ` +
          `${MAX_PARTS} parts of ${MIN_PART_BYTES} bytes and more`,
      },
    ]);
  }
  return Array.from({ length: count }, (_, i) => ({
    number: shardIndexInFile * stride + i + 1,
    start: start + i * maxPartBytes,
    end: Math.min(start + (i + 1) * maxPartBytes, end),
  }));
}

export class S3Uploads {
  readonly #client: S3Client;
  readonly #place: S3Place;
  readonly #state: SinkState;
  readonly #planDigest: string;
  readonly #name: string;
  readonly #pageSize: number;

  constructor(client: S3Client, place: S3Place, state: SinkState, planDigest: string, pageSize = 1000) {
    this.#pageSize = pageSize;
    this.#client = client;
    this.#place = place;
    this.#state = state;
    this.#planDigest = planDigest;
    this.#name = `s3://${place.bucket}/${place.key}`;
  }

  /** Sends the parts of a shard that are not there yet. `completed` tells whether the whole file is. */
  async put(shard: ShardPut, completed: () => Promise<boolean>): Promise<void> {
    const parts = partsOf(shard);
    const digests = await this.#digests(shard, parts);
    try {
      await this.#putParts(shard, parts, digests);
    } catch (error) {
      if (!isNotFound(error) || (await this.#state.get(this.#key("upload", shard.file))) === undefined)
        throw error;
      // The upload ended: completed by a seal, or aborted, by a rule of the bucket for one.
      if (await completed()) return;
      await this.forget(shard.file);
      await this.#putParts(shard, parts, digests);
    }
  }

  async #putParts(shard: ShardPut, parts: readonly UploadPart[], digests: readonly string[]): Promise<void> {
    const uploadId = await this.#begin(shard.file);
    const there = await this.#list(shard.file, uploadId, parts[0]?.number, parts.length);
    for (const [i, part] of parts.entries()) {
      if (there.get(part.number)?.size === part.end - part.start) {
        shard.progress?.(part.end - part.start);
        continue;
      }
      await retry(() => this.#send(shard, uploadId, part, digests[i] ?? ""), {}, shard.signal);
      crashPoint("s3-sink.part");
    }
  }

  /** The parts to complete a file with; the first range that is missing; or undefined when there is no upload. */
  async parts(
    file: ManifestFile,
  ): Promise<readonly CompletedPart[] | { readonly missing: number } | undefined> {
    const uploadId = await this.#state.get(this.#key("upload", file.path));
    if (uploadId === undefined) return undefined;
    const found = await this.#list(file.path, uploadId).catch((error: unknown) => {
      if (isNotFound(error)) return undefined;
      throw error;
    });
    if (found === undefined) return undefined;
    const wanted: CompletedPart[] = [];
    for (const [i, { start, end }] of file.parts.entries()) {
      const shard = {
        file: file.path,
        fileSize: file.size,
        start,
        end,
        shardIndexInFile: i,
        shardsInFile: file.parts.length,
      };
      for (const part of partsOf(shard)) {
        const there = found.get(part.number);
        if (there?.size !== part.end - part.start) return { missing: i };
        wanted.push({ PartNumber: part.number, ETag: there.etag });
      }
    }
    return wanted;
  }

  /** Makes the file visible. An answer that was lost is told from a failure by the caller. */
  async complete(file: string, parts: readonly CompletedPart[]): Promise<void> {
    const uploadId = await this.#state.get(this.#key("upload", file));
    const { CompleteMultipartUploadCommand } = await import("@aws-sdk/client-s3");
    const command = new CompleteMultipartUploadCommand({
      ...this.#target(file),
      UploadId: uploadId,
      MultipartUpload: { Parts: [...parts] },
    });
    await this.#client.send(command);
  }

  /**
   * U1. Every upload of a file this plan began, and what is remembered of it; those of another plan too, which the
   * claim on the output keeps from being at work.
   */
  async abortAll(): Promise<void> {
    const files = new Set<string>();
    const { ListMultipartUploadsCommand } = await import("@aws-sdk/client-s3");
    const prefix = this.#target("").Key;
    let marker: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {};
    while (marker !== undefined) {
      const page = await this.#named(() =>
        this.#client.send(
          new ListMultipartUploadsCommand({
            Bucket: this.#place.bucket,
            Prefix: prefix,
            MaxUploads: this.#pageSize,
            ...marker,
          }),
        ),
      );
      for (const { Key = "", UploadId = "" } of page.Uploads ?? []) {
        const file = Key.slice(prefix.length);
        if ((await this.#state.get(this.#key("begun", file))) === undefined) continue;
        await this.#abort(file, UploadId);
        files.add(file);
      }
      marker = page.IsTruncated
        ? {
            ...(page.NextKeyMarker === undefined ? {} : { KeyMarker: page.NextKeyMarker }),
            ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
          }
        : undefined;
    }
    for (const file of files) await this.forget(file);
  }

  async forget(file: string): Promise<void> {
    await this.#state.delete(this.#key("upload", file));
    await this.#state.delete(this.#key("begun", file));
  }

  /** U1. */
  async #begin(file: string): Promise<string> {
    const key = this.#key("upload", file);
    const known = await this.#state.get(key);
    if (known !== undefined) return known;
    await this.#state.create(this.#key("begun", file), "1");
    crashPoint("s3-sink.begun");
    const { CreateMultipartUploadCommand } = await import("@aws-sdk/client-s3");
    const { UploadId: mine = "" } = await this.#named(() =>
      this.#client.send(new CreateMultipartUploadCommand(this.#target(file))),
    );
    crashPoint("s3-sink.created");
    const winner = await this.#state.create(key, mine);
    if (winner !== mine) await this.#abort(file, mine);
    crashPoint("s3-sink.recorded");
    return winner;
  }

  async #send(shard: ShardPut, uploadId: string, part: UploadPart, sha256: string): Promise<void> {
    const { UploadPartCommand } = await import("@aws-sdk/client-s3");
    const length = part.end - part.start;
    const offset = part.start - shard.start;
    const body = createReadStream(shard.localPath, {
      start: offset,
      end: offset + length - 1,
      highWaterMark: 2 ** 18,
    });
    // An empty range has no inclusive form.
    const command = new UploadPartCommand({
      ...this.#target(shard.file),
      UploadId: uploadId,
      PartNumber: part.number,
      Body: length === 0 ? new Uint8Array() : body,
      ContentLength: length,
    });
    command.middlewareStack.add(
      (next) => async (args) => {
        // Requests of this client are HTTP requests; the SDK's type leaves that open.
        const { headers } = args.request as { headers: Record<string, string> };
        headers["x-amz-content-sha256"] = sha256;
        return await next(args);
      },
      { step: "build", name: "drydockContentSha256" },
    );
    body.on("data", (chunk) => shard.progress?.(chunk.length));
    // Paused until the request reads it.
    body.pause();
    try {
      await this.#named(
        () => this.#client.send(command, shard.signal === undefined ? {} : { abortSignal: shard.signal }),
        shard.signal,
      );
    } finally {
      body.destroy();
    }
  }

  /** Checks the staged bytes before any of them goes, and gives the digest of every part. */
  async #digests(shard: ShardPut, parts: readonly UploadPart[]): Promise<string[]> {
    const hashes = parts.map(() => createHash("sha256"));
    const handle = await openStaged(shard);
    try {
      await readStaged(shard, handle, (block, at) => {
        for (const [i, part] of parts.entries()) {
          const from = Math.max(0, part.start - shard.start - at);
          const to = Math.min(block.length, part.end - shard.start - at);
          if (from < to) hashes[i]?.update(block.subarray(from, to));
        }
      });
    } finally {
      await handle.close();
    }
    return hashes.map((hash) => hash.digest("hex"));
  }

  async #list(
    file: string,
    uploadId: string,
    first = 1,
    count = MAX_PARTS,
  ): Promise<Map<number, { readonly size: number; readonly etag: string | undefined }>> {
    const { ListPartsCommand } = await import("@aws-sdk/client-s3");
    const found = new Map<number, { size: number; etag: string | undefined }>();
    for (let marker = first - 1; ; ) {
      const command = new ListPartsCommand({
        ...this.#target(file),
        UploadId: uploadId,
        PartNumberMarker: String(marker),
        MaxParts: Math.min(this.#pageSize, count),
      });
      const page = await this.#named(() => this.#client.send(command));
      for (const { PartNumber, Size, ETag } of page.Parts ?? []) {
        if (PartNumber !== undefined) found.set(PartNumber, { size: Size ?? -1, etag: ETag });
      }
      const next = Number(page.NextPartNumberMarker ?? 0);
      if (!page.IsTruncated || next <= marker || next >= first + count - 1) return found;
      marker = next;
    }
  }

  async #abort(file: string, uploadId: string): Promise<void> {
    const { AbortMultipartUploadCommand } = await import("@aws-sdk/client-s3");
    const command = new AbortMultipartUploadCommand({ ...this.#target(file), UploadId: uploadId });
    await this.#named(() => this.#client.send(command)).catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
  }

  async #named<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    try {
      return await work();
    } catch (error) {
      throw s3Error(this.#name, error, signal);
    }
  }

  #target(file: string): { readonly Bucket: string; readonly Key: string } {
    const { bucket, key } = this.#place;
    return { Bucket: bucket, Key: key === "" ? file : `${key}/${file}` };
  }

  #key(what: string, file: string): string {
    return `${this.#name} ${this.#planDigest} ${what} ${file}`;
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof CheckpointError && error.kind === "not-found";
}
