import { useId, useState } from "preact/hooks";
import { FileProblem, parseJson } from "./json-file.ts";

/** Files larger than this hold something else. */
const mostBytes = 50_000_000;

interface DropZoneProps<T> {
  readonly label: string;
  readonly hint: string;
  /** @throws FileProblem */
  readonly read: (document: Readonly<Record<string, unknown>>) => T;
  readonly onRead: (files: readonly { readonly name: string; readonly content: T }[]) => void;
}

/** Takes files by choosing or dropping them. They are read in the page and go nowhere. */
export function DropZone<T>({ label, hint, read, onRead }: DropZoneProps<T>) {
  const field = useId();
  const [over, setOver] = useState(false);
  const [problems, setProblems] = useState<readonly string[]>([]);

  async function take(files: readonly File[]): Promise<void> {
    const found: { name: string; content: T }[] = [];
    const failed: string[] = [];
    for (const file of files) {
      try {
        if (file.size > mostBytes) throw new FileProblem("This file is too large", "choose what Matinee wrote");
        found.push({ name: file.name, content: read(parseJson(await file.text())) });
      } catch (error) {
        const fix = error instanceof FileProblem ? ` What helps: ${error.fix}.` : "";
        failed.push(`${file.name}: ${error instanceof Error ? error.message : error}.${fix}`);
      }
    }
    setProblems(failed);
    if (found.length > 0) onRead(found);
  }

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is another way to do what the field does
    <div
      class={`lab-drop${over ? " is-over" : ""}`}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        void take([...(event.dataTransfer?.files ?? [])]);
      }}
    >
      <label for={field}>{label}</label>
      <p class="hint">{hint}</p>
      <input
        id={field}
        type="file"
        accept=".json,application/json"
        multiple
        onChange={(event) => {
          void take([...(event.currentTarget.files ?? [])]);
          event.currentTarget.value = "";
        }}
      />
      {problems.map((problem) => (
        <p key={problem} role="alert" class="note">
          {problem}
        </p>
      ))}
    </div>
  );
}
