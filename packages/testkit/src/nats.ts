/**
 * A real nats-server for one test: own port, own JetStream folder, gone at the end.
 * N1 the server never outlives the test process, however that ends: a shell between the two kills it when the pipe
 *    from the test closes.
 * N2 "started" means that a client was greeted, not that the process exists.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findNatsServer, type NatsServerBinary } from "../../../scripts/nats-server.mjs";

export interface NatsOptions {
  /** "floor" is 2.9.10; "newest" whatever the machine has or can fetch. Default "newest". */
  readonly version?: "newest" | "floor";
  /** JetStream folder; default a temporary one, removed at the end. */
  readonly dir?: string;
  /** Default: one the system picks; a restart keeps it. */
  readonly port?: number;
  /** Further lines for the configuration file. */
  readonly config?: string;
}

export interface TestNats extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  readonly dir: string;
  /** Of the binary, such as "2.9.10". */
  readonly version: string;
  /** Of the running server; changes with every start. */
  readonly pid: number;
  /** Sends a signal; waits for the end when it is SIGTERM, SIGINT or SIGKILL (default). */
  kill(signal?: NodeJS.Signals): Promise<void>;
  /** Starts again on the same port and folder; a server that runs is first ended gracefully. */
  restart(): Promise<void>;
  /** Ends the server and removes a temporary folder. */
  stop(): Promise<void>;
  /** What the server wrote so far. */
  log(): string;
}

const ENDING: readonly NodeJS.Signals[] = ["SIGTERM", "SIGINT", "SIGKILL"];
const START_MS = 20_000;

/** N1: prints the server's pid, ends with it, and ends it when standard input closes. */
const KEEPER = `
exec 4<&0
"$@" &
server=$!
echo "$server"
{ cat <&4 >/dev/null; kill -KILL "$server" 2>/dev/null; } &
watcher=$!
wait "$server"
code=$?
kill "$watcher" 2>/dev/null
exit "$code"
`;

const binaries = new Map<string, Promise<NatsServerBinary>>();

function binary(version: "newest" | "floor"): Promise<NatsServerBinary> {
  const known = binaries.get(version);
  if (known) return known;
  const found = findNatsServer({ floor: version === "floor" });
  binaries.set(version, found);
  return found;
}

export async function startNats(options: NatsOptions = {}): Promise<TestNats> {
  const { path, version } = await binary(options.version ?? "newest");
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "drydock-nats-")));
  let port = options.port ?? -1;
  let running: Running | undefined;
  let log = "";

  const start = async (): Promise<void> => {
    const config = join(dir, "nats.conf");
    await writeFile(
      config,
      `listen: "127.0.0.1:${port}"\njetstream { store_dir: ${JSON.stringify(dir)} }\n${options.config ?? ""}\n`,
    );
    running = await launch(path, ["-c", config], (text) => {
      log += text;
    });
    port = running.port;
  };
  const kill = async (signal: NodeJS.Signals = "SIGKILL"): Promise<void> => {
    if (running === undefined) return;
    process.kill(running.pid, signal);
    if (!ENDING.includes(signal)) return;
    // The handle was let go at the start; the end of the server is worth waiting for.
    running.hold();
    await running.ended;
    running = undefined;
  };
  const stop = async (): Promise<void> => {
    // SIGKILL ends a stopped process too, and no test reads the folder afterwards.
    await kill("SIGKILL");
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  };

  try {
    await start();
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    get url() {
      return `nats://127.0.0.1:${port}`;
    },
    get port() {
      return port;
    },
    get pid() {
      if (running === undefined) throw new Error("nats-server is not running");
      return running.pid;
    },
    dir,
    version,
    kill,
    async restart() {
      await kill("SIGTERM");
      await start();
    },
    stop,
    log: () => log,
    [Symbol.asyncDispose]: stop,
  };
}

interface Running {
  readonly pid: number;
  readonly port: number;
  readonly ended: Promise<unknown>;
  hold(): void;
}

async function launch(
  path: string,
  args: readonly string[],
  onLog: (text: string) => void,
): Promise<Running> {
  const child = spawn("sh", ["-c", KEEPER, "sh", path, ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "exit").then(() => child.stdin.destroy());
  // The pipe breaks when the server ends first; `ended` tells that already.
  child.stdin.on("error", () => {});
  let text = "";
  child.stderr.setEncoding("utf8").on("data", (chunk: string) => {
    text += chunk;
    onLog(chunk);
  });
  let printed = "";
  child.stdout.setEncoding("utf8").on("data", (chunk: string) => {
    printed += chunk;
  });
  const deadline = Date.now() + START_MS;
  for (;;) {
    const port = Number(/Listening for client connections on \S*:(\d+)/.exec(text)?.[1] ?? 0);
    if (port > 0 && printed.endsWith("\n") && (await greets(port))) {
      unrefAll(child);
      return { pid: Number(printed.trim()), port, ended, hold: () => child.ref() };
    }
    if (child.exitCode !== null) throw new Error(`nats-server ended with code ${child.exitCode}:\n${text}`);
    if (Date.now() > deadline) {
      child.stdin.destroy();
      throw new Error(`nats-server did not start within ${START_MS} ms:\n${text}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** N2. */
function greets(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const answer = (ok: boolean) => {
      socket.destroy();
      resolve(ok);
    };
    socket.once("data", (data) => answer(data.toString().startsWith("INFO ")));
    socket.once("error", () => answer(false));
    socket.once("close", () => answer(false));
  });
}

/** A forgotten server must not keep the test process alive; N1 ends it then. */
function unrefAll(child: ChildProcess): void {
  child.unref();
  for (const stream of child.stdio) {
    if (stream && "unref" in stream && typeof stream.unref === "function") stream.unref();
  }
}
