/** Everything of drydock.json that the plan knows: all but digests. */
import {
  type Identity,
  type KernelProfile,
  type LoadPlan,
  MANIFEST_SCHEMA,
  type ManifestDraft,
  type Pin,
  type Sidecar,
  sha256Hex,
  type TensorPlan,
} from "@drydock/checkpoint";

/** An input as the run acquired it. */
export interface BuildInput {
  readonly name: string;
  readonly role: string;
  readonly uri: string;
}

/** Where in the output a tensor's bytes are. */
export interface TensorPlace {
  readonly shard: number;
  readonly segment: number;
  readonly file: string;
}

export interface DraftRequest {
  readonly version: string;
  readonly format: string;
  readonly inputs: readonly BuildInput[];
  readonly pins: readonly Pin[];
  readonly load: LoadPlan;
  readonly modifiers: readonly Readonly<Record<string, unknown>>[];
  readonly kernels: KernelProfile;
  readonly sidecars: readonly Sidecar[];
  readonly tensors: readonly TensorPlan[];
  placeOf(tensor: TensorPlan): TensorPlace;
}

export function manifestDraft(request: DraftRequest): ManifestDraft {
  const { load, kernels } = request;
  return {
    schema: MANIFEST_SCHEMA,
    drydock: request.version,
    format: request.format,
    inputs: request.inputs.map(({ name, role, uri }) => ({
      name,
      role,
      uri,
      objects: request.pins
        .filter((pin) => pin.input === name)
        .map((pin) => ({
          object: pin.object,
          size: pin.size,
          identity: identityOf(pin.identity),
          checksums: pin.checksums.map(({ algorithm, value }) => ({ algorithm, value })),
        })),
    })),
    report: {
      strategy: load.report.strategy,
      transferred: load.report.transferred,
      skipped: load.report.skipped,
      unfilled: load.report.unfilled,
      transferredBytes: load.report.transferredBytes,
      transferredElements: load.report.transferredElements,
    },
    modifiers: request.modifiers,
    training: { ...load.training },
    kernels: { backend: kernels.backend, version: kernels.version },
    sidecars: request.sidecars.map(({ path, bytes }) => ({
      path,
      size: bytes.length,
      sha256: sha256Hex(bytes),
    })),
    tensors: request.tensors.map((tensor) => ({
      name: tensor.name,
      dtype: tensor.dtype,
      shape: tensor.shape,
      kind: tensor.kind,
      origin: { ...tensor.origin },
      modifiers: tensor.modifiers,
      ...request.placeOf(tensor),
    })),
  };
}

function identityOf(identity: Identity): Readonly<Record<string, unknown>> {
  return { ...identity };
}
