/** Wakes one loop; a ring before the wait is not lost. */
export function newBell(): { ring(): void; clear(): void; wait(ms?: number): Promise<void> } {
  let rung = false;
  const waiting = new Set<() => void>();
  return {
    ring() {
      rung = true;
      for (const resolve of [...waiting]) resolve();
    },
    clear() {
      rung = false;
    },
    wait(ms) {
      return new Promise((resolve) => {
        let timer: NodeJS.Timeout | undefined;
        const done = () => {
          clearTimeout(timer);
          waiting.delete(done);
          rung = false;
          resolve();
        };
        waiting.add(done);
        if (ms !== undefined) timer = setTimeout(done, ms);
        if (rung) done();
      });
    },
  };
}
