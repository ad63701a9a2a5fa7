/**
 * Tasks on their way to workers.
 * D1 dispatching twice is harmless: a second copy of a pending task is refused by its subject (T2), and that counts as
 *    dispatched.
 * D2 queued tasks of a cancelled run are removed one by one, by sequence: purging by subject strands the tasks of
 *    other runs on 2.9.10.
 */
import { drydock } from "@drydock/proto";
import { encode } from "./codec.ts";
import type { Bus } from "./connect.ts";
import { apiCode, patiently, publish, STORE_REFUSED } from "./publish.ts";
import { keyOf } from "./results.ts";
import { type Destination, subjects, type TaskKey, taskSubject } from "./subjects.ts";
import { injectTrace } from "./trace.ts";

export type Dispatch =
  /** Stored now. */
  | { readonly kind: "published"; readonly seq: number }
  /** D1: it waits or is at work already. */
  | { readonly kind: "pending"; readonly seq: number };

/** No message id: the subject is the identity, and a finished attempt's subject is never used again. */
export async function publishTask(
  bus: Bus,
  task: drydock.v1.Task,
  to: Destination,
  options: { readonly deadlineMs?: number; readonly signal?: AbortSignal } = {},
): Promise<Dispatch> {
  const key = keyOf(task);
  const subject = taskSubject(key, to);
  try {
    const { seq } = await publish(bus, subject, encode(drydock.v1.Task, task), {
      ...options,
      headers: injectTrace(),
    });
    bus.nc.publish(subjects.wake(key.stage, to));
    return { kind: "published", seq };
  } catch (error) {
    // One code for "this subject is taken" and "the stream is full": whether the task is there tells them apart.
    if (apiCode(error) !== STORE_REFUSED) throw error;
    const seq = await pendingTask(bus, key, to);
    if (seq === undefined) throw error;
    return { kind: "pending", seq };
  }
}

/** Sequence of a task that waits or is at work; undefined when it is neither. */
export async function pendingTask(bus: Bus, key: TaskKey, to: Destination): Promise<number | undefined> {
  const subject = taskSubject(key, to);
  const found = await patiently(bus, () => bus.jsm.streams.getMessage("TASKS", { last_by_subj: subject }));
  return found?.seq;
}

/** D2. Resolves to whether the task was still there. */
export async function deleteTask(bus: Bus, seq: number): Promise<boolean> {
  try {
    return await patiently(bus, () => bus.jsm.streams.deleteMessage("TASKS", seq));
  } catch (error) {
    if (apiCode(error) === NO_SUCH_MESSAGE || apiCode(error) === DELETE_FAILED) return false;
    throw error;
  }
}

const NO_SUCH_MESSAGE = 10037;
/** What the server says of a sequence that is gone. */
const DELETE_FAILED = 10057;
const AT_ONCE = 16;

/** D2. Removes every queued task of the run; resolves to how many there were. Those at work are told by cancelRun. */
export async function deleteTasksOfRun(bus: Bus, runId: string): Promise<number> {
  const waiting = [...(await pendingSubjects(bus, runId)).keys()];
  let removed = 0;
  const remove = async (): Promise<void> => {
    for (let subject = waiting.pop(); subject !== undefined; subject = waiting.pop()) {
      const query = { last_by_subj: subject };
      const found = await patiently(bus, () => bus.jsm.streams.getMessage("TASKS", query));
      if (found !== null && (await deleteTask(bus, found.seq))) removed++;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, remove));
  return removed;
}

/** Subjects of the tasks that wait or are at work, of one run. */
async function pendingSubjects(bus: Bus, runId: string): Promise<Map<string, number>> {
  const info = await patiently(bus, () =>
    bus.jsm.streams.info("TASKS", { subjects_filter: subjects.tasksOfRun(runId) }),
  );
  return new Map(Object.entries(info.state.subjects ?? {}));
}
