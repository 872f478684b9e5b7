import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { Session } from "../src/server/api.ts";

/** Who is signed in. */
export const SessionContext = createContext<Session | undefined>(undefined);

/** Whether this reader may change things. */
export function useMayChange(): boolean {
  return useContext(SessionContext)?.role === "admin";
}
