// Line coverage per folder from an lcov report, against the floors the project promises.
import { relative } from "node:path";

const FLOORS = [
  ["packages/store/src/sources", 100],
  ["packages/planning/src/strategies", 100],
  ["", 90],
];

/** Prints the table; false when a folder is below its floor. `main.ts` runs in child processes, whose lines are not seen. */
export function coverageTable(lcov, root) {
  const folders = new Map();
  for (const record of lcov.split("end_of_record")) {
    const file = /^SF:(.+)$/m.exec(record)?.[1];
    if (file === undefined || file.endsWith("/main.ts")) continue;
    const path = relative(root, file.startsWith("/") ? file : `${root}/${file}`);
    const folder = path.split("/").slice(0, -1).join("/");
    const row = folders.get(folder) ?? { lines: 0, hit: 0 };
    row.lines += Number(/^LF:(\d+)$/m.exec(record)?.[1] ?? 0);
    row.hit += Number(/^LH:(\d+)$/m.exec(record)?.[1] ?? 0);
    folders.set(folder, row);
  }
  let good = folders.size > 0;
  const total = { lines: 0, hit: 0 };
  for (const [folder, row] of [...folders].sort()) {
    total.lines += row.lines;
    total.hit += row.hit;
    const percent = row.lines === 0 ? 100 : (100 * row.hit) / row.lines;
    const strict = FLOORS.find(([prefix]) => prefix !== "" && folder.startsWith(prefix));
    const low = strict !== undefined && percent < strict[1];
    if (low) good = false;
    console.log(`${percent.toFixed(1).padStart(6)} %  ${folder}${low ? `  below ${strict[1]} %` : ""}`);
  }
  const percent = (100 * total.hit) / total.lines;
  const floor = FLOORS.at(-1)[1];
  console.log(`${percent.toFixed(1).padStart(6)} %  all lines${percent < floor ? `  below ${floor} %` : ""}`);
  return good && percent >= floor;
}
