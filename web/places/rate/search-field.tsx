import { useRef } from "preact/hooks";

export function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  return (
    <search>
      <form
        class="search"
        onSubmit={(event) => {
          event.preventDefault();
          // The keyboard of a phone covers what was found.
          if (matchMedia("(pointer: coarse)").matches) field.current?.blur();
        }}
      >
        <label for="search-field">Find a film you have seen</label>
        <input
          ref={field}
          id="search-field"
          type="search"
          value={text}
          placeholder="Title, or something like it"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={200}
          enterKeyHint="search"
          onInput={(event) => onText(event.currentTarget.value)}
          onKeyDown={(event) => event.key === "Escape" && onText("")}
        />
      </form>
    </search>
  );
}
