import { sha256Hex } from "./digest.ts";

/** What makes an object this object and not a later one under the same name. */
export type Identity =
  | { readonly kind: "etag"; readonly etag: string }
  | { readonly kind: "version"; readonly versionId: string }
  | { readonly kind: "file"; readonly device: number; readonly inode: number; readonly mtimeNs: string }
  | { readonly kind: "size" };

export interface Checksum {
  readonly algorithm: "sha256" | "crc32c" | "md5";
  /** Lower-case hex. */
  readonly value: string;
}

/** An object fixed at acquire: every later range demands exactly this identity. */
export interface Pin {
  /** From pinId; key of the pins bucket and of the node cache. */
  readonly id: string;
  readonly input: string;
  /** Path inside the input; "" when the input is one object. */
  readonly object: string;
  /** Without credentials and signing queries. */
  readonly uri: string;
  readonly size: number;
  readonly identity: Identity;
  /** Set when only that node can read it. */
  readonly node?: string;
  readonly checksums: readonly Checksum[];
}

/** The id of a pin: derived, so that every process derives the same. */
export function pinId(pin: Pick<Pin, "uri" | "size" | "identity" | "node">): string {
  const { identity } = pin;
  const parts =
    identity.kind === "etag"
      ? ["etag", identity.etag]
      : identity.kind === "version"
        ? ["version", identity.versionId]
        : identity.kind === "file"
          ? ["file", String(identity.device), String(identity.inode), identity.mtimeNs]
          : ["size"];
  return sha256Hex(JSON.stringify([pin.uri, pin.size, pin.node ?? "", ...parts]));
}
