import { useState } from "preact/hooks";
import type { Session } from "../../src/server/api.ts";
import { ask, Failure } from "../api.ts";
import { Trouble } from "../parts/words.tsx";

export function SignIn({ onSession }: { readonly onSession: (session: Session) => void }) {
  const [failure, setFailure] = useState<Failure>();
  const [isAsking, setAsking] = useState(false);
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setAsking(true);
    try {
      const body = { name: String(form.get("name")), password: String(form.get("password")) };
      onSession(await ask("post /api/session", { body }));
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      setFailure(error);
      setAsking(false);
    }
  };
  return (
    <main class="sign-in">
      <h1>Vedette</h1>
      <p class="faint">Who is casing this network</p>
      <form onSubmit={send} aria-label="Sign in">
        <label class="field">
          <span>Name</span>
          <input name="name" required autocomplete="username" maxLength={100} />
        </label>
        <label class="field">
          <span>Password</span>
          <input name="password" type="password" required autocomplete="current-password" maxLength={1000} />
        </label>
        <Trouble failure={failure} />
        <button type="submit" class="main" disabled={isAsking}>
          Sign in
        </button>
      </form>
    </main>
  );
}
