/** Prefixes that wrappers put before or into a module's own names: torch.compile, DDP, DeepSpeed, FSDP, EMA. */

const LEADING = ["module.", "_orig_mod.", "_forward_module."] as const;
const INFIX: ReadonlySet<string> = new Set([
  "_orig_mod",
  "_fsdp_wrapped_module",
  "_checkpoint_wrapped_module",
]);
/** Path elements that may stand before the part of a module path which a user names. */
const WRAPPERS: ReadonlySet<string> = new Set([...INFIX, "module", "_forward_module", "model", "base_model"]);

/** The name without wrappers. `model.` stays: it may be the module's own. */
export function withoutWrappers(name: string): string {
  let rest = name;
  for (;;) {
    const prefix = LEADING.find((p) => rest.startsWith(p));
    if (prefix === undefined) break;
    rest = rest.slice(prefix.length);
  }
  if (!rest.includes("_")) return rest;
  return rest
    .split(".")
    .filter((element) => !INFIX.has(element))
    .join(".");
}

/** Whether every element of a dotted path is a wrapper's. */
export function isWrapperPath(path: string): boolean {
  return path.split(".").every((element) => WRAPPERS.has(element));
}

/** The longest dotted path all names lie below; "" when there is none. Never a whole name. */
export function commonPath(names: readonly string[]): string {
  const [first] = names;
  if (first === undefined) return "";
  let common = first.split(".").slice(0, -1);
  for (const name of names) {
    const elements = name.split(".");
    let n = 0;
    while (n < common.length && n < elements.length - 1 && elements[n] === common[n]) n++;
    common = common.slice(0, n);
    if (n === 0) break;
  }
  return common.join(".");
}
