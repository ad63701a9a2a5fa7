/**
 * A child process that is kept running.
 * H1 it reads the end of its standard input as "stop": the kernel closes that pipe when this process is gone, so no
 *    child outlives the command.
 * H2 it is in a session of its own: Ctrl-C in a terminal reaches the command alone, which then cancels in order.
 * H3 it writes straight into its log file: nobody has to read along, and the file is there after a crash.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";

export interface ChildOptions {
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  /** Called when it died and is to be started again. */
  readonly onDeath?: (how: string) => void;
}

export interface Child {
  readonly name: string;
  readonly logFile: string;
  /** Of the process that runs now. */
  pid(): number | undefined;
  /** How it ended last, such as "exit code 2"; undefined while it never did. */
  lastDeath(): string | undefined;
  deaths(): number;
  /** Closes the pipe (and sends the signal, if any), waits, and kills what does not go. May be repeated. */
  stop(graceMs: number, signal?: NodeJS.Signals): Promise<void>;
}

/** First wait before a restart; doubled with each death in a row. */
const BACKOFF_MS = 200;
/** Above, a person waits in vain; below, a broken service would fill the log. */
const MAX_BACKOFF_MS = 10_000;
/** Alive for so long, the next death is a first one again. */
const STEADY_MS = 20_000;

export function keepRunning(options: ChildOptions): Child {
  let child: ChildProcess | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping: Promise<void> | undefined;
  let lastDeath: string | undefined;
  let deaths = 0;
  let inRow = 0;

  const start = (flags: "w" | "a"): void => {
    const log = openSync(options.logFile, flags, 0o600);
    const startedMs = performance.now();
    const started = spawn(process.execPath, options.args, {
      detached: true, // H2
      env: options.env,
      stdio: ["pipe", log, log], // H1, H3
    });
    closeSync(log);
    child = started;
    // A broken pipe says what "exit" tells anyway.
    started.stdin?.on("error", () => {});
    const ended = (how: string): void => {
      if (child !== started) return;
      child = undefined;
      lastDeath = how;
      deaths += 1;
      if (stopping !== undefined) return;
      options.onDeath?.(how);
      if (performance.now() - startedMs > STEADY_MS) inRow = 0;
      const waitMs = Math.min(MAX_BACKOFF_MS, BACKOFF_MS * 2 ** inRow) * (0.75 + Math.random() / 2);
      inRow += 1;
      timer = setTimeout(() => start("a"), waitMs);
    };
    started.once("error", (error) => ended(error.message));
    started.once("exit", (code, signal) => ended(signal === null ? `exit code ${code}` : signal));
  };
  start("w");

  return {
    name: options.name,
    logFile: options.logFile,
    pid: () => child?.pid,
    lastDeath: () => lastDeath,
    deaths: () => deaths,
    stop(graceMs, signal) {
      stopping ??= (async () => {
        clearTimeout(timer);
        const running = child;
        if (running === undefined) return;
        const gone = new Promise<void>((resolve) => running.once("exit", () => resolve()));
        running.stdin?.end();
        if (signal !== undefined) running.kill(signal);
        const kill = setTimeout(() => running.kill("SIGKILL"), graceMs);
        await gone;
        clearTimeout(kill);
      })();
      return stopping;
    },
  };
}

/** The last lines of a log, for the message of what failed; JSON lines give their message alone. */
export function lastLines(file: string, count: number): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return [];
  }
  return (
    text
      .split("\n")
      // Where in the code is not what a user can act on; the file has it.
      .filter((line) => line.trim() !== "" && !/^\s+at /.test(line))
      .slice(-count)
      .map(plain)
  );
}

function plain(line: string): string {
  try {
    const entry: unknown = JSON.parse(line);
    if (typeof entry === "object" && entry !== null && "msg" in entry) {
      const level = "level" in entry ? `${String(entry.level)}: ` : "";
      return `${level}${String(entry.msg)}`;
    }
  } catch {
    // Not every line is JSON.
  }
  return line;
}
