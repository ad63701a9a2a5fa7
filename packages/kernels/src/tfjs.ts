/** Whether TensorFlow.js on the GPU can be used on this machine; docs/decisions/kernels.md says why it is optional. */

export interface TfjsProbe {
  readonly available: boolean;
  readonly version?: string;
  /** Why not. */
  readonly reason?: string;
}

/** Never rejects. The module is no dependency: it is there when the operator installed it. */
export async function probeTfjs(name = "@tensorflow/tfjs-node-gpu"): Promise<TfjsProbe> {
  try {
    const module: unknown = await import(name);
    const version = versionOf(module);
    if (version === undefined) return { available: false, reason: `${name} loads but states no version` };
    return { available: true, version };
  } catch (error) {
    const missing = error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND";
    const [line] = (error instanceof Error ? error.message : String(error)).split("\n");
    return { available: false, reason: missing ? `${name} is not installed` : `${name}: ${line}` };
  }
}

/** Its `version` is an object with one entry per part; "tfjs" is the whole. */
function versionOf(module: unknown): string | undefined {
  if (module === null || typeof module !== "object" || !("version" in module)) return undefined;
  const { version } = module;
  if (version === null || typeof version !== "object" || !("tfjs" in version)) return undefined;
  return typeof version.tfjs === "string" ? version.tfjs : undefined;
}
