import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Session } from "../src/server/api.ts";
import { adoptSession, ask, Failure, isEmbedded } from "./api.ts";
import { chooseColours, chosenColours, colourChoices } from "./colours.ts";
import { LiveContext, useEvents } from "./live.ts";
import { Actor } from "./pages/actor.tsx";
import { Actors } from "./pages/actors.tsx";
import { Campaigns } from "./pages/campaigns.tsx";
import { Checks } from "./pages/checks.tsx";
import { Coverage } from "./pages/coverage.tsx";
import { ExposureChanges } from "./pages/exposure-changes.tsx";
import { Exposures } from "./pages/exposures.tsx";
import { Incident } from "./pages/incident.tsx";
import { Incidents } from "./pages/incidents.tsx";
import { Knowledge } from "./pages/knowledge.tsx";
import { Overview } from "./pages/overview.tsx";
import { Settings } from "./pages/settings.tsx";
import { Trouble } from "./parts/words.tsx";
import { linkTo, type Place, usePlace } from "./route.ts";
import { SessionContext } from "./session.ts";

/** How long news stay on the page. */
const NEWS_MS = 8000;

interface Page {
  readonly title: string;
  readonly show: (place: Place) => ComponentChildren;
}

/** By the first word of the address; the order is that of the navigation. */
const pages: Readonly<Record<string, Page>> = {
  overview: { title: "Overview", show: () => <Overview /> },
  incidents: {
    title: "Incidents",
    show: (place) => (place.path[1] === undefined ? <Incidents place={place} /> : <Incident id={place.path[1]} />),
  },
  campaigns: { title: "Campaigns", show: () => <Campaigns /> },
  actors: {
    title: "Actors",
    show: (place) => (place.path[1] === undefined ? <Actors place={place} /> : <Actor address={place.path[1]} />),
  },
  exposures: {
    title: "Exposures",
    show: (place) => (place.path[1] === "changes" ? <ExposureChanges place={place} /> : <Exposures place={place} />),
  },
  checks: { title: "Checks", show: (place) => <Checks place={place} /> },
  coverage: { title: "Coverage", show: () => <Coverage /> },
  knowledge: { title: "Knowledge", show: () => <Knowledge /> },
  settings: { title: "Settings", show: () => <Settings /> },
};

/** A report in a file has nothing to set. */
function pagesHere(): [string, Page][] {
  return Object.entries(pages).filter(([name]) => name !== "settings" || !isEmbedded());
}

export function Console() {
  const [session, setSession] = useState<Session>();
  const [failure, setFailure] = useState<Failure>();
  useEffect(() => {
    ask("get /api/session").then(
      (fresh) => {
        adoptSession(fresh);
        setSession(fresh);
      },
      (error) => {
        if (error instanceof Failure) setFailure(error);
        else throw error;
      },
    );
  }, []);
  if (session === undefined) return <Trouble failure={failure} />;
  return (
    <SessionContext.Provider value={session}>
      <Frame session={session} />
    </SessionContext.Provider>
  );
}

function Frame({ session }: { readonly session: Session }) {
  const place = usePlace();
  const name = place.path[0]!;
  const page = pages[name];
  const [news, setNews] = useState("");
  const live = useEvents(!isEmbedded(), (count) =>
    setNews(count === 1 ? "An incident came or changed" : `${count} incidents came or changed`),
  );
  useEffect(() => {
    if (news === "") return;
    const timer = setTimeout(() => setNews(""), NEWS_MS);
    return () => clearTimeout(timer);
  }, [news, live.count]);
  const title = page?.title ?? "Not found";
  const main = useRef<HTMLElement>(null);
  const opened = useRef(place.path.join("/"));
  useEffect(() => {
    document.title = `${title} - Vedette`;
    const path = place.path.join("/");
    if (path === opened.current) return;
    opened.current = path;
    // Whoever cannot see the page is told that it is another one, and the keyboard goes on from its beginning.
    main.current?.focus();
    scrollTo(0, 0);
    document.querySelector(".top [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
  }, [place.path.join("/")]);
  return (
    <LiveContext.Provider value={live}>
      <a class="skip" href={location.hash} onClick={(event) => [event.preventDefault(), main.current?.focus()]}>
        Skip to the page
      </a>
      <header class="top">
        <div class="fixed">
          <a class="brand" href={linkTo(["overview"])}>
            Vedette
          </a>
          <nav aria-label="Pages">
            <ul>
              {pagesHere().map(([each, { title }]) => (
                <li key={each}>
                  <a href={linkTo([each])} aria-current={each === name ? "page" : undefined}>
                    {title}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div class="reader">
            <Colours />
            {session.signInRequired && <SignedIn session={session} />}
          </div>
        </div>
      </header>
      <p class="news" role="status">
        {news !== "" && <span>{news}</span>}
      </p>
      <main ref={main} tabIndex={-1}>
        {page === undefined ? <h1>There is no such page</h1> : page.show(place)}
      </main>
    </LiveContext.Provider>
  );
}

const colourWords = { "": "As the system", light: "Light", dark: "Dark" };

function Colours() {
  const [chosen, setChosen] = useState(chosenColours);
  const choose = (choice: string) => {
    chooseColours(choice);
    setChosen(chosenColours());
  };
  return (
    <label class="field colours">
      <span>Colours</span>
      <select value={chosen} onChange={(event) => choose(event.currentTarget.value)}>
        {colourChoices.map((each) => (
          <option key={each} value={each}>
            {colourWords[each]}
          </option>
        ))}
      </select>
    </label>
  );
}

function SignedIn({ session: { name, role } }: { readonly session: Session }) {
  const leave = async () => {
    await ask("delete /api/session");
    location.reload();
  };
  return (
    <p class="signed-in">
      <span class="faint">
        {name}, {role}
      </span>
      <button type="button" onClick={leave}>
        Sign out
      </button>
    </p>
  );
}
