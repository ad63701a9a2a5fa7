/** The transformer: plans the output and builds its shards. Needs the bus and the node's volume, nothing else. */
import { commonConfig, runService } from "@drydock/service";
import { startTransformer, transformerConfig } from "./transformer.ts";

await runService({
  name: "transformer",
  config: commonConfig.extend(transformerConfig),
  start: startTransformer,
});
