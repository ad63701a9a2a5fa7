/** Calls, state and items: what REDUCE, BUILD, SETITEM and their kin do to inert values. */
import type { Fail } from "../errors.ts";
import { type Allowed, type CallSite, DATA_NAMES } from "./calls.ts";
import { setItem } from "./dict.ts";
import type { PickleOptions } from "./run.ts";
import { dict, isKind, opaque, type PyDict, type PyGlobal, type PyValue, typeName } from "./values.ts";

export interface Objects {
  /** Offset of the current opcode, for errors. */
  at: number;
  duplicateKeys: number;
  allowed(module: string, name: string): Allowed | undefined;
  call(callable: PyValue, args: PyValue, kwargs?: PyValue): PyValue;
  persistent(id: PyValue): PyValue;
  build(target: PyValue, state: PyValue): void;
  setItems(target: PyValue, items: readonly PyValue[]): void;
  append(target: PyValue, items: readonly PyValue[]): void;
  addToSet(target: PyValue, items: readonly PyValue[]): void;
}

export function pickleObjects(options: PickleOptions, fail: Fail): Objects {
  const objects: Objects = {
    at: 0,
    duplicateKeys: 0,
    allowed(module, name) {
      const key = `${module} ${name}`;
      return options.allowed.get(key) ?? DATA_NAMES.get(key);
    },

    call(callable, args, kwargs = null) {
      if (!isKind(args, "tuple")) {
        throw fail("PICKLE_BAD_REDUCE_ARGS", `arguments are a ${typeName(args)}, not a tuple`, objects.at);
      }
      if (isKind(callable, "opaque")) return opaque(callable, args.items, kwargs);
      if (!isKind(callable, "global")) {
        throw fail("PICKLE_BAD_REDUCE_ARGS", `a ${typeName(callable)} is called`, objects.at);
      }
      const { allowed } = callable;
      if (allowed === undefined) return opaque(callable, args.items, kwargs);
      const site = siteOf(callable);
      if (allowed.call === undefined) throw site.badArgs("it cannot be called");
      if (kwargs !== null) throw site.badArgs("no keyword arguments are known");
      return allowed.call(args.items, site);
    },

    persistent(id) {
      const offset = objects.at;
      return options.persistentLoad(id, {
        offset,
        badArgs: (problem) => fail("PICKLE_BAD_REDUCE_ARGS", `persistent id: ${problem}`, offset),
        fail: (code, message) => fail(code, `persistent id: ${message}`, offset),
      });
    },

    build(target, state) {
      if (isKind(target, "opaque")) target.state = state;
      else if (isKind(target, "dict") && target.type !== "dict" && isKind(state, "dict"))
        addAttributes(target, state);
      else {
        const message = `state of a ${typeName(state)} cannot be set on a ${typeName(target)}`;
        throw fail("PICKLE_BUILD_NOT_ALLOWED", message, objects.at);
      }
    },

    setItems(target, items) {
      const into = isKind(target, "opaque") ? target.entries : target;
      if (!isKind(into, "dict")) {
        const message = `an item is set on a ${typeName(target)}, which is no dict`;
        throw fail("PICKLE_SETITEM_TARGET", message, objects.at);
      }
      if (items.length % 2 !== 0) {
        throw fail("PICKLE_BAD_OPERAND", `${items.length} values are no pairs of key and value`, objects.at);
      }
      const before = into.entries.size;
      for (let i = 0; i < items.length; i += 2) {
        const key = items[i] ?? null;
        if (!setItem(into, key, items[i + 1] ?? null)) throw unhashable(key);
      }
      objects.duplicateKeys += items.length / 2 - (into.entries.size - before);
    },

    append(target, items) {
      if (!isKind(target, "list") && !isKind(target, "opaque")) {
        const message = `an item is appended to a ${typeName(target)}, which is no list`;
        throw fail("PICKLE_APPEND_TARGET", message, objects.at);
      }
      for (const item of items) target.items.push(item);
    },

    addToSet(target, items) {
      if (!isKind(target, "set")) {
        const message = `an item is added to a ${typeName(target)}, which is no set`;
        throw fail("PICKLE_APPEND_TARGET", message, objects.at);
      }
      const scratch = dict();
      for (const item of items) if (!setItem(scratch, item, item)) throw unhashable(item);
      for (const [key, { value }] of scratch.entries)
        if (!target.items.has(key)) target.items.set(key, value);
    },
  };

  function siteOf(callable: PyGlobal): CallSite {
    const offset = objects.at;
    const name = () => typeName(callable);
    return {
      offset,
      badArgs: (problem) => fail("PICKLE_BAD_REDUCE_ARGS", `${name()}: ${problem}`, offset),
      fail: (code, message) => fail(code, `${name()}: ${message}`, offset),
    };
  }

  function unhashable(key: PyValue): Error {
    return fail("PICKLE_UNHASHABLE_KEY", `a ${typeName(key)} cannot be a key`, objects.at);
  }

  return objects;
}

function addAttributes(target: PyDict, state: PyDict): void {
  target.attributes ??= dict();
  for (const { key, value } of state.entries.values()) setItem(target.attributes, key, value);
}
