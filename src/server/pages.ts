import { renderPage } from "../presentation/html.ts";
import { html } from "../presentation/markup.ts";
import type { Store } from "../stores/store.ts";

/** What is shown at `/` where the console is not built: the stored incidents as the HTML report, or a form to sign in. */
export async function renderStored(store: Store): Promise<string> {
  const report = await store.report(1000);
  if (report !== undefined) return renderPage(report);
  return String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Vedette</title></head>
<body><main><h1>Nothing is stored yet</h1><p>Run <code>vedette analyze --store FILE INPUT...</code> with this store.</p></main></body></html>
`);
}

export function renderSignIn(failed: boolean): string {
  return String(html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Sign in - Vedette</title></head>
<body><main><h1>Vedette</h1>${failed ? html`<p role="alert">The name or the password is wrong.</p>` : undefined}
<form method="post" action="/sign-in">
<p><label>Name <input name="name" required autocomplete="username" maxlength="100"></label></p>
<p><label>Password <input name="password" type="password" required autocomplete="current-password" maxlength="1000"></label></p>
<p><button>Sign in</button></p></form></main></body></html>
`);
}

/** The policy that a page states itself, so that the header says the same and more. */
export function policyOfPage(page: string): string {
  const stated = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(page)?.[1];
  const policy = stated?.replaceAll("&#39;", "'") ?? "default-src 'none'; base-uri 'none'; form-action 'self'";
  return `${policy}; frame-ancestors 'none'`;
}
