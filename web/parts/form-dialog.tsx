import type { ComponentChildren } from "preact";
import { useRef, useState } from "preact/hooks";
import { Failure } from "../api.ts";
import { useLive } from "../live.ts";
import { Trouble } from "./words.tsx";

interface FormDialogProps {
  /** On the button that opens it. */
  readonly label: string;
  readonly title: string;
  /** On the button that sends it. */
  readonly act: string;
  readonly children: ComponentChildren;
  readonly onSend: (fields: (name: string) => string) => Promise<unknown>;
}

/** A button that opens a form above the page. What was sent shows at once. */
export function FormDialog({ label, title, act, children, onSend }: FormDialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [failure, setFailure] = useState<Failure>();
  const { refresh } = useLive();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const fields = new FormData(form);
    try {
      await onSend((name) => String(fields.get(name) ?? ""));
      setFailure(undefined);
      form.reset();
      dialog.current?.close();
      refresh();
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
    }
  };
  return (
    <>
      <button type="button" onClick={() => dialog.current?.showModal()}>
        {label}
      </button>
      <dialog ref={dialog} aria-label={title}>
        <form class="form" onSubmit={send}>
          <h2>{title}</h2>
          {children}
          <Trouble failure={failure} />
          <p class="buttons">
            <button type="submit" class="main">
              {act}
            </button>
            <button type="button" onClick={() => dialog.current?.close()}>
              Cancel
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
