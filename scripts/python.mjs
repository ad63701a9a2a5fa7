// A Python with the real PyTorch, for the interop suite and the benchmarks: DRYDOCK_PYTHON, else a virtual environment
// under .cache made once. Drydock itself needs none.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const PACKAGES = ["torch==2.13.0", "numpy", "safetensors"];
const root = fileURLToPath(new URL("..", import.meta.url));

/** Path of the interpreter; throws with pip's own words when the packages cannot be installed. */
export function ensurePython() {
  if (process.env.DRYDOCK_PYTHON) return process.env.DRYDOCK_PYTHON;
  const venv = join(root, ".cache/python");
  const python = join(venv, "bin/python");
  const works = () =>
    existsSync(python) && spawnSync(python, ["-c", "import torch, numpy, safetensors"]).status === 0;
  if (works()) return python;
  console.error(`python: installing ${PACKAGES.join(", ")} into .cache/python (once) …`);
  for (const [command, ...args] of [
    ["python3", "-m", "venv", venv],
    [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", ...PACKAGES],
  ]) {
    const done = spawnSync(command, args, { encoding: "utf8" });
    if (done.status !== 0 && !works())
      throw new Error(`${command} ${args.join(" ")} failed:\n${done.stderr?.slice(-2000) ?? done.error}`);
  }
  return python;
}
