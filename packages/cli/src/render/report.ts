/** What a run takes, leaves and writes: the same for `plan`, after a `run`, and in `runs show`. Pure. */
import type { KeyReason, LoadPlan, Pin } from "@drydock/checkpoint";
import type { RunDetails } from "@drydock/client";
import { bytesText, count, table, wrap } from "./text.ts";

/** Enough to see a pattern; `--json` has them all. */
const FEW = 5;
const LABEL = 14;

export function reportLines({ context, load, build }: RunDetails): string[] {
  const lines: string[] = [];
  const say = (label: string, text: string): void => {
    lines.push(...wrap(text, `  ${label.padEnd(LABEL)}`, " ".repeat(LABEL + 2)));
  };
  if (load === undefined) say("plan", "not there (yet, or no longer)");
  else loadLines(load, say, lines);
  if (build !== undefined) {
    for (const modifier of modifiersOf(build.manifest)) say("modifier", modifier);
    say(
      "output",
      `${build.format}, ${bytesText(build.outputBytes)} in ${count(build.shards.length, "shard")}`,
    );
    const files = [
      ...build.files.map((f) => [f.path, bytesText(f.size)]),
      ...build.sidecars.map((s) => [s.path, bytesText(s.bytes.length)]),
    ];
    lines.push(...table(files.slice(0, FEW), "    "));
    if (files.length > FEW) lines.push(`    … ${files.length - FEW} more`);
    const whole = wholeBytes(build.pins);
    const share = whole === 0 ? "" : ` (${((build.inputBytes / whole) * 100).toFixed(1)} %)`;
    say("reads", `${bytesText(build.inputBytes)} of ${bytesText(whole)}${share}`);
  }
  for (const warning of context.warnings) say("warning", warning);
  return lines;
}

function loadLines(
  { report, training }: LoadPlan,
  say: (label: string, text: string) => void,
  lines: string[],
): void {
  const { transferred, skipped, unfilled } = report;
  say("strategy", report.strategy);
  if (training.producer !== "") say("source", trainingText(training));
  say("transferred", `${count(transferred.length, "tensor")}, ${bytesText(report.transferredBytes)}`);
  say("skipped", skipped.length === 0 ? "nothing" : `${count(skipped.length, "key")} of the source`);
  lines.push(...reasons(skipped));
  say(
    "unfilled",
    unfilled.length === 0
      ? "nothing"
      : `${count(unfilled.length, "key")} of the target, kept as they are there`,
  );
  lines.push(...reasons(unfilled));
}

function trainingText({ producer, epoch, globalStep }: LoadPlan["training"]): string {
  const parts = [producer];
  if (epoch !== undefined) parts.push(`epoch ${epoch}`);
  if (globalStep !== undefined) parts.push(`step ${globalStep}`);
  return parts.join(", ");
}

function reasons(keys: readonly KeyReason[]): string[] {
  const shown = keys.slice(0, FEW).flatMap(({ key, reason }) => wrap(`${key}: ${reason}`, "    ", "      "));
  return keys.length > FEW ? [...shown, `    … ${keys.length - FEW} more`] : shown;
}

/** Each as configured, with what it did; written by the planner, so anything else is left out. */
function modifiersOf(manifest: Readonly<Record<string, unknown>>): string[] {
  const { modifiers } = manifest;
  if (!Array.isArray(modifiers)) return [];
  return modifiers.flatMap((modifier: unknown) => {
    if (typeof modifier !== "object" || modifier === null) return [];
    const { type, ...rest }: Record<string, unknown> = { ...modifier };
    const parts = Object.entries(rest).map(([key, value]) => `${key} ${valueText(value)}`);
    return [`${String(type)}${parts.length === 0 ? "" : `: ${parts.join(", ")}`}`];
  });
}

function valueText(value: unknown): string {
  if (Array.isArray(value) && value.length > FEW)
    return `${value.slice(0, FEW).map(valueText).join(" ")} … (${value.length})`;
  if (Array.isArray(value)) return value.map(valueText).join(" ");
  if (typeof value !== "object" || value === null) return String(value);
  if ("name" in value) return String(value.name);
  return Object.entries(value)
    .map(([key, v]) => `${key} ${valueText(v)}`)
    .join(", ");
}

/** Each object once, though several shards read it. */
function wholeBytes(pins: readonly Pin[]): number {
  return [...new Map(pins.map((pin) => [pin.id, pin.size])).values()].reduce((sum, size) => sum + size, 0);
}

/** The same for programs, complete. */
export function reportJson({ context, load, build }: RunDetails): Record<string, unknown> {
  return {
    report: load?.report ?? null,
    training: load?.training ?? null,
    modifiers: build?.manifest.modifiers ?? [],
    format: build?.format ?? null,
    files: [
      ...(build?.files ?? []),
      ...(build?.sidecars ?? []).map(({ path, bytes }) => ({ path, size: bytes.length })),
    ],
    shards: build?.shards.length ?? 0,
    bytesToRead: build?.inputBytes ?? 0,
    inputBytes: wholeBytes(build?.pins ?? []),
    outputBytes: build?.outputBytes ?? 0,
    planDigest: context.buildPlan?.digest ?? "",
    warnings: context.warnings,
  };
}
