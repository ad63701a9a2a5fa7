// Compiles the kernels to ../wasm/kernels.wasm, or with --check says whether the committed file is that of its source.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import asc from "assemblyscript/asc";

const here = fileURLToPath(new URL(".", import.meta.url));
const committed = fileURLToPath(new URL("../wasm/kernels.wasm", import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), "drydock-kernels-"));
try {
  const built = join(scratch, "kernels.wasm");
  const { error, stderr } = await asc.main([
    "cast.ts",
    "--baseDir",
    here,
    "--outFile",
    relative(here, built),
    "-O3",
    "--enable",
    "simd",
    // No allocator, no collector: the host lays out the memory and gives it.
    "--runtime",
    "stub",
    "--importMemory",
    "--noExportMemory",
  ]);
  if (error) throw new Error(`kernels: ${error.message}\n${stderr.toString()}`);
  const bytes = readFileSync(built);
  if (!process.argv.includes("--check")) {
    writeFileSync(committed, bytes);
    console.log(`kernels.wasm: ${bytes.length} bytes`);
  } else if (bytes.equals(readFileSync(committed))) {
    console.log("kernels.wasm is that of its source");
  } else {
    console.error("kernels.wasm is not that of its source: node packages/kernels/assembly/build.mjs");
    process.exitCode = 1;
  }
} finally {
  rmSync(scratch, { recursive: true, force: true });
}
