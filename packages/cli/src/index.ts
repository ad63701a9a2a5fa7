export { type ExitCode, exitCodeOf, exitCodeOfKind } from "./exit-code.ts";
export { buildProgram } from "./program.ts";
export { pythonLines } from "./render/python.ts";
