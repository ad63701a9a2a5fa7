/** The opcode loop; its invariants are in run.ts. */
import type { Fail } from "../errors.ts";
import { GLOBALS_NOTED, PICKLE_INT_BYTES, PICKLE_OPS } from "../limits.ts";
import { python3Name } from "./calls.ts";
import { type Cursor, cursor } from "./cursor.ts";
import { decimalFloat, decimalInt, quotedString, rawUnicode, signedInt } from "./literals.ts";
import { valueMemo } from "./memo.ts";
import { pickleObjects } from "./objects.ts";
import { HIGHEST_PROTOCOL, OP } from "./opcodes.ts";
import type { PickleOptions } from "./run.ts";
import { valueStack } from "./stack.ts";
import { decodeText } from "./utf8.ts";
import { dict, isKind, type PyGlobal, type PyValue, typeName } from "./values.ts";

export interface Run {
  readonly value: PyValue;
  readonly duplicateKeys: number;
  /** Bytes up to and with STOP. */
  readonly length: number;
}

/** Names that are not allowed are added to `unknown`. */
export function runOpcodes(
  bytes: Buffer,
  options: PickleOptions,
  unknown: Map<string, PyGlobal>,
  fail: Fail,
): Run {
  const input = cursor(bytes, fail);
  try {
    const run = runFrom(input, bytes, options, unknown, fail);
    if (input.broken !== undefined) throw input.broken;
    return run;
  } catch (error) {
    // What broke first is what is wrong.
    throw input.broken ?? error;
  }
}

function runFrom(
  input: Cursor,
  bytes: Buffer,
  options: PickleOptions,
  unknown: Map<string, PyGlobal>,
  fail: Fail,
): Run {
  const objects = pickleObjects(options, fail);
  const stack = valueStack(() => objects.at, fail);
  const memo = valueMemo(() => objects.at, fail);
  const { push, pop, top, popMark } = stack;

  for (let ops = 0; ; ops++) {
    if (ops === PICKLE_OPS) throw fail("PICKLE_LIMIT_OPS", `more than ${PICKLE_OPS} opcodes`, input.at);
    objects.at = input.at;
    const op = input.u8();
    switch (op) {
      case OP.MARK:
        stack.mark();
        break;
      case OP.STOP:
        return { value: pop(), duplicateKeys: objects.duplicateKeys, length: input.at };
      case OP.POP:
        stack.drop();
        break;
      case OP.POP_MARK:
        popMark();
        break;
      case OP.DUP:
        push(top());
        break;
      case OP.PROTO: {
        const protocol = input.u8();
        if (protocol > HIGHEST_PROTOCOL) {
          const message = `protocol ${protocol}, the newest known is ${HIGHEST_PROTOCOL}`;
          throw fail("PICKLE_BAD_PROTOCOL", message, objects.at);
        }
        break;
      }
      case OP.FRAME:
        input.frame();
        break;

      case OP.NONE:
        push(null);
        break;
      case OP.NEWTRUE:
        push(true);
        break;
      case OP.NEWFALSE:
        push(false);
        break;
      case OP.BININT:
        push(input.i32());
        break;
      case OP.BININT1:
        push(input.u8());
        break;
      case OP.BININT2:
        push(input.u16());
        break;
      case OP.LONG1:
        push(long(input.u8()));
        break;
      case OP.LONG4:
        push(long(input.i32()));
        break;
      case OP.INT: {
        const text = input.line();
        push(text === "00" ? false : text === "01" ? true : literal(decimalInt(text), "an integer", text));
        break;
      }
      case OP.LONG: {
        const text = input.line();
        push(literal(decimalInt(text.endsWith("L") ? text.slice(0, -1) : text), "an integer", text));
        break;
      }
      case OP.FLOAT: {
        const text = input.line();
        push({ kind: "float", value: literal(decimalFloat(text), "a float", text) });
        break;
      }
      case OP.BINFLOAT:
        push({ kind: "float", value: input.f64() });
        break;

      case OP.BINUNICODE:
        push(text(input.u32()));
        break;
      case OP.SHORT_BINUNICODE:
      case OP.SHORT_BINSTRING:
        push(text(input.u8()));
        break;
      case OP.BINUNICODE8:
        push(text(input.length64()));
        break;
      case OP.BINSTRING: {
        const length = input.i32();
        if (length < 0) throw fail("PICKLE_BAD_ARG", `a string of ${length} bytes`, objects.at);
        push(text(length));
        break;
      }
      case OP.STRING: {
        const line = input.line();
        const latin1 = Buffer.from(literal(quotedString(line), "a quoted string", line), "latin1");
        push(textOf(latin1, 0, latin1.length));
        break;
      }
      case OP.UNICODE: {
        const line = input.line();
        push(literal(rawUnicode(line), "a text", line));
        break;
      }
      case OP.SHORT_BINBYTES:
        push(blob(input.u8()));
        break;
      case OP.BINBYTES:
        push(blob(input.u32()));
        break;
      case OP.BINBYTES8:
        push(blob(input.length64()));
        break;
      case OP.BYTEARRAY8:
        push({ kind: "bytearray", bytes: blob(input.length64()) });
        break;

      case OP.EMPTY_TUPLE:
        push({ kind: "tuple", items: [] });
        break;
      case OP.TUPLE:
        push({ kind: "tuple", items: popMark() });
        break;
      case OP.TUPLE1:
        push({ kind: "tuple", items: [pop()] });
        break;
      case OP.TUPLE2: {
        const b = pop();
        push({ kind: "tuple", items: [pop(), b] });
        break;
      }
      case OP.TUPLE3: {
        const c = pop();
        const b = pop();
        push({ kind: "tuple", items: [pop(), b, c] });
        break;
      }
      case OP.EMPTY_LIST:
        push({ kind: "list", items: [] });
        break;
      case OP.LIST:
        push({ kind: "list", items: popMark() });
        break;
      case OP.EMPTY_DICT:
        push(dict());
        break;
      case OP.DICT: {
        const result = dict();
        objects.setItems(result, popMark());
        push(result);
        break;
      }
      case OP.EMPTY_SET:
        push({ kind: "set", items: new Map() });
        break;
      case OP.FROZENSET: {
        const result: PyValue = { kind: "set", items: new Map() };
        objects.addToSet(result, popMark());
        push(result);
        break;
      }
      case OP.APPEND: {
        const item = pop();
        objects.append(top(), [item]);
        break;
      }
      case OP.APPENDS: {
        const items = popMark();
        objects.append(top(), items);
        break;
      }
      case OP.SETITEM: {
        const value = pop();
        const key = pop();
        objects.setItems(top(), [key, value]);
        break;
      }
      case OP.SETITEMS: {
        const items = popMark();
        objects.setItems(top(), items);
        break;
      }
      case OP.ADDITEMS: {
        const items = popMark();
        objects.addToSet(top(), items);
        break;
      }

      case OP.BINPUT:
        memo.put(input.u8(), top());
        break;
      case OP.LONG_BINPUT:
        memo.put(input.u32(), top());
        break;
      case OP.PUT:
        memo.put(memoIndex(input.line()), top());
        break;
      case OP.MEMOIZE:
        memo.put(memo.size, top());
        break;
      case OP.BINGET:
        push(memo.get(input.u8()));
        break;
      case OP.LONG_BINGET:
        push(memo.get(input.u32()));
        break;
      case OP.GET:
        push(memo.get(memoIndex(input.line())));
        break;

      case OP.GLOBAL:
        push(global(input.line(), input.line()));
        break;
      case OP.STACK_GLOBAL: {
        const name = pop();
        const module = pop();
        if (typeof name !== "string" || typeof module !== "string") {
          const message = `a global named by a ${typeName(module)} and a ${typeName(name)}`;
          throw fail("PICKLE_BAD_OPERAND", message, objects.at);
        }
        push(global(module, name));
        break;
      }
      case OP.REDUCE:
      case OP.NEWOBJ: {
        const args = pop();
        push(objects.call(pop(), args));
        break;
      }
      case OP.NEWOBJ_EX: {
        const kwargs = pop();
        const args = pop();
        const empty = isKind(kwargs, "dict") && kwargs.entries.size === 0;
        push(objects.call(pop(), args, empty ? null : kwargs));
        break;
      }
      case OP.INST: {
        const callable = global(input.line(), input.line());
        push(objects.call(callable, { kind: "tuple", items: popMark() }));
        break;
      }
      case OP.OBJ: {
        const [callable, ...items] = popMark();
        if (callable === undefined) {
          throw fail("PICKLE_STACK_UNDERFLOW", "OBJ without a class", objects.at);
        }
        push(objects.call(callable, { kind: "tuple", items }));
        break;
      }
      case OP.BUILD: {
        const state = pop();
        objects.build(top(), state);
        break;
      }
      case OP.BINPERSID:
        push(objects.persistent(pop()));
        break;
      case OP.PERSID:
        throw fail("PICKLE_PERSID_INVALID", "a persistent id in text form", objects.at);
      case OP.EXT1:
      case OP.EXT2:
      case OP.EXT4:
        throw fail("PICKLE_EXT_OPCODE", "refers to an extension registry", objects.at);
      case OP.NEXT_BUFFER:
      case OP.READONLY_BUFFER:
        throw fail("PICKLE_OOB_BUFFER", "refers to a buffer outside the stream", objects.at);
      default: {
        const hex = op.toString(16).padStart(2, "0");
        throw fail("PICKLE_BAD_OPCODE", `0x${hex} at ${objects.at} is no opcode`, objects.at, { opcode: op });
      }
    }
  }

  function text(length: number): string {
    const start = input.take(length);
    return textOf(bytes, start, start + length);
  }

  function textOf(from: Buffer, start: number, end: number): string {
    const value = decodeText(from, start, end);
    if (value === undefined) throw fail("PICKLE_BAD_UTF8", "a text is not UTF-8", objects.at);
    return value;
  }

  /** A copy: a small value must not hold the whole pickle. */
  function blob(length: number): Uint8Array {
    const start = input.take(length);
    return new Uint8Array(bytes.subarray(start, start + length));
  }

  function long(length: number): number | bigint {
    if (length < 0) throw fail("PICKLE_BAD_ARG", `an integer of ${length} bytes`, objects.at);
    if (length > PICKLE_INT_BYTES) {
      const message = `an integer of ${length} bytes, the limit is ${PICKLE_INT_BYTES}`;
      throw fail("PICKLE_LIMIT_INT", message, objects.at);
    }
    const start = input.take(length);
    return signedInt(bytes.subarray(start, start + length));
  }

  function literal<T>(value: T | undefined, what: string, from: string): T {
    if (value !== undefined) return value;
    const message = `${JSON.stringify(from.slice(0, 40))} is not ${what}`;
    throw fail("PICKLE_BAD_ARG", message, objects.at);
  }

  function memoIndex(line: string): number {
    const index = decimalInt(line);
    if (typeof index === "number" && index >= 0) return index;
    throw fail("PICKLE_BAD_ARG", `${JSON.stringify(line.slice(0, 40))} is no memo index`, objects.at);
  }

  function global(module: string, name: string): PyGlobal {
    const named = python3Name(module, name);
    const allowed = objects.allowed(named.module, named.name);
    const value: PyGlobal = { kind: "global", ...named, offset: objects.at, allowed };
    if (allowed === undefined) {
      const key = `${named.module} ${named.name}`;
      if (!unknown.has(key)) unknown.set(key, value);
      if (unknown.size > GLOBALS_NOTED) {
        throw fail("PICKLE_LIMIT_GLOBALS", `more than ${GLOBALS_NOTED} distinct names`, objects.at);
      }
    }
    return value;
  }
}
