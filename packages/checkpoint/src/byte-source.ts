/**
 * A byte source: exactly the bytes asked for, or an error. Capabilities (retry, coalesce, verify, count, fault)
 * are added by wrapping one source in another.
 */
export interface ByteSource {
  /** Total bytes. */
  readonly size: number;
  /** What the bytes are, for errors: a path or URI without credentials. */
  readonly name: string;
  /**
   * Bytes [start, end). Resolves to exactly end − start bytes or rejects; 0 ≤ start ≤ end ≤ size is the caller's duty
   * and a RangeError otherwise.
   */
  read(start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>;
  close?(): Promise<void>;
}

/** Throws RangeError unless [start, end) lies inside the source. */
export function checkRange(
  source: { readonly size: number; readonly name: string },
  start: number,
  end: number,
): void {
  if (
    !(
      Number.isSafeInteger(start) &&
      Number.isSafeInteger(end) &&
      0 <= start &&
      start <= end &&
      end <= source.size
    )
  ) {
    throw new RangeError(`${source.name}: range [${start}, ${end}) is not inside [0, ${source.size})`);
  }
}

/** A source over bytes in memory. */
export function bytesSource(bytes: Uint8Array, name = "memory"): ByteSource {
  const source: ByteSource = {
    size: bytes.length,
    name,
    async read(start, end) {
      checkRange(source, start, end);
      return bytes.subarray(start, end);
    },
  };
  return source;
}
