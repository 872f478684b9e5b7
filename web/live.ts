import { createContext } from "preact";
import { useContext, useEffect, useState } from "preact/hooks";
import type { ChangeEvent } from "../src/server/api.ts";

/** Counts what happened in the store since the page was opened; whatever shows data loads it again when it grows. */
export const LiveContext = createContext(0);
export const useLive = () => useContext(LiveContext);

/** A run that is added changes many rows at once; readers load once a second at most. */
const PAUSE_MS = 1000;

/** Listens to the server's events. `onIncident` is told of each incident that came or changed. */
export function useEvents(isOn: boolean, onIncident: (count: number) => void): number {
  const [count, setCount] = useState(0);
  useEffect(() => {
    if (!isOn) return;
    let incidents = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const tell = () => {
      timer = undefined;
      setCount((before) => before + 1);
      if (incidents > 0) onIncident(incidents);
      incidents = 0;
    };
    const events = new EventSource("/api/events");
    const wait = () => {
      timer ??= setTimeout(tell, PAUSE_MS);
    };
    events.addEventListener("reset", wait);
    events.addEventListener("change", ({ data }) => {
      const change = JSON.parse(data) as ChangeEvent;
      if (change.what === "incident") incidents++;
      wait();
    });
    return () => {
      events.close();
      clearTimeout(timer);
    };
  }, [isOn]);
  return count;
}
