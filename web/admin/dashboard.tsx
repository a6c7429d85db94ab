import type { ComponentChildren } from "preact";
import type { Client, ServerStatus } from "../../src/client.ts";
import { Facts } from "../facts.tsx";
import { TrialBoard } from "./trial.tsx";
import { bytesText, countText, durationText, latencyText, rateText, shareText } from "./wording.ts";

/** The status in parts. @param stale whether a newer one could not be had */
export function Dashboard({
  client,
  status,
  before,
  stale,
}: {
  client: Client;
  status: ServerStatus;
  before: ServerStatus | undefined;
  stale: boolean;
}) {
  return (
    <div class={stale ? "boards is-stale" : "boards"}>
      <Problems status={status} />
      <Latency status={status} />
      <Model status={status} />
      {status.trial && <TrialBoard key={status.trial.since} client={client} />}
      <Requests status={status} before={before} />
      <StoreBoard status={status} />
      <Process status={status} before={before} />
    </div>
  );
}

function Board({ id, title, children }: { id: string; title: string; children: ComponentChildren }) {
  return (
    <section class="board" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      {children}
    </section>
  );
}

function Problems({ status: { problems } }: { status: ServerStatus }) {
  return (
    <section class="board all-wide" aria-label="Problems" aria-live="polite">
      {problems.length === 0 ? (
        <p class="well">No problems</p>
      ) : (
        <ul class="problems">
          {problems.map(({ code, detail }) => (
            <li key={`${code} ${detail}`} class="note">
              <strong>{code}</strong> {detail}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Latency({ status: { lists } }: { status: ServerStatus }) {
  const { count, seconds, p50, p90, p99 } = lists;
  return (
    <Board id="latency" title="Lists">
      <Facts
        class="facts large-facts"
        facts={[
          ["p50", latencyText(p50)],
          ["p90", latencyText(p90)],
          ["p99", latencyText(p99)],
        ]}
      />
      <p class="hint">
        {count === 0 ? "No list" : `${countText(count)} ${count === 1 ? "list" : "lists"}`} in the last{" "}
        {durationText(seconds)}
      </p>
    </Board>
  );
}

function Requests({ status, before }: { status: ServerStatus; before: ServerStatus | undefined }) {
  const { answered, byStatus, open, waiting, unsentBytes } = status.requests;
  const perSecond = before && (answered - before.requests.answered) / (status.uptime - before.uptime);
  return (
    <Board id="requests" title="Requests">
      <Facts
        class="facts large-facts"
        facts={[
          ["a second", perSecond === undefined ? "–" : rateText(perSecond)],
          ["since the start", countText(answered)],
        ]}
      />
      <Facts
        class="facts"
        facts={[
          ["Answered (2xx)", countText(byStatus["2xx"])],
          ["Not changed, or elsewhere (3xx)", countText(byStatus["3xx"])],
          ["Refused (4xx)", countText(byStatus["4xx"])],
          ["Failed, or too many (5xx)", countText(byStatus["5xx"])],
          ["Open now", countText(open)],
          ["Waiting to compute", countText(waiting)],
          ["Not taken yet", bytesText(unsentBytes)],
        ]}
      />
    </Board>
  );
}

function Model({ status: { model } }: { status: ServerStatus }) {
  const age = model?.since === undefined ? undefined : Date.now() / 1000 - model.since;
  return (
    <Board id="model" title="Model">
      <p class="large-text">{model?.name ?? "No model answers yet"}</p>
      {age !== undefined && <p class="hint">has answered for {durationText(age)}</p>}
    </Board>
  );
}

function StoreBoard({ status: { store } }: { status: ServerStatus }) {
  if (!store) return null;
  return (
    <Board id="store" title="Store">
      <Facts
        class="facts large-facts"
        facts={[
          ["events in the last hour", countText(store.eventsOfLastHour)],
          ["in the last day", countText(store.eventsOfLastDay)],
        ]}
      />
      <Facts
        class="facts"
        facts={[
          ["Database", store.kind === "sqlite" ? "SQLite" : "PostgreSQL"],
          ["Users", countText(store.users)],
          ["Ratings", countText(store.ratings)],
          ["Events", countText(store.events)],
          ["Films of the catalog", countText(store.items)],
          ["Writes waiting", countText(store.waitingWrites)],
        ]}
      />
    </Board>
  );
}

function Process({ status, before }: { status: ServerStatus; before: ServerStatus | undefined }) {
  const { residentBytes, heapBytes, externalBytes, processorSeconds, eventLoopDelay } = status.process;
  const share = before && (processorSeconds - before.process.processorSeconds) / (status.uptime - before.uptime);
  return (
    <Board id="process" title="Process">
      <Facts
        class="facts large-facts"
        facts={[
          ["memory", bytesText(residentBytes)],
          ["of a processor", share === undefined ? "–" : shareText(share)],
        ]}
      />
      <Facts
        class="facts"
        facts={[
          ["Up for", durationText(status.uptime)],
          ["Objects", bytesText(heapBytes)],
          ["Arrays", bytesText(externalBytes)],
          ["Delay of the event loop, p50", latencyText(eventLoopDelay.p50)],
          ["Delay of the event loop, p99", latencyText(eventLoopDelay.p99)],
        ]}
      />
    </Board>
  );
}
