/** Globs over dotted names: `*` and `?` stay within one path element, `**` spans any number of elements. */

export function globToRegExp(glob: string): RegExp {
  let source = "";
  for (let i = 0; i < glob.length; i++) {
    const c = glob.charAt(i);
    if (c === "*" && glob[i + 1] === "*") {
      i++;
      // "**." also matches no element at all, so that "**.bias" finds "bias".
      if (glob[i + 1] === "." && (i === 1 || glob[i - 2] === ".")) {
        source += "(?:.*\\.)?";
        i++;
      } else source += ".*";
    } else if (c === "*") source += "[^.]*";
    else if (c === "?") source += "[^.]";
    else source += c.replace(/[\\^$.|+()[\]{}]/, "\\$&");
  }
  return new RegExp(`^${source}$`, "s");
}
