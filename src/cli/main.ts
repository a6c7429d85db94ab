#!/usr/bin/env node
/** The command's entry. It loads the rest once it knows that this Node can run it. */
import module from "node:module";

const tooOld = await import("../require-node.ts").then(
  () => undefined,
  (error: Error) => error.message,
);
if (tooOld === undefined) {
  module.enableCompileCache(); // keeps what Node compiles for the next start
  const { runMatinee } = await import("./program.ts");
  await runMatinee(process.argv);
} else {
  process.stderr.write(`matinee: ${tooOld}\n`);
  process.exitCode = 1;
}
