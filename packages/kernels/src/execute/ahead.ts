/**
 * Runs a producer one step ahead of its consumer, so that the next read goes on while this block is hashed and
 * written. The producer may reuse what it yielded two steps before. Ends the producer, also when the consumer fails.
 */
export async function* ahead<T>(producer: AsyncGenerator<T, void, void>): AsyncGenerator<T, void, void> {
  let next = producer.next();
  try {
    for (;;) {
      const result = await next;
      if (result.done === true) return;
      next = producer.next();
      // Thrown when its turn comes; until then it is not unhandled.
      next.catch(() => {});
      yield result.value;
    }
  } finally {
    await next.catch(() => {});
    await producer.return();
  }
}
