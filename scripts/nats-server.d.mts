export interface NatsServerBinary {
  readonly path: string;
  /** Such as "2.15.1". */
  readonly version: string;
}
export interface FindOptions {
  /** Default: FLOOR. */
  readonly minVersion?: string;
  /** Exactly FLOOR, from the cache or Debian's bookworm. */
  readonly floor?: boolean;
  /** false: never ask the network. */
  readonly download?: boolean;
  readonly log?: (line: string) => void;
}
export const FLOOR: string;
export function compareVersions(a: string, b: string): number;
export function cacheRoot(): string;
export function findNatsServer(options?: FindOptions): Promise<NatsServerBinary>;
