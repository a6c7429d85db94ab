/** Holds each binding against the kernel that it runs: one of the same name, its arguments in the kernel's order. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

const assembly = join(import.meta.dirname, "../../../assembly");

/** Parameters of each kernel that assembly/index.ts exports, without begin, end and scratch. */
function parametersOfKernels(): Map<string, string[]> {
  const index = readFileSync(join(assembly, "index.ts"), "utf8");
  const found = new Map<string, string[]>();
  for (const [, names, file] of index.matchAll(/export \{ (.+) \} from "\.\/([\w-]+)"/g)) {
    const text = readFileSync(join(assembly, `${file}.ts`), "utf8").replace(/\/\/.*$/gm, "");
    for (const name of names.split(", ")) {
      const [, list] = text.match(new RegExp(`^export function ${name}\\(([^)]*)\\)`, "m"))!;
      const parameters = [...list.matchAll(/(\w+):/g)].map(([, parameter]) => parameter);
      found.set(name, parameters.slice(3));
    }
  }
  return found;
}

/** The arrays of arguments in a binding's source, by the kernel that receives them, spread ones in place. */
function argumentsOfBindings(): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const file of readdirSync(import.meta.dirname).filter((name) => !name.endsWith(".test.ts"))) {
    const text = readFileSync(join(import.meta.dirname, file), "utf8");
    const functions = text.split(/^(?=(?:export )?(?:async )?function )/m);
    for (const body of functions) {
      for (const [, kernel, work] of body.matchAll(/engine\.(?:run|call)\("(\w+)", (\w+)?/g)) {
        const source = work ? functions.find((other) => other.includes(`function ${work}(`))! : body;
        found.set(kernel, argumentsIn(source));
      }
    }
  }
  return found;
}

/** Names of the arguments: `priors ?? 0` is priors, `kinds[kind]` kind, `Number(double)` double. */
function argumentsIn(body: string): string[] {
  const listed = (name: string): string[] => {
    const [, list] = body.match(new RegExp(`\\b${name}(?:: | = )\\[((?:[^\\[\\]]|\\[\\w+\\])*)\\]`))!;
    const parts = list.split(",").map((part) => part.trim());
    return parts
      .filter((part) => part !== "")
      .flatMap((part) => (part.startsWith("...") ? listed(part.slice(3)) : [lastWordOf(part.replace(" ?? 0", ""))]));
  };
  return listed("args");
}

function lastWordOf(text: string): string {
  return text.match(/(\w+)\W*$/)![1];
}

describe("the bindings of kernels", () => {
  const kernels = parametersOfKernels();
  const bindings = argumentsOfBindings();

  it("are as many as the kernels", () => {
    assert.ok(kernels.size > 20);
    assert.deepEqual([...bindings.keys()].sort(), [...kernels.keys()].sort());
  });

  for (const [kernel, parameters] of kernels) {
    it(`pass to ${kernel} what it takes, in its order`, () => {
      assert.deepEqual(bindings.get(kernel), parameters);
    });
  }
});
