import { useState } from "preact/hooks";
import type { Problem } from "../problem.ts";

/** Asks for a key of the scope admin. */
export function KeyForm({ problem, onKey }: { problem: Problem | undefined; onKey: (key: string) => void }) {
  const [text, setText] = useState("");
  const submit = (event: Event) => {
    event.preventDefault();
    if (text.trim() !== "") onKey(text.trim());
  };
  return (
    <form class="key-form" onSubmit={submit}>
      <label for="key">Key of the scope admin</label>
      <input
        id="key"
        type="password"
        autocomplete="off"
        spellcheck={false}
        required
        aria-describedby="key-hint"
        onInput={(event) => setText(event.currentTarget.value)}
      />
      <p class="hint" id="key-hint">
        The page keeps it until you close or reload it.
      </p>
      {problem && (
        <p class="note" role="alert">
          {problem.title}: {problem.detail}.
        </p>
      )}
      <button type="submit" class="button">
        Show the server
      </button>
    </form>
  );
}
