import { describe, expect, test } from "vitest";
import { bytes, u16 } from "../packets.ts";
import { observeSession } from "./tls-session.ts";

type Lines = [">" | "<", Uint8Array][];
const web: Lines = [
  [">", bytes("GET /a HTTP/1.1\r\nHost: a.example\r\n\r\n")],
  ["<", bytes("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")],
];
const request = "request GET a.example /a 404 0";
const name = bytes(9, "a.example", u16(80));
const granted = bytes(5, 0, 0, 1, 0, 0, 0, 0, 0, 0);

describe("SOCKS", () => {
  test.each<[string, Lines, string[]]>([
    [
      "version 4",
      [[">", bytes(4, 1, u16(80), 198, 51, 100, 9, "me\0")], ["<", bytes(0, 0x5a, 0, 0, 0, 0, 0, 0)], ...web],
      ["ask socks SOCKS4 connect 198.51.100.9:80", request],
    ],
    [
      "version 4a",
      [[">", bytes(4, 1, u16(80), 0, 0, 0, 1, "\0a.example\0")], ["<", bytes(0, 0x5a, 0, 0, 0, 0, 0, 0)], ...web],
      ["ask socks SOCKS4 connect a.example:80", request],
    ],
    [
      "version 5 with a log-in, in pieces",
      [
        [">", bytes(5, 2, 0, 2)],
        ["<", bytes(5, 2)],
        [">", bytes(1, 2, "me", 3)],
        [">", bytes("you")],
        ["<", bytes(1, 0)],
        [">", bytes(5, 1, 0, 3, name)],
        ["<", granted.slice(0, 3)],
        ["<", granted.slice(3)],
        ...web,
      ],
      ["ask socks SOCKS5 methods", "ask socks SOCKS5 connect a.example:80", request],
    ],
    ["refused", [[">", bytes(5, 1, 0)], ["<", bytes(5, 255)], ...web], ["ask socks SOCKS5 methods"]],
  ])("%s", (_name, lines, expected) => {
    const rows = observeSession({ lines, keyLog: "" });
    expect(rows.map((row) => row.replace(/ #\d+ .*/, ""))).toEqual(expected);
  });
});
