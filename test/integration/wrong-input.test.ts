/** Wrong input ends in one clear typed error, and nothing is left under the output's name. */
import assert from "node:assert/strict";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { crc32 } from "node:zlib";
import { type Bus, connectBus } from "@drydock/bus";
import { assembleFile, safetensorsWriter } from "@drydock/formats";
import { Cluster, type Finished, runPipeline, startNats, type TestNats } from "@drydock/testkit";

const examples = fileURLToPath(new URL("../../examples/lightning", import.meta.url));

let dir: string;
let nats: TestNats;
let cluster: Cluster;
let bus: Bus;

before(async () => {
  dir = mkdtempSync(join(tmpdir(), "drydock-wrong-"));
  nats = await startNats();
  cluster = new Cluster({ natsUrl: nats.url });
  bus = await connectBus({ url: nats.url, name: "test" });
  await cluster.ready(bus);
  save("a", { w: [4, 4], b: [4] });
  save("wider", { w: [8, 4], b: [4] });
});

after(async () => {
  await bus.drain();
  await cluster.stop();
  await nats.stop();
  rmSync(dir, { recursive: true, force: true });
});

function save(name: string, shapes: Record<string, number[]>): void {
  const tensors = Object.entries(shapes).map(([key, shape]) => ({ name: key, dtype: "F32" as const, shape }));
  const file = safetensorsWriter.layout(tensors, { fileBytes: 2 ** 40, metadata: {} }).files[0];
  assert.ok(file !== undefined);
  writeFileSync(
    join(dir, `${name}.safetensors`),
    assembleFile(file, (i) =>
      new Uint8Array((tensors[i]?.shape ?? []).reduce((n, d) => n * d, 4)).fill(i + 1),
    ),
  );
}

let count = 0;
async function failing(pipeline: object): Promise<NonNullable<Finished["end"]["failure"]>> {
  const out = join(dir, `out-${++count}`);
  const { end } = await runPipeline(
    bus,
    { output: { uri: out }, pipeline: { max_retries: 0 }, ...pipeline },
    { key: `wrong-${count}` },
  );
  assert.equal(end.outcome, "failed");
  assert.ok(!existsSync(out), "nothing lies under the output's name");
  assert.deepEqual(
    readdirSync(dir).filter((name) => name.startsWith(".")),
    [],
    "nor beside it",
  );
  assert.ok(end.failure !== undefined);
  return end.failure;
}

test("a file that is not there is named, with its neighbours", async () => {
  const failure = await failing({ checkpoint: { source: join(dir, "a.safetensor") } });
  assert.equal(failure.name, "CheckpointNotFoundError");
  assert.match(failure.message, /a\.safetensor/);
});

test("all mistakes of a pipeline come together, with the nearest valid names, before a byte is read", async () => {
  const failure = await failing({
    checkpoint: { source: join(dir, "a.safetensors"), loading: { type: "weight_only" } },
    model_modifier: { modifiers: [{ type: "freeze", layer: ["w"] }] },
    outputs: {},
  });
  assert.equal(failure.name, "CheckpointConfigError");
  for (const hint of [/weights_only/, /layers/, /"outputs"; did you mean "output"/])
    assert.match(failure.message, hint);
});

test("a shape that does not fit names the key and both shapes", async () => {
  const failure = await failing({
    checkpoint: { source: join(dir, "a.safetensors"), loading: { type: "weights_only" } },
    target: join(dir, "wider.safetensors"),
  });
  assert.equal(failure.name, "CheckpointIncompatibleError");
  assert.match(failure.message, /w\b/);
  assert.match(failure.message, /\[4, 4\]/);
  assert.match(failure.message, /\[8, 4\]/);
});

test("a target key that neither side fills is an error naming it", async () => {
  writeFileSync(
    join(dir, "target.json"),
    JSON.stringify({
      format: "drydock.target/1",
      tensors: [
        { name: "w", dtype: "F32", shape: [4, 4], kind: "parameter" },
        { name: "extra", dtype: "F32", shape: [2], kind: "parameter" },
      ],
    }),
  );
  const failure = await failing({
    checkpoint: { source: join(dir, "a.safetensors"), loading: { type: "transfer_learning" } },
    target: join(dir, "target.json"),
  });
  assert.equal(failure.name, "CheckpointIncompatibleError");
  assert.match(failure.message, /extra/);
});

test("a freeze entry that hits nothing lists what it could have meant", async () => {
  const failure = await failing({
    checkpoint: { source: join(examples, "pretrained.ckpt"), loading: { type: "weights_only" } },
    model_modifier: { modifiers: [{ type: "freeze", layers: ["encodr"] }] },
  });
  assert.match(failure.message, /encodr/);
  assert.match(failure.message, /encoder/);
});

test("a pickle that calls os.system is refused with the global named, and nothing runs", async () => {
  const marker = join(dir, "executed");
  const command = `touch ${marker}`;
  const pickle = Buffer.concat([
    Buffer.from("\x80\x02cos\nsystem\nX", "latin1"),
    le32(command.length),
    Buffer.from(command),
    Buffer.from("\x85R.", "latin1"),
  ]);
  writeFileSync(join(dir, "hostile.pt"), storedZip("hostile/data.pkl", pickle));
  const failure = await failing({
    checkpoint: { source: join(dir, "hostile.pt"), loading: { type: "weights_only" } },
  });
  assert.equal(failure.name, "CheckpointLoadError");
  assert.match(failure.message, /os\.system|os system/);
  assert.ok(!existsSync(marker));
});

test("another plan's sealed output is kept unless it may be replaced", async () => {
  const output = { uri: join(dir, "kept") };
  const from = (name: string) => ({
    checkpoint: { source: join(dir, `${name}.safetensors`), loading: { type: "weights_only" } },
  });
  const first = await runPipeline(bus, { ...from("a"), output }, { key: "keep-1" });
  assert.equal(first.end.outcome, "sealed");
  const manifest = readFileSync(join(dir, "kept/drydock.json"), "utf8");
  const second = await runPipeline(bus, { ...from("wider"), output }, { key: "keep-2" });
  assert.equal(second.end.failure?.kind, "conflict");
  assert.match(second.end.failure?.remedy ?? "", /if_exists/);
  assert.equal(readFileSync(join(dir, "kept/drydock.json"), "utf8"), manifest);
  const third = await runPipeline(
    bus,
    { ...from("wider"), output: { ...output, if_exists: "replace" } },
    { key: "keep-3" },
  );
  assert.equal(third.end.outcome, "sealed");
  assert.notEqual(readFileSync(join(dir, "kept/drydock.json"), "utf8"), manifest);
});

test("a folder with the user's own files is never an output", async () => {
  const out = join(dir, "mine");
  mkdirSync(out);
  writeFileSync(join(out, "notes.txt"), "mine");
  const { end } = await runPipeline(
    bus,
    {
      checkpoint: { source: join(dir, "a.safetensors"), loading: { type: "weights_only" } },
      output: { uri: out },
    },
    { key: "mine" },
  );
  assert.equal(end.failure?.kind, "conflict");
  assert.deepEqual(readdirSync(out), ["notes.txt"]);
});

function le32(n: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(n);
  return bytes;
}

/** The least zip with one stored record. */
function storedZip(name: string, data: Buffer): Buffer {
  const crc = crc32(data);
  const fields = (size: number): Buffer => {
    const b = Buffer.alloc(size);
    b.writeUInt32LE(crc, size - 12);
    b.writeUInt32LE(data.length, size - 8);
    b.writeUInt32LE(data.length, size - 4);
    return b;
  };
  const local = Buffer.concat([
    Buffer.from("PK\x03\x04"),
    fields(22),
    Buffer.from([name.length, 0, 0, 0]),
    Buffer.from(name),
    data,
  ]);
  const tail = Buffer.alloc(14);
  const central = Buffer.concat([
    Buffer.from("PK\x01\x02"),
    fields(24),
    Buffer.from([name.length, 0, 0, 0]),
    tail,
    Buffer.from(name),
  ]);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(local.length, 16);
  return Buffer.concat([local, central, end]);
}
