// Stands between a command and its nats-server: `node nats-guard.mjs BINARY CONFIG LOCK PIDFILE`.
// Plain JavaScript without dependencies, so that it is up in some 30 ms.
// N1 the server ends when standard input closes, which the kernel does when the command is gone, however it ended.
// N2 one server per store: the lock is held for as long as the server runs, and the kernel frees it.
// N3 a server that lost its guard to SIGKILL still holds store and port; the next guard ends it first.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";

const [binary, config, lockFile, pidFile] = process.argv.slice(2);
if (binary === undefined || config === undefined || lockFile === undefined || pidFile === undefined) {
  console.error("nats-guard: BINARY CONFIG LOCK PIDFILE are needed");
  process.exit(2);
}

/** Services hand back their work in this time after the command is gone; then the server goes too. */
const LINGER_MS = 1_500;
/** A graceful end closes files and stores; it takes some 100 ms. */
const GRACE_MS = 5_000;
/** The former guard needs LINGER_MS and GRACE_MS at most. */
const LOCK_WAIT_MS = 10_000;

let closed = false;
let onClosed = () => {};
for (const event of ["end", "error", "close"]) {
  process.stdin.on(event, () => {
    closed = true;
    onClosed();
  });
}
process.stdin.resume();
// The terminal's signals are the command's business.
for (const signal of ["SIGINT", "SIGHUP"]) process.on(signal, () => {});
process.on("SIGTERM", () => process.exit(0)); // Until there is a server.

const lock = await takeLock(lockFile); // N2
endStray(pidFile, config); // N3
if (closed) process.exit(0);

const server = spawn(binary, ["-c", config], { stdio: ["ignore", "inherit", "inherit"] });
server.once("error", (error) => {
  console.error(`nats-guard: ${binary}: ${error.message}`);
  process.exit(1);
});
server.once("exit", (code) => {
  lock.close();
  process.exit(closed ? 0 : (code ?? 1));
});
const stop = () => {
  server.kill("SIGTERM");
  setTimeout(() => server.kill("SIGKILL"), GRACE_MS).unref();
};
process.removeAllListeners("SIGTERM");
process.on("SIGTERM", stop);
onClosed = () => setTimeout(stop, LINGER_MS); // N1
if (closed) stop();

async function takeLock(file) {
  const until = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const db = new DatabaseSync(file);
    try {
      db.exec("BEGIN EXCLUSIVE");
      return db;
    } catch (error) {
      db.close();
      if (closed) process.exit(0);
      if (Date.now() > until) {
        console.error(`nats-guard: ${file} is held by another server: ${error.message}`);
        process.exit(1);
      }
      await sleep(50);
    }
  }
}

/** Only a process whose command line names our configuration file is ours; elsewhere than on Linux nothing is ended. */
function endStray(file, configuration) {
  try {
    const pid = Number(readFileSync(file, "utf8"));
    if (readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").includes(configuration)) {
      process.kill(pid, "SIGKILL");
    }
  } catch {
    // No such file or process: nothing to end.
  }
}
