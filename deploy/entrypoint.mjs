// The image's entry: `coordinator`, `fetcher`, `loader`, `transformer` start that service; anything else is for the
// command line (`cli` in front is optional).
const SERVICES = ["coordinator", "fetcher", "loader", "transformer"];

const name = process.argv[2] ?? "--help";
if (SERVICES.includes(name)) {
  await import(new URL(`../services/${name}/src/main.ts`, import.meta.url).href);
} else {
  if (name === "cli") process.argv.splice(2, 1);
  await import(new URL("../packages/cli/bin/drydock.mjs", import.meta.url).href);
}
