import type { Fail } from "../errors.ts";
import { PICKLE_STACK } from "../limits.ts";
import type { PyValue } from "./values.ts";

/** The machine's stack. Nothing below the last mark can be taken. */
export interface Stack {
  push(value: PyValue): void;
  pop(): PyValue;
  top(): PyValue;
  replaceTop(value: PyValue): void;
  mark(): void;
  /** Everything above the last mark, which goes too. */
  popMark(): PyValue[];
  /** POP: a value, or the mark if it is on top. */
  drop(): void;
}

/** `at` tells where the current opcode stands. */
export function valueStack(at: () => number, fail: Fail): Stack {
  const values: PyValue[] = [];
  const marks: number[] = [];
  let floor = 0;

  const underflow = () =>
    fail("PICKLE_STACK_UNDERFLOW", `the opcode at ${at()} takes more values than there are`, at());

  function checkRoom(): void {
    if (values.length + marks.length >= PICKLE_STACK) {
      throw fail("PICKLE_LIMIT_STACK", `more than ${PICKLE_STACK} values on the stack`, at());
    }
  }

  function pop(): PyValue {
    const value = values.length > floor ? values.pop() : undefined;
    if (value === undefined) throw underflow();
    return value;
  }

  function top(): PyValue {
    const value = values.length > floor ? values.at(-1) : undefined;
    if (value === undefined) throw underflow();
    return value;
  }

  return {
    push(value) {
      checkRoom();
      values.push(value);
    },
    pop,
    top,
    replaceTop(value) {
      top();
      values[values.length - 1] = value;
    },
    mark() {
      checkRoom();
      marks.push(values.length);
      floor = values.length;
    },
    popMark() {
      const from = marks.pop();
      if (from === undefined) throw underflow();
      floor = marks.at(-1) ?? 0;
      return values.splice(from);
    },
    drop() {
      if (values.length === floor && marks.length > 0) {
        marks.pop();
        floor = marks.at(-1) ?? 0;
      } else pop();
    },
  };
}
