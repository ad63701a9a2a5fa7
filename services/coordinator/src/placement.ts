/**
 * Which node a waiting shard goes to.
 * C6 chains in flight are bounded per node and per run, in number and in bytes; a shard waits in the run's state, not
 *    in a queue, so that cancelling stays cheap and one large run leaves room for others.
 */
import { type Chain, type NodeView, type RunState, UNTOUCHED } from "./state.ts";

/** Chains per build slot: one building while the next is staged and the last published. */
const CHAINS_PER_SLOT = 2;
/** Room a node's cache must have for one run; below the largest shard, one chain still goes. */
const NODE_BYTES = 8 * 1024 ** 3;
const RUN_BYTES = 64 * 1024 ** 3;
/** Bounds what one event can set off. */
const RUN_CHAINS = 256;
/** More would crowd the run's log; the emptiest are kept. */
const MOST_VIEWS = 64;

/** Nodes that may do what this run needs next. */
export function eligible(state: RunState, nodes: readonly NodeView[]): readonly NodeView[] {
  const kernels = state.phase === "building" ? state.plan?.kernelClass : undefined;
  return nodes.filter(
    (view) =>
      (state.confineTo === "" || view.node === state.confineTo) &&
      (kernels === undefined || (view.buildSlots > 0 && view.kernelClasses.includes(kernels))),
  );
}

/** What an event about this run has to say about nodes: the eligible ones, few enough for a log entry. */
export function viewsFor(state: RunState, nodes: readonly NodeView[]): readonly NodeView[] {
  const views = eligible(state, nodes);
  if (views.length <= MOST_VIEWS) return views;
  const load = inFlight(state);
  return views
    .toSorted((a, b) => (load.get(a.node) ?? 0) - (load.get(b.node) ?? 0) || byName(a, b))
    .slice(0, MOST_VIEWS);
}

/** Whether an event about this run should say which nodes are there: shards wait, though not each may start yet. */
export function wantsNodes(state: RunState): boolean {
  return state.phase === "building" && state.chains.some((chain) => chain.step === "waiting");
}

/** The chains after every waiting one that fits was given a node. The same array when none was. */
export function place(
  state: RunState,
  nodes: readonly NodeView[],
  atMs: number,
): Pick<RunState, "chains" | "nodes"> {
  const unchanged = { chains: state.chains, nodes: state.nodes };
  const views = eligible(state, nodes).toSorted(byName);
  if (state.phase !== "building" || views.length === 0) return unchanged;
  const load = inFlight(state);
  let total = [...load.values()].reduce((sum, n) => sum + n, 0);
  const limit = runWindow(state);
  // Copied only when something is placed: most events of a large run place nothing.
  let chains: Chain[] | undefined;
  const names = [...state.nodes];
  const tailMayStart = mayStart(state, state.chains.length - 1);
  for (const [i, chain] of state.chains.entries()) {
    if (total >= limit) break;
    if (chain.step === "done") continue;
    if (chain.step !== "waiting" || chain.retryAtMs > atMs) {
      // In order, one at a time: the next may not overtake this one.
      if (!state.policy.asyncExecution) break;
      continue;
    }
    if (!tailMayStart && isTail(state, i)) break;
    const view = emptiest(state, views, load);
    if (view === undefined) break;
    load.set(view.node, (load.get(view.node) ?? 0) + 1);
    total++;
    if (!names.includes(view.node)) names.push(view.node);
    chains ??= [...state.chains];
    chains[i] = { ...chain, step: "stage", node: names.indexOf(view.node), attempt: 1, retryAtMs: 0 };
  }
  return chains === undefined ? unchanged : { chains, nodes: names };
}

function isTail(state: RunState, shard: number): boolean {
  return shard >= state.chains.length - (state.plan?.tailShards ?? 0);
}

/** A tail shard needs the reports of all others. */
function mayStart(state: RunState, shard: number): boolean {
  return !isTail(state, shard) || state.chains.every((chain, i) => chain.reported || isTail(state, i));
}

/** Chains per node that occupy it, those between two attempts included. */
function inFlight(state: RunState): Map<string, number> {
  const load = new Map<string, number>();
  for (const { step, node } of state.chains) {
    const name = state.nodes[node];
    if (step === "waiting" || step === "done" || name === undefined) continue;
    load.set(name, (load.get(name) ?? 0) + 1);
  }
  return load;
}

function runWindow(state: RunState): number {
  return state.policy.asyncExecution ? Math.min(RUN_CHAINS, fitting(state, RUN_BYTES)) : 1;
}

function emptiest(
  state: RunState,
  views: readonly NodeView[],
  load: ReadonlyMap<string, number>,
): NodeView | undefined {
  let best: NodeView | undefined;
  const of = (view: NodeView): number => load.get(view.node) ?? 0;
  for (const view of views) {
    if (of(view) >= Math.min(CHAINS_PER_SLOT * view.buildSlots, fitting(state, NODE_BYTES))) continue;
    if (best === undefined || of(view) < of(best)) best = view;
  }
  return best;
}

/** Shards that fit into so many bytes, at least one. */
function fitting(state: RunState, bytes: number): number {
  return Math.max(1, Math.floor(bytes / Math.max(1, state.plan?.largestShardBytes ?? 0)));
}

function byName(a: NodeView, b: NodeView): number {
  return a.node < b.node ? -1 : a.node > b.node ? 1 : 0;
}

/** C7: the chain begins anew, elsewhere if need be; results of its former generation are late from now on. */
export function reopened(chain: Chain, missing: number, notBeforeMs: number): Chain {
  const { generation, reported } = chain;
  return { ...UNTOUCHED, generation: generation + 1, reported, missing, retryAtMs: notBeforeMs };
}
