/**
 * A real S3-compatible server for one test process: the one DRYDOCK_TEST_S3 names (http://KEY:SECRET@host:port?region=r),
 * else Ceph's RADOS gateway over a store in memory: one monitor, one OSD, one gateway, all on loopback.
 * R1 nothing outlives the test process, however that ends: a shell holds the three and their folder, and removes both
 *    when the pipe from the test closes.
 * R2 "started" means that the gateway answered a signed request.
 */
import { execFile, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type S3Access, s3Request } from "./s3-request.ts";

export interface S3Server extends S3Access, AsyncDisposable {
  /** For a process that uses the standard credential chain. */
  readonly env: Readonly<Record<string, string>>;
  /** A new bucket with a name of its own. */
  bucket(): Promise<string>;
  /** Nothing happens to a server that DRYDOCK_TEST_S3 names. */
  stop(): Promise<void>;
}

/** A second on an idle machine, half a minute on a busy one. */
const START_MS = 75_000;
const LAUNCHES = 3;
const PROGRAMS = ["ceph-mon", "ceph-osd", "radosgw", "radosgw-admin", "monmaptool", "ceph"];
const PACKAGES = ["ceph-mon", "ceph-osd", "ceph-common", "radosgw"];
const run = promisify(execFile);

let shared: Promise<S3Server | string> | undefined;

/** The server of this process, started on first use; or why there is none, for a test's `skip`. */
export function startS3(): Promise<S3Server | string> {
  shared ??= start();
  return shared;
}

async function start(): Promise<S3Server | string> {
  const given = process.env.DRYDOCK_TEST_S3;
  if (given !== undefined && given !== "") return serverOf(accessOf(given), async () => {});
  const missing = await ensureS3Server();
  if (missing !== undefined) return missing;
  for (let tries = 1; ; tries++) {
    try {
      return await launch();
    } catch (error) {
      // A port that was free when asked may be another server's a moment later.
      if (tries === LAUNCHES) throw error;
    }
  }
}

/** Installs the programs where they are missing and this user may; resolves to why they still are. */
export async function ensureS3Server(): Promise<string | undefined> {
  if (await installed()) return undefined;
  const where = "S3 tests need Ceph's gateway or DRYDOCK_TEST_S3";
  if (process.getuid?.() !== 0) {
    return loud(`${where}; not root, so not installed: apt-get install ${PACKAGES.join(" ")}`);
  }
  console.error(`testkit: installing ${PACKAGES.join(", ")} with apt-get, for the S3 tests`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  try {
    await run("apt-get", ["update"], { env });
    await run("apt-get", ["install", "-y", "--no-install-recommends", ...PACKAGES], {
      env,
      maxBuffer: 2 ** 26,
    });
  } catch (error) {
    return loud(`${where}; apt-get failed: ${String(error).slice(0, 300)}`);
  }
  return (await installed()) ? undefined : loud(`${where}; apt-get brought no radosgw`);
}

function loud(reason: string): string {
  console.error(`testkit: SKIPPING S3 TESTS: ${reason}`);
  return reason;
}

async function installed(): Promise<boolean> {
  const found = await Promise.all(
    PROGRAMS.map((program) =>
      run("sh", ["-c", `command -v ${program}`]).then(
        () => true,
        () => false,
      ),
    ),
  );
  return found.every(Boolean);
}

/** R1. Says "ready" once the gateway has a user; everything it starts is its child. */
const KEEPER = `
set -e
dir=$1 uuid=$2 access=$3 secret=$4 fsid=$5 address=$6
conf="$dir/ceph.conf"
exec 4<&0 </dev/null
pids=
end() { kill -KILL $pids 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$dir"; }
trap end EXIT
setup() {
  monmaptool --create --addv a "[v1:$address]" --fsid "$fsid" "$dir/monmap" >/dev/null
  ceph-mon --mkfs -i a -c "$conf" --monmap "$dir/monmap"
  ceph-mon -f -i a -c "$conf" & echo "pid $!"
  timeout 30 ceph -c "$conf" --connect-timeout 20 osd new "$uuid" >/dev/null
  timeout 30 ceph-osd -i 0 --mkfs --osd-uuid "$uuid" -c "$conf"
  ceph-osd -f -i 0 -c "$conf" & echo "pid $!"
  radosgw -f -n client.rgw -c "$conf" & echo "pid $!"
  # Hangs now and then while the gateway makes its pools; asked again it answers.
  for try in 1 2 3 4 5; do
    timeout 30 radosgw-admin -n client.rgw -c "$conf" user create --uid test --display-name test \
      --access-key "$access" --secret-key "$secret" >/dev/null && echo ready && break
  done
}
mkfifo "$dir/said"
setup >"$dir/said" &
pids=$!
{ cat <&4 >/dev/null; kill -TERM $$; } &
watcher=$!
pids="$pids $watcher"
trap 'exit 0' TERM
while read -r word pid; do
  case $word in pid) pids="$pids $pid" ;; ready) echo ready ;; esac
done <"$dir/said"
wait $watcher || true
`;

async function launch(): Promise<S3Server> {
  const dir = await mkdtemp(join(tmpdir(), "drydock-s3-"));
  const [monitor, gateway] = await freePorts();
  const fsid = randomUUID();
  const access: S3Access = {
    endpoint: `http://127.0.0.1:${gateway}`,
    region: "us-east-1",
    accessKeyId: "drydock",
    secretAccessKey: randomUUID(),
  };
  for (const part of ["mon", "osd", "rgw"]) await mkdir(join(dir, part));
  await writeFile(join(dir, "ceph.conf"), configuration(dir, fsid, monitor, gateway));
  const { accessKeyId, secretAccessKey } = access;
  const args = [dir, randomUUID(), accessKeyId, secretAccessKey, fsid, `127.0.0.1:${monitor}`];
  const child = spawn("sh", ["-c", KEEPER, "sh", ...args], { stdio: ["pipe", "pipe", "pipe"] });
  const ended = once(child, "exit");
  child.stdin.on("error", () => {});
  let log = "";
  let ready = false;
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    log = (log + text).slice(-8192);
  });
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    ready ||= text.includes("ready");
  });
  const deadline = Date.now() + START_MS;
  while (!(ready && (await answers(access)))) {
    if (child.exitCode !== null || log.includes("wrong fsid") || Date.now() > deadline) {
      child.stdin.destroy();
      throw new Error(`the S3 server did not start:\n${log}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  // A forgotten server must not keep the test process alive; R1 ends it then.
  child.unref();
  for (const stream of child.stdio) {
    if (stream && "unref" in stream && typeof stream.unref === "function") stream.unref();
  }
  return serverOf(access, async () => {
    child.ref();
    child.stdin.destroy();
    await ended;
    shared = undefined;
  });
}

/** R2. */
async function answers(access: S3Access): Promise<boolean> {
  return (await s3Request(access, "GET", "/").catch(() => undefined))?.status === 200;
}

function serverOf(access: S3Access, stop: () => Promise<void>): S3Server {
  return {
    ...access,
    env: {
      AWS_ENDPOINT_URL_S3: access.endpoint,
      AWS_REGION: access.region,
      AWS_ACCESS_KEY_ID: access.accessKeyId,
      AWS_SECRET_ACCESS_KEY: access.secretAccessKey,
    },
    async bucket() {
      const name = `drydock-${randomUUID().slice(0, 18)}`;
      const { status, text } = await s3Request(access, "PUT", `/${name}`);
      if (status !== 200) throw new Error(`bucket ${name} was not made: ${status} ${text}`);
      return name;
    },
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function accessOf(given: string): S3Access {
  const url = new URL(given);
  return {
    endpoint: `${url.protocol}//${url.host}`,
    region: url.searchParams.get("region") ?? "us-east-1",
    accessKeyId: decodeURIComponent(url.username),
    secretAccessKey: decodeURIComponent(url.password),
  };
}

async function freePorts(): Promise<[number, number]> {
  const servers = [createServer(), createServer()] as const;
  const ports: number[] = [];
  for (const server of servers) {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  const [first = 0, second = 0] = ports;
  return [first, second];
}

function configuration(dir: string, fsid: string, monitor: number, gateway: number): string {
  return `[global]
fsid = ${fsid}
mon host = v1:127.0.0.1:${monitor}
ms bind msgr2 = false
ms bind ipv6 = false
auth cluster required = none
auth service required = none
auth client required = none
keyring = ${dir}/keyring
run dir = ${dir}
admin socket =
pid file =
log to file = false
log to stderr = false
mon cluster log to file = false
err to stderr = true
mon data = ${dir}/mon
mon data avail crit = 0
mon data avail warn = 0
mon allow pool size one = true
mon tick interval = 1
# Each of the gateway's dozen pools is a round of these.
paxos propose interval = 0.05
paxos min wait = 0.01
osd data = ${dir}/osd
osd objectstore = memstore
memstore device bytes = ${8 * 2 ** 30}
osd crush chooseleaf type = 0
osd op num shards = 2
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pg autoscale mode = off
rgw data = ${dir}/rgw
rgw frontends = beast endpoint=127.0.0.1:${gateway}
rgw thread pool size = 32
rgw run sync thread = false
rgw enable gc threads = false
rgw enable lc threads = false
rgw enable quota threads = false
rgw dynamic resharding = false
`;
}
