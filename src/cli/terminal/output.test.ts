import assert from "node:assert/strict";
import { it } from "node:test";
import { note, printJson, printLines } from "./output.ts";
import { startProgress } from "./progress.ts";

/** What is written to a stream while `work` runs. */
function written(stream: NodeJS.WriteStream, work: () => void): string {
  const { write } = stream;
  let text = "";
  stream.write = (piece: string | Uint8Array) => {
    text += piece;
    return true;
  };
  try {
    work();
  } finally {
    stream.write = write;
  }
  return text;
}

const title = "Heat \u001b[31m\u0007(1995)\u009b2J\u007f\r\u202e\u2066";

it("control characters of titles and ids do not reach the terminal", () => {
  const shown = "Heat  [31m (1995) 2J    ";
  assert.equal(
    written(process.stdout, () => printLines([title, "a\tb"])),
    `${shown}\na\tb\n`,
  );
  assert.equal(
    written(process.stderr, () => note(title)),
    `${shown}\n`,
  );
  const progress = written(process.stderr, () => startProgress(title).end(title));
  assert.equal(progress.split("\n")[0], `${shown} …`);
  assert.match(progress, /^[^\p{Cc}\p{Bidi_Control}]* …\n[^\p{Cc}\p{Bidi_Control}]*\n$/u);
});

it("JSON keeps them, escaped", () => {
  const text = written(process.stdout, () => printJson({ title }));
  assert.deepEqual(JSON.parse(text), { title });
  assert.match(text, /^[\x20-\x7e]*\n$/);
});
