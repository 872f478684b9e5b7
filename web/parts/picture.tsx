import type { Markup } from "../../src/presentation/markup.ts";

/** A picture that the report's functions drew; `Markup` is made by their template alone, which escapes whatever is put in. */
export function Picture({ of }: { readonly of: Markup | undefined }) {
  if (of === undefined) return null;
  return <div class="drawn" dangerouslySetInnerHTML={{ __html: of.text }} />;
}
