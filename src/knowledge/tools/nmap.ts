import type { HeaderMark, HelloMark, PathMark } from "./tool-mark.ts";

/**
 * nmap 7.93 of Debian 12. Its scripts keep headers in a Lua table, whose order changes with the run: 8 recordings, 8,000 requests. The order that
 * Nagios' check_http sends (User-Agent, Connection, Host; 48 requests of an ordinary monitor) is left out.
 */
const script = { tool: "nmap", because: "the three headers of nmap's scripts, in an order of theirs", weight: 2.5 };

export const nmapHeaders: readonly HeaderMark[] = [
  { ...script, names: "User-Agent,Host,Connection" },
  { ...script, names: "Host,Connection,User-Agent" },
  { ...script, names: "Connection,User-Agent,Host" },
  { ...script, names: "Connection,Host,User-Agent" },
];

/** Hellos of its version detection and of its scripts, 2,500 in 9 recordings, none of the ordinary clients'. */
export const nmapHellos: readonly HelloMark[] = [
  {
    tool: "nmap",
    because: "a TLS hello of nmap's, which offers every cipher that its library has",
    weight: 4,
    service: "tls",
    fingerprints: [
      "t13i781000_ab95583b6d39_d41ae481755e",
      "t13d781100_ab95583b6d39_d41ae481755e",
      "t13i080400_29ed02898241_7ec14cb91cd4",
      "t12i0502h9_7f27215065b1_e5744cedd59f",
      "t12i050200_7f27215065b1_4c3f1086ad7a",
      "t12i060100_eca7c5d91837_338aad02a631",
      "t12i050100_7f27215065b1_e5744cedd59f",
      "ts3i200000_1a40976cc687_000000000000",
      "dd2i010000_ba72b8082249_000000000000",
    ],
  },
  {
    // 64 of nmap's 64 hellos that name their keys; OpenSSH's client and ssh-keyscan send others.
    tool: "nmap",
    because: "the SSH key exchange of nmap's scripts",
    weight: 5,
    service: "hassh",
    fingerprints: ["e788c657d1a22971d5026526ffd2e918", "a20aced7c9824fd804f59e68dd801ad3"],
  },
];

/** Fixed strings of its scripts and probes (nselib/http.lua, nmap-service-probes). */
const string = { tool: "nmap", because: "asks for a path that only nmap makes up", weight: 6 };
export const nmapPaths: readonly PathMark[] = [
  { ...string, start: "/nmaplowercheck", tail: "digits" },
  { ...string, start: "/NmapUpperCheck", tail: "digits" },
  { ...string, start: "/Nmap/folder/check", tail: "digits" },
  { ...string, start: "/nice%20ports%2C/Tri%6Eity.txt%2ebak" },
];
