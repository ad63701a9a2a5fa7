import type { Bus } from "@drydock/bus";
import type { NodeCache, SourceContext } from "@drydock/store";

/** What every handler of this fetcher works with. */
export interface FetcherSetting {
  readonly bus: Bus;
  readonly cache: NodeCache;
  readonly cacheDir: string;
  readonly stagingDir: string;
  readonly sources: SourceContext;
}
