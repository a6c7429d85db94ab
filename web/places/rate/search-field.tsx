export function SearchField({ text, onText }: { text: string; onText: (text: string) => void }) {
  return (
    <search>
      <form class="search" onSubmit={(event) => event.preventDefault()}>
        <label for="search-field">Find a film you have seen</label>
        <input
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
