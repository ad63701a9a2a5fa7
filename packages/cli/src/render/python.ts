/** The lines of Python that load a sealed output strictly. Pure; the interop suite runs what this prints. */
import { fileURLToPath } from "node:url";
import type { BuildHead } from "@drydock/bus";

/** The output's folder on this machine, or undefined when it is a store's. */
export function localFolder(outputUri: string): string | undefined {
  if (!/^[a-z][a-z0-9+.-]+:/i.test(outputUri)) return outputUri;
  if (!/^file:\/\/\//i.test(outputUri)) return undefined;
  return fileURLToPath(outputUri);
}

/** `module` is the user's own torch.nn.Module of the target's architecture. */
export function pythonLines(
  outputUri: string,
  build: Pick<BuildHead, "format" | "files" | "sidecars">,
): string[] {
  const folder = localFolder(outputUri) ?? "./prepared";
  const freezes = build.sidecars.some(({ path }) => path === "freeze.json");
  const sharded = build.sidecars.find(({ path }) => path.endsWith(".safetensors.index.json"))?.path;
  const weights = build.files[0]?.path ?? "";
  const torch = build.format === "torch";
  const json = freezes || (!torch && sharded !== undefined);
  const load = torch
    ? [`state = torch.load(folder / ${quoted(weights)}, weights_only=True)`]
    : sharded === undefined
      ? [`state = load_file(folder / ${quoted(weights)})`]
      : [
          `index = json.loads((folder / ${quoted(sharded)}).read_text())`,
          "state = {}",
          'for name in sorted(set(index["weight_map"].values())):',
          "    state.update(load_file(folder / name))",
        ];
  return [
    ...(json ? ["import json"] : []),
    "from pathlib import Path",
    torch ? "import torch" : "from safetensors.torch import load_file",
    `folder = Path(${quoted(folder)})`,
    ...load,
    "module.load_state_dict(state, strict=True, assign=True)",
    ...(freezes
      ? [
          'frozen = set(json.loads((folder / "freeze.json").read_text())["frozen"])',
          "for name, parameter in module.named_parameters():",
          "    parameter.requires_grad_(name not in frozen)",
        ]
      : []),
  ];
}

/** JSON's strings are Python's too. */
function quoted(text: string): string {
  return JSON.stringify(text);
}
