/** Writing to the terminal: lines for people with nothing in them that a terminal obeys, objects for programs. */
import { visible } from "./render/text.ts";

export function printLines(lines: readonly string[], to: NodeJS.WriteStream = process.stdout): void {
  if (lines.length > 0) to.write(`${lines.map(visible).join("\n")}\n`);
}

export function printError(...lines: readonly string[]): void {
  printLines(lines, process.stderr);
}

/** One object, one line. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** A block of lines that the next one replaces; on a terminal only. */
export function livePanel(to: NodeJS.WriteStream): { draw(lines: readonly string[]): void } {
  let height = 0;
  return {
    draw(lines) {
      const up = height > 0 ? `\x1b[${height}A` : "";
      // Wider lines than the window would wrap and spoil the count.
      const width = Math.max(20, (to.columns || 80) - 1);
      to.write(`${up}${lines.map((line) => `\x1b[2K${visible(line).slice(0, width)}\n`).join("")}`);
      height = lines.length;
    },
  };
}
