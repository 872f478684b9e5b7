import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { ChangeEvent } from "../src/server/api.ts";

/** What changed in the store since the page was opened; whatever shows data loads it again when `count` grows. */
interface Live {
  readonly count: number;
  /** Loads anew at once, after the reader changed something. */
  readonly refresh: () => void;
}

export const LiveContext = createContext<Live>({ count: 0, refresh: () => {} });
export const useLive = () => useContext(LiveContext);

/** A run that is added changes many rows at once; readers load once a second at most. */
const PAUSE_MS = 1000;

/** Listens to the server's events while there is a server. `onIncidents` is told how many incidents came or changed. */
export function useEvents(isOn: boolean, onIncidents: (count: number) => void): Live {
  const [count, setCount] = useState(0);
  const refresh = () => setCount((before) => before + 1);
  useEffect(() => {
    if (!isOn) return;
    let incidents = new Set<string>();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      refresh();
      if (incidents.size > 0) onIncidents(incidents.size);
      incidents = new Set();
    };
    const wait = () => {
      timer ??= setTimeout(tell, PAUSE_MS);
    };
    const events = new EventSource("/api/events");
    events.addEventListener("reset", wait);
    events.addEventListener("change", ({ data }) => {
      const change = JSON.parse(data) as ChangeEvent;
      if (change.what === "incident") incidents.add(change.id);
      wait();
    });
    return () => {
      events.close();
      clearTimeout(timer);
    };
  }, [isOn]);
  return { count, refresh };
}
