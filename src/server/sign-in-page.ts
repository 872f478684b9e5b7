import { hashOf } from "../presentation/html.ts";
import { html, Markup } from "../presentation/markup.ts";

const style = `
:root { color-scheme: light dark; --paper: light-dark(#fff, #14181c); --ink: light-dark(#1c2126, #e4e8ec); --faint: light-dark(#5b6570, #98a2ad);
  --link: light-dark(#0b57a4, #8ab8f0); --alarm: light-dark(#b3261e, #ff8a80); }
body { margin: 0; display: grid; place-items: center; min-height: 100vh; background: var(--paper); color: var(--ink);
  font: 15px/1.5 system-ui, "Segoe UI", "Helvetica Neue", Arial, sans-serif; }
main { width: min(22rem, 90vw); }
h1 { font-size: 1.5rem; margin: 0; }
p { margin: 0; color: var(--faint); }
p[role=alert] { color: var(--alarm); }
form, label { display: grid; gap: .9rem; }
form { margin-top: 1.2rem; }
label { gap: .15rem; color: var(--faint); }
input, button { font: inherit; padding: .4rem .6rem; border-radius: .4rem; border: 1px solid var(--faint); }
input { background: var(--paper); color: var(--ink); }
button { background: var(--link); border-color: var(--link); color: var(--paper); font-weight: 600; cursor: pointer; }
:focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
`;

export const SIGN_IN_POLICY = `default-src 'none'; style-src '${hashOf(style)}'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'`;

/**
 * The form to sign in, whole in itself, since a stranger gets no other file. It has no action of its own, so it is sent to the address at
 * which it stands, with what follows the `#` (HTML, 4.10.21.3).
 */
export function renderSignIn(hasFailed: boolean): string {
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in - Vedette</title>
<link rel="icon" href="data:,">
<style>${new Markup(style)}</style>
</head>
<body>
<main>
<h1>Vedette</h1>
<p>Who is casing this network</p>
<form method="post" aria-label="Sign in">
<label>Name <input name="name" required autofocus autocomplete="username" maxlength="100"></label>
<label>Password <input name="password" type="password" required autocomplete="current-password" maxlength="1000"></label>
${hasFailed ? html`<p role="alert">The name or the password is wrong.</p>` : undefined}
<button>Sign in</button>
</form>
</main>
</body>
</html>
`.text;
}
