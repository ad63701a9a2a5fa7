/** What all kernels of one argument share: the check of their parameters and the size of their output. */
import { CheckpointConfigError, type ConfigProblem } from "@drydock/checkpoint";
import type { ElementBytes, Kernel, KernelParams } from "./kernel.ts";

export interface Elementwise {
  readonly name: string;
  /** Every mistake in the parameters; an unknown parameter is found by `known`. */
  problems(params: KernelParams): ConfigProblem[];
  readonly known: readonly string[];
  elementBytes(params: KernelParams): ElementBytes;
  readonly run: Kernel["run"];
}

export function elementwise(spec: Elementwise): Kernel {
  const { name, elementBytes, run } = spec;
  const kernel: Kernel = {
    name,
    elementBytes,
    run,
    check(params, argBytes) {
      const problems = [
        ...spec.problems(params),
        ...Object.keys(params)
          .filter((key) => !spec.known.includes(key))
          .map((key) => ({
            path: key,
            message: `kernel ${name} has no such parameter; it has ${spec.known.join(", ")}`,
          })),
      ];
      if (problems.length > 0) throw new CheckpointConfigError(problems, { code: "KERNEL_PARAMS" });
      if (argBytes === undefined) return;
      const { input } = elementBytes(params);
      const [bytes] = argBytes;
      if (argBytes.length !== 1 || bytes === undefined) {
        throw new CheckpointConfigError(
          [{ path: "", message: `kernel ${name} takes 1 argument, got ${argBytes.length}` }],
          { code: "KERNEL_ARGS" },
        );
      }
      if (bytes % input !== 0) {
        throw new CheckpointConfigError(
          [
            {
              path: "",
              message: `kernel ${name}: ${bytes} bytes are no whole number of ${input}-byte elements`,
            },
          ],
          { code: "KERNEL_ARGS" },
        );
      }
    },
    outputBytes(params, argBytes) {
      kernel.check(params, argBytes);
      const { input, output } = elementBytes(params);
      return ((argBytes[0] ?? 0) / input) * output;
    },
  };
  return kernel;
}
