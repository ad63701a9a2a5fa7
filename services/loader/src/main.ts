/** The loader: reads what a checkpoint is and plans what goes where. Needs the bus and its fetcher, nothing else. */
import { commonConfig, runService } from "@drydock/service";
import { loaderConfig, startLoader } from "./loader.ts";

await runService({ name: "loader", config: commonConfig.extend(loaderConfig), start: startLoader });
