import type { Token } from "./tokens.ts";

/** The token that is least likely in ordinary requests. */
export function rarest(tokens: readonly Token[]): Token | undefined {
  let best: Token | undefined;
  for (const token of tokens) if (best === undefined || rarity(token) > rarity(best)) best = token;
  return best;
}

/** How unlikely a token is in ordinary requests: long is rare, what every site has is common and has less than 1. */
export function rarity(token: Token): number {
  const text = token.text.slice(1);
  if (token.text[0] === "." ? commonExtensions.has(text) : common.has(text)) return text.length / 100;
  if (/^\d{1,3}$/.test(text)) return text.length / 100;
  return 1 + Math.min(text.length, 16) + (token.text[0] === "/" || token.text[0] === "." ? 0.5 : 0);
}

const commonExtensions = new Set(
  (
    "html htm shtml xhtml php asp aspx jsp do action js mjs css json xml rss atom txt md png jpg jpeg gif svg ico webp avif woff woff2 ttf map pdf " +
    "zip gz tar bz2 xz tgz deb rpm exe dmg mp3 mp4 webm py rb sh c h cpp java com org net de uk min www"
  ).split(" "),
);

const common = new Set(
  (
    "index api v1 v2 v3 v4 app apps admin login logout signin user users home main image images img icon icons static public assets media file " +
    "files upload uploads download downloads folder wp-content wp-includes wp-admin plugins themes wp-json lib src vendor node_modules " +
    "includes inc common default status search page pages post posts blog news about contact help docs doc test data db info config settings " +
    "service services ajax rest auth account register console type name id path url title key value format action method cmd mode q s p " +
    "the and of web html css js json xml php site sites www script scripts tag tags project projects ui log logs head list view get cgi-bin " +
    "latest version old local html5 server rss feed shop cart products product category archive read print text font fonts video audio"
  ).split(" "),
);
