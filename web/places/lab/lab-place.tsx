import { addressOf } from "../../address.ts";
import { ProblemNote } from "../../frame/problem-note.tsx";
import { PlaceLink } from "../../router.tsx";
import { useRequest } from "../../use-request.ts";
import { useTitle } from "../../use-title.ts";
import { isLabPart, labParts } from "./parts.ts";

/** Pictures of the data and of the models. What draws them is heavy, and comes once somebody is here. */
export function LabPlace({ part = labParts[0].name }: { part: string | undefined }) {
  const title = labParts.find(({ name }) => name === part)?.title;
  useTitle(title === undefined ? "Lab" : `${title}, Lab`);
  const lab = useRequest("lab", async () => {
    const loaded = await import("./lab.tsx");
    await loaded.loadPlot();
    return loaded;
  });
  const { Lab } = lab.value ?? {};
  return (
    <section class="part lab" aria-labelledby="lab-heading">
      <h2 id="lab-heading" tabIndex={-1}>
        Lab
      </h2>
      <p class="hint">
        See what lies behind your list: what people rated, what the page learnt from it, and how well that works. Every
        picture can be saved.
      </p>
      <nav class="lab-parts" aria-label="Parts of the Lab">
        {labParts.map(({ name, title }) => (
          <PlaceLink key={name} to={addressOf({ name: "lab", part: name })} current={name === part}>
            {title}
          </PlaceLink>
        ))}
      </nav>
      {lab.problem && <ProblemNote problem={lab.problem} onRetry={lab.retry} />}
      {!isLabPart(part) ? (
        <p class="nothing-yet">The Lab has no part of this name.</p>
      ) : (
        Lab && <Lab key={part} part={part} />
      )}
    </section>
  );
}
