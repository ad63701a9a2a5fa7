/**
 * Keeps workspaces between builds: fresh memory costs page faults, several times the cast itself, and memory dropped
 * is memory the collector gives back late.
 */
import type { Workspace } from "./backend.ts";

export interface WorkspacePool {
  open(blocks: number): Workspace;
}

/** `make` builds a workspace of exactly that many blocks; its own dispose is never called (memory is all it has). */
export function workspacePool(
  make: (blocks: number) => Omit<Workspace, typeof Symbol.dispose>,
): WorkspacePool {
  const idle: Workspace[] = [];
  return {
    open(blocks) {
      const fits = idle.findIndex((workspace) => workspace.blocks.length >= blocks);
      const [found] = fits < 0 ? [] : idle.splice(fits, 1);
      if (found !== undefined) return found;
      // A larger one replaces a smaller one, so that the pool never holds more than were open at once.
      idle.pop();
      const made = make(blocks);
      const workspace: Workspace = {
        blocks: made.blocks,
        run: made.run,
        [Symbol.dispose]() {
          if (!idle.includes(workspace)) idle.push(workspace);
        },
      };
      return workspace;
    },
  };
}
