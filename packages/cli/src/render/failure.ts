/** Why a run has no output, in at most ten lines, and an error of the command itself. Pure. */
import { CheckpointConfigError, type CheckpointError } from "@drydock/checkpoint";
import type { FailureView, RunView } from "@drydock/client";
import { cut, cutMiddle, WIDTH, wrap } from "./text.ts";

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
  const place = `${verb} ${placeText(failure)}`.trimEnd();
  const what = `${failure.name} (${failure.kind})`;
  const head = place.length + what.length + 2 <= WIDTH ? [`${place}: ${what}`] : [place, `  ${what}`];
  const facts = factLines(failure);
  const most = facts.length > 2 ? 1 : 2;
  const remedy = failure.remedy === "" ? [] : capped(wrap(failure.remedy, "  what to do:   ", "    "), most);
  const left = MOST_LINES - head.length - facts.length - remedy.length - ends.length;
  return [
    ...head.map((line) => cut(line, WIDTH)),
    ...capped(paragraphs(failure.message), left),
    ...facts,
    ...remedy,
    ...ends,
  ];
}

/** One attempt that failed and was repeated, in a line. */
export function retryLine(failure: FailureView, width: number): string {
  const at = `${failure.stage}${failure.shard > 0 ? ` shard ${failure.shard}` : ""}`;
  return cut(`${at}, attempt ${failure.attempt}: ${failure.name}: ${failure.message}`, width);
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

/** File and key, expected and found, where the error has them; not what the message says already. */
function factLines({ details, message }: FailureView): string[] {
  const first = (names: readonly string[]): string | undefined => {
    const name = names.find((n) => details[n] !== undefined && details[n] !== null);
    return name === undefined ? undefined : valueText(details[name]);
  };
  const said = (label: string, value: string | undefined): string[] =>
    value === undefined || message.includes(value) ? [] : [`${label}: ${value}`];
  const where = [...said("file", first(WHERE)), ...said("key", first(KEY))];
  const numbers = [...said("expected", first(EXPECTED)), ...said("found", first(FOUND))];
  const oneLine = numbers.length > 0 && numbers.join("   ").length + 2 <= WIDTH;
  // Together three lines at most: half a line each for file and key.
  return [
    ...(where.length === 0
      ? []
      : [where.map((text) => cutMiddle(text, WIDTH / where.length - 3)).join("   ")]),
    ...(oneLine ? [numbers.join("   ")] : numbers),
  ].map((line) => cut(`  ${line}`, WIDTH));
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
