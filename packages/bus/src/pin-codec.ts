/** Pins and training state on the wire. */
import type { Checksum, Identity, Pin, TrainingState } from "@drydock/checkpoint";
import { canonicalJson } from "@drydock/checkpoint";
import { drydock } from "@drydock/proto";
import { decode, encode, undecodable } from "./codec.ts";

const { v1 } = drydock;

export function encodePin(pin: Pin): Uint8Array {
  return encode(v1.Pin, fromPin(pin));
}

export function decodePin(bytes: Uint8Array): Pin {
  return toPin(decode(v1.Pin, bytes));
}

export function fromPin(pin: Pin): drydock.v1.Pin.$Properties {
  const { id, input, object, uri, size, node } = pin;
  return {
    id,
    input,
    object,
    uri,
    size,
    ...fromIdentity(pin.identity),
    ...(node === undefined ? {} : { node }),
    checksums: pin.checksums.map((checksum) => ({ ...checksum })),
  };
}

export function toPin(pin: drydock.v1.Pin.$Properties): Pin {
  return {
    id: pin.id ?? "",
    input: pin.input ?? "",
    object: pin.object ?? "",
    uri: pin.uri ?? "",
    size: pin.size ?? 0,
    identity: toIdentity(pin),
    ...(pin.node ? { node: pin.node } : {}),
    checksums: (pin.checksums ?? []).map(toChecksum),
  };
}

function fromIdentity(identity: Identity): drydock.v1.Pin.$Properties {
  switch (identity.kind) {
    case "etag":
      return { etag: identity.etag };
    case "version":
      return { versionId: identity.versionId };
    case "file": {
      const { device, inode, mtimeNs } = identity;
      return { file: { device, inode, mtimeNs } };
    }
    case "size":
      return { sizeOnly: true };
  }
}

function toIdentity(pin: drydock.v1.Pin.$Properties): Identity {
  if (typeof pin.etag === "string") return { kind: "etag", etag: pin.etag };
  if (typeof pin.versionId === "string") return { kind: "version", versionId: pin.versionId };
  if (pin.file) {
    const { device, inode, mtimeNs } = pin.file;
    return { kind: "file", device: device ?? 0, inode: inode ?? 0, mtimeNs: mtimeNs ?? "0" };
  }
  if (pin.sizeOnly) return { kind: "size" };
  throw undecodable(`pin ${pin.id ?? ""} names no identity this version knows`);
}

function toChecksum(checksum: drydock.v1.Checksum.$Properties): Checksum {
  const { algorithm, value } = checksum;
  if (algorithm !== "sha256" && algorithm !== "crc32c" && algorithm !== "md5") {
    throw undecodable(`${JSON.stringify(algorithm ?? "")} is no checksum algorithm this version knows`);
  }
  return { algorithm, value: value ?? "" };
}

export function fromTraining(training: TrainingState): drydock.v1.TrainingState.$Properties {
  const { epoch, globalStep, bestMetric, metricsHistory, producer, hasOptimizer, hasScheduler } = training;
  return {
    ...(epoch === undefined ? {} : { epoch }),
    ...(globalStep === undefined ? {} : { globalStep }),
    ...(bestMetric === undefined ? {} : { bestMetric }),
    ...(metricsHistory === undefined ? {} : { metricsHistoryJson: canonicalJson(metricsHistory) }),
    producer,
    hasOptimizer,
    hasScheduler,
  };
}

export function toTraining(training: drydock.v1.TrainingState.$Properties | null | undefined): TrainingState {
  const { epoch, globalStep, bestMetric, metricsHistoryJson } = training ?? {};
  const set = <K extends string>(key: K, value: number | null | undefined) =>
    value === null || value === undefined ? {} : { [key]: value };
  return {
    ...set("epoch", epoch),
    ...set("globalStep", globalStep),
    ...set("bestMetric", bestMetric),
    ...(metricsHistoryJson ? { metricsHistory: JSON.parse(metricsHistoryJson) as unknown } : {}),
    producer: training?.producer ?? "",
    hasOptimizer: training?.hasOptimizer ?? false,
    hasScheduler: training?.hasScheduler ?? false,
  };
}
