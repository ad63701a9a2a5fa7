/** The fetcher: bytes in and out of this node. The only service that holds credentials. */
import { commonConfig, runService } from "@drydock/service";
import { fetcherConfig, startFetcher } from "./fetcher.ts";

await runService({ name: "fetcher", config: commonConfig.extend(fetcherConfig), start: startFetcher });
