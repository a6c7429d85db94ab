import { useId, useState } from "preact/hooks";
import type { FileInMemory } from "../../src/recommend/profile/unpack-export.ts";
import { fileOfCode } from "./profile-file.ts";

/** Where a code from another device is pasted. */
export function CodeField({ onFile }: { onFile: (file: FileInMemory) => void }) {
  const [text, setText] = useState("");
  const [refused, setRefused] = useState(false);
  const [field, why] = [useId(), useId()];

  const open = async (event: Event) => {
    event.preventDefault();
    const file = await fileOfCode(text);
    setRefused(!file);
    if (file) onFile(file);
  };

  return (
    <details class="code-field">
      <summary>Do you have a code?</summary>
      <form onSubmit={open}>
        <label for={field}>Code from another device</label>
        <textarea
          id={field}
          rows={3}
          value={text}
          spellcheck={false}
          autocapitalize="off"
          autocomplete="off"
          aria-describedby={refused ? why : undefined}
          aria-invalid={refused}
          onInput={(event) => {
            setText(event.currentTarget.value);
            setRefused(false);
          }}
        />
        {refused && (
          <p id={why} class="field-problem" role="alert">
            This is no code of Matinee, or not all of it. Copy it again, from “matinee1.” to its end.
          </p>
        )}
        <button type="submit" class="button" disabled={text.trim() === ""}>
          Open it
        </button>
      </form>
    </details>
  );
}
