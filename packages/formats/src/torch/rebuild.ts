/** PyTorch's own names in a pickle, and what each of its rebuild functions makes of its arguments. */

import { CONSTANTS, ELEMENTS, STORAGE_CLASSES } from "./elements.ts";
import { checkedGeometry, checkedShape } from "./geometry.ts";
import type { ElementType, StorageNode, TensorNode } from "./nodes.ts";
import type { Allowed, CallSite, Constructor } from "./pickle/calls.ts";
import { isKind, type PyValue, typeName } from "./pickle/values.ts";

const UTILS: Readonly<Record<string, Constructor>> = {
  _rebuild_tensor: (args, site) => dense(args, args[0], undefined, site),
  _rebuild_tensor_v2: (args, site) => withMetadata(dense(args, args[0], undefined, site), args[6]),
  _rebuild_tensor_v3: (args, site) => withMetadata(dense(args, args[0], args[6], site), args[7]),
  _rebuild_parameter: (args, site) => ({ ...tensorOf(args[0], site), parameter: true }),
  _rebuild_parameter_with_state: (args, site) => ({ ...tensorOf(args[0], site), parameter: true }),
  _rebuild_sparse_tensor: sparse,
  _rebuild_qtensor: (args, site) => ({ ...dense(args, args[0], undefined, site), special: "quantized" }),
  _rebuild_meta_tensor_no_storage: (args, site) =>
    special("meta", elementOf(args[0], site), checkedShape(args[1] ?? null, site)),
  _rebuild_nested_tensor: (args, site) => special("nested", tensorOf(args[0], site).element, []),
  _rebuild_wrapper_subclass: (args, site) =>
    special("subclass", elementOf(args[1], site), checkedShape(args[2] ?? null, site)),
  _rebuild_device_tensor_from_cpu_tensor: (args, site) => tensorOf(args[0], site),
};

/** The names of weights_only loading that are PyTorch's; keyed "module name". */
export const TORCH_NAMES: ReadonlyMap<string, Allowed> = new Map<string, Allowed>([
  ...[...STORAGE_CLASSES.keys()].map((key): [string, Allowed] => [key, {}]),
  ...CONSTANTS.map((name): [string, Allowed] => [`torch ${name}`, {}]),
  ...Object.entries(UTILS).map(([name, call]): [string, Allowed] => [`torch._utils ${name}`, { call }]),
  ["torch._tensor _rebuild_from_type_v2", { call: fromType }],
  ["torch.nn.parameter Parameter", {}],
  ["torch Tensor", {}],
  ["torch Size", { call: size }],
  ["torch device", { call: device }],
  ["torch.serialization _get_layout", { call: layout }],
]);

/** (storage, offset, size, stride, …); `dtype` where the call brings its own. */
function dense(
  args: readonly PyValue[],
  storage: PyValue | undefined,
  dtype: PyValue | undefined,
  site: CallSite,
): TensorNode {
  const [, offset, sizes, strides] = args;
  if (!isKind(storage, "storage") || offset === undefined || sizes === undefined || strides === undefined) {
    throw site.badArgs(`expected a storage, offset, size and stride, found ${describe(args)}`);
  }
  const element = dtype === undefined ? typedElement(storage, site) : elementOf(dtype, site);
  const geometry = checkedGeometry(storage, element, offset, sizes, strides, site);
  return { kind: "tensor", element, ...geometry, storage, parameter: false, special: undefined };
}

function typedElement(storage: StorageNode, site: CallSite): ElementType {
  if (storage.element === undefined) throw site.badArgs("an untyped storage without a dtype");
  return storage.element;
}

/** {"conj": True} and {"neg": True}: the values are to be conjugated or negated when read. */
function withMetadata(tensor: TensorNode, metadata: PyValue | undefined): TensorNode {
  if (!isKind(metadata, "dict")) return tensor;
  const lazy = ["conj", "neg"].filter((bit) => metadata.entries.get(bit)?.value === true);
  return lazy.length === 0 ? tensor : { ...tensor, special: `lazy ${lazy.join(" and ")}` };
}

function special(what: string, element: ElementType, shape: readonly number[]): TensorNode {
  return {
    kind: "tensor",
    element,
    shape,
    offset: 0,
    strides: shape.map(() => 0),
    storage: undefined,
    parameter: false,
    special: what,
  };
}

/** (layout, (indices, values, size, …)) or (layout, (compressed, plain, values, size)). */
function sparse(args: readonly PyValue[], site: CallSite): TensorNode {
  const parts = isKind(args[1], "tuple") ? args[1].items : [];
  const values = parts.filter((p) => isKind(p, "tensor")).at(-1);
  const shape = parts.find((p) => isKind(p, "tuple"));
  return special("sparse", tensorOf(values, site).element, checkedShape(shape ?? null, site));
}

/** (function, class, arguments, state): a tensor with attributes, or a subclass. */
function fromType(args: readonly PyValue[], site: CallSite): TensorNode {
  const [rebuild, type, inner] = args;
  const known =
    isKind(rebuild, "global") && rebuild.module === "torch._utils" && Object.hasOwn(UTILS, rebuild.name);
  const call = known ? UTILS[rebuild.name] : undefined;
  if (call === undefined || !isKind(type, "global") || !isKind(inner, "tuple")) {
    throw site.badArgs(`expected a rebuild function, a class and arguments, found ${describe(args)}`);
  }
  const tensor = tensorOf(call(inner.items, site), site);
  const name = typeName(type);
  if (name === "torch.Tensor") return tensor;
  return name === "torch.nn.parameter.Parameter"
    ? { ...tensor, parameter: true }
    : { ...tensor, special: `subclass ${name}` };
}

function tensorOf(value: PyValue | undefined, site: CallSite): TensorNode {
  if (isKind(value, "tensor")) return value;
  throw site.badArgs(`expected a tensor, found ${typeName(value ?? null)}`);
}

function elementOf(value: PyValue | undefined, site: CallSite): ElementType {
  const element = isKind(value, "global") && value.module === "torch" ? ELEMENTS.get(value.name) : undefined;
  if (element === undefined) throw site.badArgs(`${typeName(value ?? null)} is no dtype that can be saved`);
  return element;
}

function size(args: readonly PyValue[], site: CallSite): PyValue {
  const [items, ...more] = args;
  if (isKind(items, "tuple") && more.length === 0) return items;
  throw site.badArgs(`expected a tuple, found ${describe(args)}`);
}

/** Kept as text, such as "cuda:1"; nothing acts on it. */
function device(args: readonly PyValue[], site: CallSite): PyValue {
  const [type, index] = args;
  if (typeof type !== "string" || (index !== undefined && typeof index !== "number") || args.length > 2) {
    throw site.badArgs(`expected a name and an index, found ${describe(args)}`);
  }
  return index === undefined ? type : `${type}:${index}`;
}

function layout(args: readonly PyValue[], site: CallSite): PyValue {
  const [name] = args;
  if (typeof name !== "string" || args.length !== 1)
    throw site.badArgs(`expected a name, found ${describe(args)}`);
  return name;
}

function describe(args: readonly PyValue[]): string {
  return `(${args.slice(0, 10).map(typeName).join(", ")}${args.length > 10 ? ", …" : ""})`;
}
