import { useSession } from "../../session.ts";

/** The number of excluded films, and a button to allow them again. */
export function ExcludedFilms() {
  const { profile, change } = useSession();
  const excluded = profile.marks["not-interested"];
  const count = excluded.length;
  if (count === 0) return null;
  return (
    <p class="hint">
      {count === 1 ? "1 film set aside." : `${count} films set aside.`}{" "}
      <button
        type="button"
        class="link-button"
        onClick={() => {
          for (const { id } of excluded) change({ type: "unmark", kind: "not-interested", id });
        }}
      >
        {count === 1 ? "Allow it again" : "Allow them again"}
      </button>
    </p>
  );
}
