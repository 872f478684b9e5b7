import { useState } from "preact/hooks";
import { Failure } from "../api.ts";
import { useLive } from "../live.ts";
import { Trouble } from "./words.tsx";

/** A button that changes something without asking more. */
export function ActButton({ label, onAct }: { readonly label: string; readonly onAct: () => Promise<unknown> }) {
  const [failure, setFailure] = useState<Failure>();
  const { refresh } = useLive();
  const act = async () => {
    try {
      await onAct();
      refresh();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    }
  };
  return (
    <>
      <button type="button" onClick={act}>
        {label}
      </button>
      <Trouble failure={failure} />
    </>
  );
}
