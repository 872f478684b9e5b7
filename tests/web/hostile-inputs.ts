import { conversation, everyTenth, pcapFile } from "../wire/packets.ts";

/**
 * What a scanner would like a page, a terminal or a spreadsheet to run: shapes of the OWASP XSS Filter Evasion Cheat Sheet, of
 * OWASP's CSV Injection, of bidirectional overrides (CVE-2021-42574) and of terminal escapes. Each sets `ran` when it runs.
 */
export const hostileTexts: Readonly<Record<string, string>> = {
  script: "<script>window.ran=1</script>",
  "script from elsewhere": "<SCRIPT SRC=//127.0.0.1:9/x.js></SCRIPT>",
  "end of the data": "</script><script>window.ran=2</script>",
  "script in a comment": "<!--<script>window.ran=3</script>-->",
  "end of the style": "</style></title><script>window.ran=4</script>",
  image: "<img src=x onerror=window.ran=5>",
  "image without spaces": '<IMG/SRC="x"/ONERROR="window.ran=6">',
  "image, broken": '<IMG """><SCRIPT>window.ran=7</SCRIPT>">',
  drawing: "<svg/onload=window.ran=8>",
  "drawing with a script": '<svg><script href="data:,window.ran=9"/></svg>',
  "animated drawing": "<svg><animate onbegin=window.ran=10 attributeName=x dur=1s>",
  frame: '<iframe src="javascript:parent.ran=11"></iframe>',
  "frame of its own": "<iframe srcdoc='<script>parent.ran=12</script>'>",
  details: "<details open ontoggle=window.ran=13>x</details>",
  "video source": "<video><source onerror=window.ran=14>",
  "end of an attribute": '" autofocus onfocus="window.ran=15" x="',
  "end of an attribute, single": "' onmouseover='window.ran=16' x='",
  link: '<a href="javascript:window.ran=17">here</a>',
  address: "javascript:window.ran=18",
  "address in pieces": "jav&#x09;ascript:window.ran=19",
  base: '<base href="javascript:/a/-window.ran=20//">',
  "new address": '<meta http-equiv=refresh content="0;url=javascript:window.ran=21">',
  mutation:
    "<math><mtext><table><mglyph><style><!--</style><img title='--&gt;&lt;img src=1 onerror=window.ran=22&gt;'>",
  template: "{{constructor.constructor('window.ran=23')()}}<%= window.ran=23 %>",
  entities: "&lt;script&gt;window.ran=24&lt;/script&gt;",
  "separators of lines": "a\u2028window.ran=25\u2029//",
  overrides: "\u202egnp.exe\u2066x\u200b",
  "title of the terminal": "\x1b]0;owned\x07\x1b[2J\x1b[31m",
  "one-byte escapes": "\u009b31mred\u009d0;owned\u009c",
  formula: "=cmd|'/C calc'!A0",
  "formula, other signs": "+1+1;@SUM(1);-2",
  "formula after a tab": "\t=1+1",
  header: "x%0d%0aSet-Cookie:%20ran=26",
  prototype: "__proto__[ran]=27",
};

/** The source that sends a text is told by its place in the list. */
export function sourceOf(i: number): string {
  return `203.0.113.${i + 1}`;
}

const reader = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const guesses = ["/.git/config?", "/wp-login.php?", "/phpmyadmin/", "/cgi-bin/", "/", "/old/", "/.env?", "/admin/"];

/** A web log in which forty visitors read and each source sends one hostile text in every place that it can choose. */
export function hostileLog(): string {
  const visits = Array.from({ length: 200 }, (_, i) =>
    logLine(i, `192.0.2.${1 + (i % 40)}`, ["/", "/about", "/news"][i % 3]!, 200, reader),
  );
  const probes = Object.values(hostileTexts).flatMap((text, i) =>
    guesses.map((guess, k) => logLine(1000 + i * 10 + k, sourceOf(i), guess + text, 404, `Nikto/2.5 ${text}`, text)),
  );
  const endless = guesses.map((guess, k) =>
    logLine(2000 + k, "203.0.113.250", guess, 404, `sqlmap/1.8 ${"<b>A".repeat(25_000)}`),
  );
  return [...visits, ...probes, ...endless].join("");
}

function logLine(second: number, source: string, path: string, status: number, agent: string, user = "-"): string {
  const time = new Date(Date.UTC(2026, 2, 14, 8) + second * 1000).toISOString().slice(11, 19);
  const quoted = (text: string) => text.replaceAll("\\", "\\\\").replaceAll('"', '\\"');
  return `${source} - ${quoted(user).replaceAll(" ", "+")} [14/Mar/2026:${time} +0000] "GET ${quoted(path)} HTTP/1.1" ${status} 512 "${quoted(user)}" "${quoted(agent)}"\n`;
}

/** A capture in which each source says a hostile text as host and client, and a server as its name. */
export function hostileCapture(): Uint8Array {
  const frames = Object.values(hostileTexts).flatMap((text, i) =>
    guesses.flatMap((guess, k) =>
      conversation(
        sourceOf(i),
        "198.51.100.10",
        80,
        [
          [">", `GET ${guess}${text} HTTP/1.1\r\nHost: ${text}\r\nUser-Agent: Nikto ${text}\r\n\r\n`],
          ["<", `HTTP/1.1 404 Not Found\r\nServer: nginx/1.2.${i} ${text}\r\nContent-Length: 0\r\n\r\n`],
        ],
        40_000 + i * 10 + k,
      ),
    ),
  );
  return pcapFile(everyTenth(frames));
}
