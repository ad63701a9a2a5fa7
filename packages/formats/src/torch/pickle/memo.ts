import type { Fail } from "../errors.ts";
import { PICKLE_MEMO } from "../limits.ts";
import type { PyValue } from "./values.ts";

export interface Memo {
  readonly size: number;
  put(index: number, value: PyValue): void;
  get(index: number): PyValue;
}

/** Indices as picklers give them lie in an array; a sparse one costs a map entry and not the room below it. */
export function valueMemo(at: () => number, fail: Fail): Memo {
  const dense: PyValue[] = [];
  const sparse = new Map<number, PyValue>();
  return {
    get size() {
      return dense.length + sparse.size;
    },
    put(index, value) {
      if (index < dense.length) dense[index] = value;
      else if (index === dense.length && !sparse.has(index)) dense.push(value);
      else sparse.set(index, value);
      if (dense.length + sparse.size > PICKLE_MEMO) {
        throw fail("PICKLE_LIMIT_MEMO", `more than ${PICKLE_MEMO} memo entries`, at());
      }
    },
    get(index) {
      const value = index < dense.length ? dense[index] : sparse.get(index);
      if (value === undefined) throw fail("PICKLE_MEMO_MISSING", `memo entry ${index} was never set`, at());
      return value;
    },
  };
}
