/** `drydock wait RUN|URI`: blocks until an output is sealed, verifies it, and lays it where it is needed. */
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { lastRun, waitDone } from "@drydock/bus";
import {
  asCheckpointError,
  CheckpointConfigError,
  CheckpointError,
  CheckpointTimeoutError,
  CheckpointValidationError,
  RETRYABLE,
  sha256Hex,
} from "@drydock/checkpoint";
import type { Command } from "commander";
import { connectOrEmbed } from "../embedded/index.ts";
import { type OutputFolder, outputFolder } from "../sealed/folder.ts";
import { parseManifest } from "../sealed/manifest.ts";
import { placeFolder, verifyFolder } from "../sealed/place.ts";

interface WaitOptions {
  readonly timeout?: number;
  readonly to?: string;
  readonly link?: boolean;
  /** Of the program. */
  readonly nats?: string;
}

/** How often a folder is looked at: a HEAD each, while the run takes minutes. */
const LOOK_MS = 2_000;

export function waitCommand(program: Command): void {
  program
    .command("wait")
    .description("wait until a run's output is sealed, verify it, and copy or link it if asked")
    .argument("<run-or-uri>", "run id, or the output's path or URI (file:, s3:, https:)")
    .option("--timeout <seconds>", "give up after so long (exit code 3)", seconds)
    .option("--to <folder>", "lay the verified output there: all of it or nothing")
    .option("--link", "link to a local output's files instead of copying them")
    .addHelpText(
      "after",
      `
Exit codes: 0 sealed and verified, 1 the run or the verification failed, 3 not sealed in time.

Examples:
  drydock wait ./prepared/finetune
  drydock wait s3://prepared/run-7 --timeout 3600 --to /models/run-7   (an init container)`,
    )
    .action(async (what: string, _options: unknown, command: Command) => {
      await wait(what, command.optsWithGlobals<WaitOptions>());
    });
}

async function wait(what: string, options: WaitOptions): Promise<void> {
  if (options.link && options.to === undefined) {
    throw new CheckpointConfigError([{ path: "--link", message: "needs --to FOLDER" }]);
  }
  const limit = new AbortController();
  const timer =
    options.timeout === undefined
      ? undefined
      : setTimeout(
          () =>
            limit.abort(
              new CheckpointTimeoutError(`${what}: not sealed and verified within ${options.timeout} s`, {
                code: "WAIT_TIMEOUT",
              }),
            ),
          options.timeout * 1000,
        );
  try {
    await waitWithin(what, options, limit.signal);
  } catch (error) {
    // Whatever the limit interrupted, the limit is the reason.
    throw limit.signal.aborted ? limit.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}

async function waitWithin(what: string, options: WaitOptions, signal: AbortSignal): Promise<void> {
  const ended = isUri(what) ? { uri: what, digest: "" } : await endOfRun(what, options, signal);
  if (ended === undefined) return;
  const folder = outputFolder(ended.uri);
  const manifest = await sealedManifest(folder, signal);
  if (ended.digest !== "" && sha256Hex(manifest) !== ended.digest) {
    throw new CheckpointValidationError(
      `${folder.name}: drydock.json has sha256 ${sha256Hex(manifest)}, the run sealed ${ended.digest}`,
      { code: "OUTPUT_DIGEST", remedy: "another run may have replaced the output" },
    );
  }
  const sealed = parseManifest(manifest, `${folder.name}/drydock.json`);
  const bytes = sealed.files.reduce((n, file) => n + file.size, 0);
  const about = `${sealed.files.length} files, ${bytes} bytes, plan ${sealed.planDigest.slice(0, 12)}`;
  if (options.to === undefined) {
    await verifyFolder(folder, sealed, signal);
    process.stdout.write(`sealed and verified: ${folder.name} (${about})\n`);
    return;
  }
  const how = await placeFolder(folder, sealed, manifest, options.to, {
    link: options.link === true,
    signal,
  });
  const word = how === "there" ? "was there already" : options.link ? "linked" : "copied";
  process.stdout.write(`verified and ${word}: ${options.to} (${about})\n`);
}

/** Where the run's output lies and its manifest's digest; undefined when it has none, exit code set. */
async function endOfRun(
  runId: string,
  options: WaitOptions,
  signal: AbortSignal,
): Promise<{ uri: string; digest: string } | undefined> {
  const connected = await connectOrEmbed({
    nats: options.nats,
    env: process.env,
    stderr: (line) => process.stderr.write(`drydock: ${line}\n`),
  });
  try {
    if ((await lastRun(connected.bus, runId)) === undefined) {
      process.stderr.write(`drydock: no run ${runId} so far; waiting for it\n`);
    }
    const event = await waitDone(connected.bus, runId, signal);
    if (event === undefined) throw new CheckpointTimeoutError(`${runId}: the wait was interrupted`);
    const { outcome, outputUri, manifestDigest, failure } = event.data;
    if (outcome === "sealed") return { uri: outputUri, digest: manifestDigest };
    const why = failure === undefined ? "" : `: ${failure.name}: ${failure.message}`;
    process.stderr.write(`drydock: run ${runId} ended ${outcome}${why}\n`);
    process.stderr.write(`  look closer: drydock runs show ${runId}\n`);
    process.exitCode = 1;
    return undefined;
  } finally {
    await connected.close();
  }
}

/** Waits for the manifest, which is written last: with it, everything is there. */
async function sealedManifest(folder: OutputFolder, signal: AbortSignal): Promise<Uint8Array> {
  for (let told = false; ; ) {
    let problem = "not sealed yet";
    try {
      const manifest = await folder.manifest(signal);
      if (manifest !== undefined) return manifest;
    } catch (thrown) {
      const error = asCheckpointError(thrown);
      if (signal.aborted || !RETRYABLE[error.kind] || !(thrown instanceof CheckpointError)) throw thrown;
      problem = error.message;
    }
    if (!told) process.stderr.write(`drydock: ${folder.name}: ${problem}; waiting\n`);
    told = true;
    await sleep(LOOK_MS, undefined, { signal });
  }
}

/** A run id has neither slash nor dot nor colon; a folder of that name in the current one wins over a run. */
function isUri(what: string): boolean {
  return /[/.:~]/.test(what) || existsSync(what);
}

function seconds(text: string): number {
  const value = Number(text);
  // Above, the runtime's timers would fire at once.
  if (text.trim() === "" || !(value >= 0) || value > 2_000_000) {
    throw new CheckpointConfigError([
      { path: "--timeout", message: `"${text}" is not a number of seconds from 0 to 2000000` },
    ]);
  }
  return value;
}
