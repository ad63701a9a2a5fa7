/**
 * drydock.json, the manifest written last: what the folder holds and how it came to be. It names nothing that differs
 * between two runs of the same plan (no run id, no clock), so that two runs leave identical folders.
 */
import { CheckpointValidationError } from "./errors.ts";
import type { KeyReason, ShardReport } from "./plan.ts";

export const MANIFEST_NAME = "drydock.json";
export const MANIFEST_SCHEMA = "drydock.manifest/1";

export interface ManifestTensor {
  readonly name: string;
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly file: string;
  /** Of the tensor's bytes in the file. */
  readonly sha256: string;
  readonly kind: string;
  readonly origin: {
    readonly kind: string;
    readonly input: string;
    readonly key: string;
    readonly dtype: string;
  };
  readonly modifiers: readonly string[];
}

/** A file is verified part by part: each part's digest was made by the worker that built it. */
export interface ManifestFile {
  readonly path: string;
  readonly size: number;
  readonly parts: readonly { readonly start: number; readonly end: number; readonly sha256: string }[];
}

/** The part of the manifest a build plan already knows. */
export interface ManifestDraft {
  readonly schema: typeof MANIFEST_SCHEMA;
  readonly drydock: string;
  readonly format: string;
  readonly inputs: readonly {
    readonly name: string;
    readonly role: string;
    readonly uri: string;
    readonly objects: readonly {
      readonly object: string;
      readonly size: number;
      readonly identity: Readonly<Record<string, unknown>>;
      readonly checksums: readonly { readonly algorithm: string; readonly value: string }[];
    }[];
  }[];
  readonly report: {
    readonly strategy: string;
    readonly transferred: readonly string[];
    readonly skipped: readonly KeyReason[];
    readonly unfilled: readonly KeyReason[];
    readonly transferredBytes: number;
    readonly transferredElements: number;
  };
  /** As configured, each with what it did (counts). */
  readonly modifiers: readonly Readonly<Record<string, unknown>>[];
  readonly training: Readonly<Record<string, unknown>>;
  readonly kernels: { readonly backend: string; readonly version: number };
  /** Small files beside the weights, with their digests. */
  readonly sidecars: readonly { readonly path: string; readonly size: number; readonly sha256: string }[];
  /** sha256 is filled in from the reports: shard and segment say where from. */
  readonly tensors: readonly (Omit<ManifestTensor, "sha256"> & {
    readonly shard: number;
    readonly segment: number;
  })[];
}

export interface Manifest extends Omit<ManifestDraft, "tensors"> {
  readonly planDigest: string;
  readonly files: readonly ManifestFile[];
  readonly tensors: readonly ManifestTensor[];
}

/** What of a build plan's head the manifest needs. */
export interface PlannedFiles {
  readonly files: readonly { readonly path: string; readonly size: number }[];
  readonly shards: readonly { readonly file: string; readonly start: number; readonly end: number }[];
}

/** The finished manifest: the draft with each shard's and tensor's digest. `reports` holds one per shard, in order. */
export function completeManifest(
  planDigest: string,
  plan: PlannedFiles,
  draft: ManifestDraft,
  reports: readonly ShardReport[],
): Manifest {
  const reportOf = (shard: number): ShardReport => {
    const report = reports[shard];
    if (report === undefined || report.shard !== shard) {
      throw new CheckpointValidationError(`seal: shard ${shard} of ${plan.shards.length} has no report`, {
        kind: "artifact-missing",
      });
    }
    return report;
  };
  const files = plan.files.map((file) => ({
    path: file.path,
    size: file.size,
    parts: plan.shards.flatMap((shard, i) =>
      shard.file === file.path ? [{ start: shard.start, end: shard.end, sha256: reportOf(i).sha256 }] : [],
    ),
  }));
  const digests = reports.map((report) => new Map(report.segments.map((s) => [s.segment, s.sha256])));
  const tensors = draft.tensors.map(({ shard, segment, ...tensor }) => {
    const sha256 = digests[shard]?.get(segment);
    if (sha256 === undefined) {
      throw new CheckpointValidationError(
        `seal: the report of shard ${shard} lacks segment ${segment} (${tensor.name})`,
      );
    }
    return { ...tensor, sha256 };
  });
  return { ...draft, planDigest, files, tensors };
}
