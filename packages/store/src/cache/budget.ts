/** A number of bytes that may be in memory or at risk at once; who wants more waits, first come first served. */
import { CheckpointError } from "@drydock/checkpoint";

interface Waiter {
  readonly amount: number;
  start(): void;
}

export class Budget {
  readonly total: number;
  #left: number;
  readonly #queue: Waiter[] = [];

  constructor(total: number) {
    this.total = total;
    this.#left = total;
  }

  get waiting(): boolean {
    return this.#queue.length > 0;
  }

  /** Resolves once `amount` (at most the total) is the caller's, who must release it. */
  async acquire(amount: number, signal?: AbortSignal): Promise<void> {
    if (amount > this.total) throw new RangeError(`${amount} of a budget of ${this.total}`);
    throwIfAborted(signal);
    if (!this.waiting && amount <= this.#left) {
      this.#left -= amount;
      return;
    }
    await new Promise<void>((resolve, reject) => {
      const abandon = () => {
        this.#queue.splice(this.#queue.indexOf(waiter), 1);
        this.#admit();
        reject(cancelled(signal));
      };
      const waiter: Waiter = {
        amount,
        start() {
          signal?.removeEventListener("abort", abandon);
          resolve();
        },
      };
      signal?.addEventListener("abort", abandon, { once: true });
      this.#queue.push(waiter);
    });
  }

  release(amount: number): void {
    this.#left += amount;
    this.#admit();
  }

  #admit(): void {
    for (let next = this.#queue[0]; next !== undefined && next.amount <= this.#left; next = this.#queue[0]) {
      this.#left -= next.amount;
      this.#queue.shift();
      next.start();
    }
  }
}

export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw cancelled(signal);
}

export function cancelled(signal: AbortSignal | undefined): CheckpointError {
  return new CheckpointError("cancelled", { kind: "cancelled", cause: signal?.reason });
}
