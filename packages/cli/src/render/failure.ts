/** Why a run has no output, in at most ten lines, and an error of the command itself. Pure. */
import { CheckpointConfigError, type CheckpointError } from "@drydock/checkpoint";
import type { FailureView, RunView } from "@drydock/client";
import { cut, WIDTH, wrap } from "./text.ts";

const MOST_LINES = 10;
/** Names under which errors say where, and the numbers of both sides. */
const WHERE = ["file", "path", "object", "uri", "output", "url"];
const KEY = ["key", "tensor", "name", "global"];
const EXPECTED = ["expected", "declared"];
const FOUND = ["found", "actual", "got"];

/** `suffix`: what its commands need to find the same server, such as " --nats nats://host". */
export function failureLines(view: RunView, suffix = ""): string[] {
  const { runId, failure, outcome } = view;
  const verb = outcome === "cancelled" ? "Cancelled" : "Failed";
  const ends = [
    `  look closer:  drydock runs show ${runId}${suffix}`,
    `                drydock runs trace ${runId}${suffix}`,
    `  try again:    drydock runs retry ${runId}${suffix}`,
  ];
  if (failure === null) return [`${verb}: run ${runId} says no reason`, ...ends];
  const head = [
    cut(`${verb} ${placeText(failure)}`.trimEnd(), WIDTH),
    cut(`  ${failure.name} (${failure.kind})`, WIDTH),
  ];
  const facts = factLines(failure);
  const remedy = failure.remedy === "" ? [] : capped(wrap(failure.remedy, "  what to do:   ", "    "), 2);
  const left = MOST_LINES - head.length - facts.length - remedy.length - ends.length;
  return [...head, ...capped(paragraphs(failure.message), left), ...facts, ...remedy, ...ends];
}

/** One attempt that failed and was repeated, in a line. */
export function retryLine(failure: FailureView): string {
  const at = `${failure.stage}${failure.shard > 0 ? ` shard ${failure.shard}` : ""}`;
  return cut(`${at}, attempt ${failure.attempt}: ${failure.name}: ${failure.message}`, WIDTH - 4);
}

/** An error of the command itself; every configuration mistake on its own line. */
export function errorLines(error: CheckpointError): string[] {
  const problems = error instanceof CheckpointConfigError ? error.problems : [];
  const texts = problems.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  const lines =
    texts.length > 1
      ? [`drydock: ${texts.length} mistakes`, ...texts.flatMap((text) => wrap(text, "  ", "    "))]
      : wrap(texts[0] ?? `${error.name}: ${error.message}`, "drydock: ", "  ");
  return error.remedy === undefined ? lines : [...lines, ...wrap(error.remedy, "  what to do: ", "    ")];
}

function placeText({ stage, shard, attempt, node }: FailureView): string {
  if (stage === "run") return "";
  const parts = [`in ${stage}`];
  if (shard > 0) parts.push(`shard ${shard}`);
  if (attempt > 0) parts.push(`attempt ${attempt}`);
  return `${parts.join(", ")}${node === "" ? "" : ` on ${node}`}`;
}

/** File and key on one line, expected and found on the next, where the error has them. */
function factLines({ details }: FailureView): string[] {
  const first = (names: readonly string[]): string | undefined => {
    const name = names.find((n) => details[n] !== undefined && details[n] !== null);
    return name === undefined ? undefined : valueText(details[name]);
  };
  const pairs = (entries: readonly (readonly [string, string | undefined])[]): string[] => {
    const present = entries.filter(([, value]) => value !== undefined);
    if (present.length === 0) return [];
    return [cut(`  ${present.map(([label, value]) => `${label}: ${value}`).join("   ")}`, 2 * WIDTH)];
  };
  return [
    ...pairs([
      ["file", first(WHERE)],
      ["key", first(KEY)],
    ]),
    ...pairs([
      ["expected", first(EXPECTED)],
      ["found", first(FOUND)],
    ]),
  ];
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function paragraphs(message: string): string[] {
  return message.split("\n").flatMap((line) => wrap(line, "  ", "    "));
}

function capped(lines: readonly string[], most: number): string[] {
  const last = lines[most - 1];
  if (lines.length <= most || last === undefined) return [...lines];
  return [...lines.slice(0, most - 1), `${cut(last, WIDTH - 2)} …`];
}
