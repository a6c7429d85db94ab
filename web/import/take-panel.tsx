import { useEffect, useId, useRef, useState } from "preact/hooks";
import { ProblemNote } from "../frame/problem-note.tsx";
import { type Problem, toProblem } from "../problem.ts";
import { isEmpty } from "../profile/profile.ts";
import { useSession } from "../session.ts";
import "./import.css";
import { codeOf, profileText } from "./profile-file.ts";
import { FileProblem, readerOf } from "./reader.ts";

/** The profile as a file, as a code, and as a table for Letterboxd. */
export function TakePanel() {
  const { client, model, profile } = useSession();
  const [code, setCode] = useState<string>();
  const [problem, setProblem] = useState<Problem>();

  // A code of what the profile was before would be mistaken for one of what it is.
  useEffect(() => setCode(undefined), [profile]);

  const saveForLetterboxd = async () => {
    setProblem(undefined);
    try {
      const reader = await readerOf(client, model.data);
      const ratings = profile.ratings.map(({ film, rating }) => ({ id: film.id, rating }));
      download("for-letterboxd.csv", "text/csv", await reader.letterboxd(ratings));
    } catch (error) {
      setProblem(error instanceof FileProblem ? error.problem : toProblem(error));
    }
  };

  if (isEmpty(profile)) return <p class="hint">Once you have rated some films, you can take them along.</p>;
  const text = () => profileText(profile, model.data);
  return (
    <>
      <p class="hint">
        Save all that you said here, and open it on another device under “Bring your own ratings”. Or show a code, and
        paste it there.
      </p>
      <div class="take-buttons">
        <button
          type="button"
          class="button"
          onClick={() => download("matinee-profile.json", "application/json", `${text()}\n`)}
        >
          Save a file
        </button>
        <button type="button" class="button" onClick={async () => setCode(await codeOf(text()))}>
          Show a code
        </button>
        {profile.ratings.length > 0 && model.data.feedback === "ratings" && (
          <button type="button" class="button" onClick={saveForLetterboxd}>
            Save for Letterboxd
          </button>
        )}
      </div>
      {code !== undefined && <Code code={code} />}
      {problem && <ProblemNote problem={problem} onRetry={saveForLetterboxd} />}
    </>
  );
}

function Code({ code }: { code: string }) {
  const [copied, setCopied] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const id = useId();

  useEffect(() => field.current?.select(), []);

  const copy = async () => {
    field.current?.select();
    try {
      await navigator.clipboard.writeText(code);
      setCopied(true);
    } catch {
      // Browsers let pages without https copy nothing: the code is selected, to be copied by hand.
    }
  };

  return (
    <div class="code">
      <label for={id}>Your code: all of it belongs together</label>
      <textarea id={id} ref={field} readOnly rows={3} value={code} />
      <button type="button" class="button" onClick={copy}>
        Copy it
      </button>
      <span role="status">{copied && "Copied."}</span>
    </div>
  );
}

function download(name: string, type: string, text: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
