#!/usr/bin/env node
/**
 * Finds a nats-server, and fetches one where the machine has none. Plain JavaScript for any Node from 20 on, without
 * dependencies: set-up, tests and the embedded mode of the command line all start here.
 *
 * Order: NATS_SERVER, PATH, the cache folder, the official release (checked against its published SHA256SUMS), newer
 * Debian packages unpacked beside the system (the mirror and its keys are those the machine's own apt uses).
 * A binary counts only if `--version` runs. Nothing outside the cache folder is written.
 *
 *   node scripts/nats-server.mjs [--floor] [--min VERSION] [--offline]     prints the path
 */
import { execFile } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  access,
  constants,
  cp,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);

/** Debian 12's version: the oldest that is supported, and the one the tests also run on. */
export const FLOOR = "2.9.10";
const RELEASES = "https://github.com/nats-io/nats-server/releases";
/** Long enough for a slow DNS and TLS, short enough that an offline machine gets its answer. */
const CONNECT_MS = 6_000;
const DOWNLOAD_MS = 180_000;

/** Negative, zero or positive as a is older than, equal to or newer than b; a pre-release suffix is ignored. */
export function compareVersions(a, b) {
  const parts = (v) =>
    v
      .replace(/^v/, "")
      .split(/[.+~-]/)
      .slice(0, 3)
      .map(Number);
  const [x, y] = [parts(a), parts(b)];
  for (let i = 0; i < 3; i++) {
    const d = (x[i] ?? 0) - (y[i] ?? 0);
    if (d !== 0) return d;
  }
  return 0;
}

/** ${XDG_CACHE_HOME:-~/.cache}/drydock/nats-server, one folder per version below it. */
export function cacheRoot() {
  return join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "drydock", "nats-server");
}

/**
 * @param {{minVersion?: string, floor?: boolean, download?: boolean, log?: (line: string) => void}} [options]
 *   floor: exactly 2.9.10, from the cache or Debian's bookworm; the environment and PATH are not asked
 * @returns {Promise<{path: string, version: string}>}
 */
export async function findNatsServer(options = {}) {
  const { minVersion = FLOOR, floor = false, download = true, log = () => {} } = options;
  const tried = [];
  const fits = (found) => (floor ? found.version === FLOOR : compareVersions(found.version, minVersion) >= 0);
  const consider = (where, found) => {
    if (found === undefined) return undefined;
    if (fits(found)) return found;
    tried.push(`${where}: ${found.path} is ${found.version}`);
    return undefined;
  };

  if (!floor && process.env.NATS_SERVER) {
    const found = await probe(process.env.NATS_SERVER);
    if (found === undefined)
      throw new Error(`NATS_SERVER=${process.env.NATS_SERVER} does not run as a nats-server`);
    if (fits(found)) return found;
    throw new Error(`NATS_SERVER=${found.path} is ${found.version}; ${minVersion} or newer is needed`);
  }
  const onPath = consider("PATH", floor ? undefined : await probeFirst(pathCandidates()));
  if (onPath) return onPath;
  const cached = (await cachedServers()).filter(fits)[0];
  if (cached) return cached;

  if (download) {
    const ways = floor
      ? [["Debian packages (bookworm)", () => fromDebian(["bookworm"], log)]]
      : [
          ["official release", () => fromRelease(log)],
          ["Debian packages", () => fromDebian(undefined, log)],
        ];
    for (const [name, fetchIt] of ways) {
      try {
        const found = consider(name, await fetchIt());
        if (found) return found;
      } catch (error) {
        tried.push(`${name}: ${oneLine(error)}`);
      }
    }
  }
  const wanted = floor ? `nats-server ${FLOOR}` : `nats-server ${minVersion} or newer`;
  throw new Error(
    [
      `${wanted} was not found.`,
      ...tried.map((line) => `  tried ${line}`),
      "Any one of these helps:",
      "  - install it: https://docs.nats.io/running-a-nats-service/introduction/installation, or `apt-get install nats-server`",
      "  - name a binary: NATS_SERVER=/path/to/nats-server",
      `  - put one at ${join(cacheRoot(), "VERSION", "nats-server")}`,
      "  - run once with a network: node scripts/nats-server.mjs",
      "  - use a server that runs already: --nats URL or NATS_URL",
    ].join("\n"),
  );
}

function oneLine(error) {
  const cause = error?.cause?.code ?? error?.cause?.message;
  return `${String(error?.message ?? error).split("\n")[0]}${cause ? ` (${cause})` : ""}`;
}

/** The binary and its version, or undefined when it does not run. */
async function probe(path) {
  try {
    const { stdout } = await run(path, ["--version"], { timeout: 10_000 });
    const version = /v?(\d+\.\d+\.\d+\S*)/.exec(stdout)?.[1];
    return version === undefined ? undefined : { path, version };
  } catch {
    return undefined;
  }
}

async function probeFirst(paths) {
  for (const path of paths) {
    try {
      await access(path, constants.X_OK);
    } catch {
      continue;
    }
    const found = await probe(path);
    if (found) return found;
  }
  return undefined;
}

/** /usr/sbin too: Debian puts the server there and users' PATH often lacks it. */
function pathCandidates() {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/usr/local/sbin"].filter(
    Boolean,
  );
  return folders.map((folder) => join(folder, "nats-server"));
}

/** Newest first. */
async function cachedServers() {
  const versions = await readdir(cacheRoot()).catch(() => []);
  const sorted = versions.filter((v) => /^\d/.test(v)).sort((a, b) => compareVersions(b, a));
  const found = await Promise.all(sorted.map((v) => probe(join(cacheRoot(), v, "nats-server"))));
  return found.filter((f) => f !== undefined);
}

/** A work folder inside the cache, so that the final rename stays on one file system. */
async function inWorkFolder(use) {
  await mkdir(cacheRoot(), { recursive: true });
  const work = await mkdtemp(join(cacheRoot(), ".work-"));
  try {
    return await use(work);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Puts a binary that runs under its version. Two processes may race: the loser finds the winner's. */
async function install(binary) {
  const found = await probe(binary);
  if (found === undefined) throw new Error(`the downloaded nats-server does not run on this machine`);
  const folder = join(cacheRoot(), found.version);
  const fresh = join(cacheRoot(), `.new-${randomUUID()}`);
  await mkdir(fresh);
  await cp(binary, join(fresh, "nats-server"));
  await rename(fresh, folder).catch(() => rm(fresh, { recursive: true, force: true }));
  const installed = await probe(join(folder, "nats-server"));
  if (installed === undefined) throw new Error(`${folder} holds a nats-server that does not run; remove it`);
  return installed;
}

async function get(url, ms) {
  const response = await fetch(url, { signal: AbortSignal.timeout(ms) });
  if (!response.ok) throw new Error(`${url} answered ${response.status}`);
  return response;
}

async function fromRelease(log) {
  const os = { linux: "linux", darwin: "darwin" }[process.platform];
  const arch = { x64: "amd64", arm64: "arm64" }[process.arch];
  if (!os || !arch) throw new Error(`no release is unpacked for ${process.platform}-${process.arch}`);
  const latest = await fetch(`${RELEASES}/latest`, {
    redirect: "manual",
    signal: AbortSignal.timeout(CONNECT_MS),
  });
  const tag = /\/tag\/(v\d+\.\d+\.\d+)$/.exec(latest.headers.get("location") ?? "")?.[1];
  if (tag === undefined) throw new Error(`${RELEASES}/latest names no version (status ${latest.status})`);
  const name = `nats-server-${tag}-${os}-${arch}`;
  log(`fetching ${name}`);
  const sums = await (await get(`${RELEASES}/download/${tag}/SHA256SUMS`, CONNECT_MS)).text();
  const wanted = sums
    .split("\n")
    .find((line) => line.trim().endsWith(`${name}.tar.gz`))
    ?.trim()
    .split(/\s+/)[0];
  if (wanted === undefined) throw new Error(`SHA256SUMS of ${tag} does not list ${name}.tar.gz`);
  const tarball = Buffer.from(
    await (await get(`${RELEASES}/download/${tag}/${name}.tar.gz`, DOWNLOAD_MS)).arrayBuffer(),
  );
  const actual = createHash("sha256").update(tarball).digest("hex");
  if (actual !== wanted) throw new Error(`${name}.tar.gz has sha256 ${actual}, SHA256SUMS says ${wanted}`);
  return inWorkFolder(async (work) => {
    await writeFile(join(work, "release.tar.gz"), tarball);
    await run("tar", ["-xzf", "release.tar.gz", `${name}/nats-server`], { cwd: work });
    return install(join(work, name, "nats-server"));
  });
}

/**
 * The machine's archive as apt itself names it: the mirror, and the line's keys where it states some. Other suites of
 * the same archive are signed by keys of the same keyring.
 */
async function aptArchive() {
  const { stdout } = await run(
    "apt-get",
    [
      "indextargets",
      "--no-release-info",
      "--format",
      "$(REPO_URI)\t$(BASE_URI)\t$(COMPONENT)",
      "Created-By: Packages",
    ],
    { timeout: 20_000 },
  );
  const release = Object.fromEntries(
    (await readFile("/etc/os-release", "utf8")).split("\n").flatMap((line) => {
      const [key, value] = line.split("=");
      return key && value ? [[key, value.replaceAll('"', "")]] : [];
    }),
  );
  const codename = release.VERSION_CODENAME ?? "stable";
  for (const line of stdout.split("\n")) {
    const [repo, base, component] = line.split("\t");
    const suite = base?.replace(/\/$/, "").split("/dists/")[1];
    if (repo && component === "main" && (suite === codename || suite === "stable")) {
      return { mirror: repo, debian: release.ID === "debian", codename };
    }
  }
  throw new Error(`apt names no archive of ${codename}`);
}

const KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg";

async function fromDebian(wantedSuites, log) {
  const { mirror, debian, codename } = await aptArchive();
  const suites = wantedSuites ?? (debian ? ["sid", "trixie", "bookworm"] : [codename]);
  const signed =
    debian &&
    (await access(KEYRING).then(
      () => true,
      () => false,
    ))
      ? `[signed-by=${KEYRING}] `
      : "";
  const failures = [];
  for (const suite of suites) {
    try {
      log(`fetching nats-server from ${suite}`);
      return await inWorkFolder((work) => fromSuite(work, `deb ${signed}${mirror} ${suite} main\n`));
    } catch (error) {
      failures.push(`${suite}: ${oneLine(error)}`);
    }
  }
  throw new Error(failures.join("; "));
}

/** Everything apt would write goes below `work`: the system's lists and packages stay as they are. */
async function fromSuite(work, sourceLine) {
  const file = (name) => join(work, name);
  await writeFile(file("sources.list"), sourceLine);
  for (const folder of ["parts", "lists/partial", "cache/archives/partial", "root"]) {
    await mkdir(file(folder), { recursive: true });
  }
  const settings = {
    "Dir::Etc::SourceList": file("sources.list"),
    "Dir::Etc::SourceParts": file("parts"),
    "Dir::Etc::Preferences": "/dev/null",
    "Dir::Etc::PreferencesParts": file("parts"),
    "Dir::State::Lists": file("lists"),
    "Dir::State::Status": "/dev/null",
    "Dir::Cache": file("cache"),
    "Acquire::Languages": "none",
    "Acquire::Retries": "1",
    "Acquire::http::Timeout": "8",
    "Acquire::https::Timeout": "8",
    "APT::Update::Error-Mode": "any",
    // apt's unprivileged user cannot enter a home folder's cache.
    "APT::Sandbox::User": "root",
  };
  const flags = Object.entries(settings).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
  const apt = (...command) =>
    run("apt-get", ["-qq", ...flags, ...command], { cwd: work, timeout: DOWNLOAD_MS });
  await apt("update");
  await apt("download", "nats-server");
  const deb = (await readdir(work)).find((name) => name.endsWith(".deb"));
  if (deb === undefined) throw new Error("apt downloaded no package");
  await run("dpkg-deb", ["-x", file(deb), file("root")], { timeout: 60_000 });
  const binary = await probeFirst(
    ["usr/sbin/nats-server", "usr/bin/nats-server"].map((p) => join(work, "root", p)),
  );
  if (binary === undefined) throw new Error(`${deb} holds no nats-server that runs here`);
  return install(binary.path);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const args = process.argv.slice(2);
  const min = args.includes("--min") ? args[args.indexOf("--min") + 1] : undefined;
  try {
    const found = await findNatsServer({
      floor: args.includes("--floor"),
      download: !args.includes("--offline"),
      log: (line) => console.error(line),
      ...(min === undefined ? {} : { minVersion: min }),
    });
    console.error(`nats-server ${found.version}`);
    console.log(found.path);
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
