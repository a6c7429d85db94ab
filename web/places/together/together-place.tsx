import { useRef, useState } from "preact/hooks";
import { addressOf, type GroupRule } from "../../address.ts";
import { mostOthers } from "../../profile/people.ts";
import type { Profile } from "../../profile/profile.ts";
import { usePeople } from "../../profile/use-people.ts";
import { count } from "../../profile/wording.ts";
import { PlaceLink, useRouter } from "../../router.tsx";
import { useSession } from "../../session.ts";
import { useTitle } from "../../use-title.ts";
import { FilmsForAll } from "./films-for-all.tsx";
import { type Member, membersOf } from "./group.ts";
import { PersonCard, type Way } from "./person-card.tsx";
import "./together.css";

/** Films for the user and others, by a profile of each. */
export function TogetherPlace() {
  useTitle("Together");
  const { place, go } = useRouter();
  const { profile, model } = useSession();
  const { people, removed, add, rename, remove, bringBack } = usePeople(model.data);
  const [profiles, setProfiles] = useState<ReadonlyMap<string, Profile>>(new Map());
  const [opened, setOpened] = useState<{ readonly id: string; readonly way: Way | undefined }>();
  const heading = useRef<HTMLHeadingElement>(null);

  const others = people.flatMap(({ id }) => {
    const theirs = profiles.get(id);
    return theirs ? [{ id, profile: theirs }] : [];
  });
  const members: readonly Member[] = membersOf([{ id: "me", profile }, ...others]);
  const rule: GroupRule = (place?.name === "together" && place.rule) || "least-misery";
  const begin = (way: Way) => setOpened({ id: add().id, way });

  return (
    <section class="part together" aria-labelledby="together-heading">
      <div class="together-head">
        <h2 id="together-heading">What to watch together</h2>
        <p class="hint">
          Open the profile of somebody who watches with you, and here are films for all of you. It is kept in this
          browser, apart from yours.
        </p>
      </div>
      <section class="together-part" aria-labelledby="people-heading">
        <h3 id="people-heading" ref={heading} tabIndex={-1}>
          Who is watching
        </h3>
        <ul class="people">
          <li class="person">
            <div class="person-row">
              <p class="person-name">You</p>
              <p class="person-facts">{count(profile.ratings.length, "rating")}</p>
              <PlaceLink class="person-link" to={addressOf({ name: "rate" })}>
                Rate films
              </PlaceLink>
            </div>
          </li>
          {people.map((person) => (
            <PersonCard
              key={person.id}
              person={person}
              current={opened?.id === person.id}
              way={opened?.id === person.id ? opened.way : undefined}
              onWay={(way) => setOpened({ id: person.id, way })}
              onProfile={(theirs) => setProfiles((before) => new Map(before).set(person.id, theirs))}
              onRename={(name) => rename(person.id, name)}
              onRemove={() => {
                // Before the card goes, and the focus with it.
                heading.current?.focus({ preventScroll: true });
                remove(person);
              }}
            />
          ))}
        </ul>
        {/* Always in the page, so that its changes are read out. */}
        <p class="removed" role="status">
          {removed && `${removed.person.name} is removed. `}
          {removed && (
            <button type="button" class="link-button" onClick={bringBack}>
              Bring back
            </button>
          )}
        </p>
        {people.length < mostOthers && (
          <div class="add-person">
            <p>{people.length === 0 ? "Who watches with you?" : "Somebody else?"}</p>
            <button type="button" class="button" onClick={() => begin("rate")}>
              Rate a few films for them
            </button>
            <button type="button" class="button" onClick={() => begin("bring")}>
              Open their file or code
            </button>
          </div>
        )}
      </section>
      {members.length > 1 ? (
        <FilmsForAll
          members={members}
          nameOf={(id) => people.find((person) => person.id === id)?.name ?? "You"}
          rule={rule}
          onRule={(wanted) => go(addressOf({ name: "together", rule: wanted }), true)}
        />
      ) : (
        <p class="nothing-yet">{missingWords(profile, others)}</p>
      )}
    </section>
  );
}

/** What is missing before there are films for two. */
function missingWords(mine: Profile, others: readonly Member[]): string {
  if (others.length === 0) return "Once there are two of you, your films appear here.";
  return mine.ratings.length === 0
    ? "Rate a few films yourself, too: then there are films for both of you."
    : "As soon as a few of their films are rated, there are films for both of you.";
}
