import { describe, expect, test } from "vitest";
import { observe } from "./observed.ts";
import { bytes, conversation, everyTenth, pcapFile, u16 } from "./packets.ts";

type Line = readonly ["<" | ">", string | Uint8Array];

/** What is told besides the contact, without the addresses. */
function told(port: number, lines: readonly Line[]): string[] {
  const file = pcapFile(everyTenth(conversation("192.0.2.7", "198.51.100.4", port, lines)));
  const rows = observe(file).rows.filter((row) => !row.startsWith("contact"));
  return rows.map((row) => row.replace(/192\.0\.2\.7:40000 > 198\.51\.100\.4:\d+\/6 /, ""));
}

const GET = "GET /a?b=1 HTTP/1.1\r\nHost: www.example.org\r\nUser-Agent: test/1\r\n\r\n";
const OK = "HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: 5\r\n\r\nhello";
const request = "request GET www.example.org /a?b=1 200 5 #4 [Host,User-Agent]";
const server = "reveal http Server: nginx/1.22.1";

describe("HTTP", () => {
  const cases: [why: string, lines: Line[], expected: string[]][] = [
    [
      "a request and its answer",
      [
        [">", GET],
        ["<", OK],
      ],
      [server, request],
    ],
    [
      "on a kept connection the server is told once",
      [
        [">", GET],
        ["<", OK],
        [">", GET],
        ["<", OK],
      ],
      [server, request, request.replace("#4", "#6")],
    ],
    [
      "a request in pieces",
      [
        [">", GET.slice(0, 2)],
        [">", GET.slice(2, 30)],
        [">", GET.slice(30)],
        ["<", OK],
      ],
      [server, request],
    ],
    [
      "an answer in pieces",
      [
        [">", GET],
        ["<", OK.slice(0, 4)],
        ["<", OK.slice(4, 40)],
        ["<", OK.slice(40)],
      ],
      [server, request],
    ],
    [
      "a pipeline",
      [
        [">", GET + GET],
        ["<", OK + OK],
      ],
      [server, request, request],
    ],
    ["no answer", [[">", GET]], [request.replace("200 5", "0 0")]],
    ["a head that never ends", [[">", GET.slice(0, -2)]], [request.replace("200 5", "0 0")]],
    [
      "100 Continue is not the answer",
      [
        [">", GET],
        ["<", "HTTP/1.1 100 Continue\r\n\r\n"],
        ["<", OK],
      ],
      [server, request],
    ],
    [
      "a body in chunks is counted",
      [
        [">", GET],
        ["<", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
        ["<", "a;x=1\r\n0123456789\r\n0\r\n\r\n"],
        [">", GET],
        ["<", OK],
      ],
      [request.replace("200 5", "200 15"), server, request.replace("#4", "#7")],
    ],
    [
      "a body until the end is counted",
      [
        [">", GET],
        ["<", "HTTP/1.0 200 OK\r\n\r\nhello"],
        ["<", " world"],
      ],
      [request.replace("200 5", "200 11")],
    ],
    [
      "HEAD has no body",
      [
        [">", GET.replace("GET", "HEAD")],
        ["<", OK.slice(0, -5)],
        [">", GET],
        ["<", OK],
      ],
      [server, request.replace("GET", "HEAD").replace("200 5", "200 0"), request.replace("#4", "#6")],
    ],
    [
      "304 has no body",
      [
        [">", GET],
        ["<", OK.slice(0, -5).replace("200 OK", "304 Not Modified")],
        [">", GET],
        ["<", OK],
      ],
      [server, request.replace("200 5", "304 0"), request.replace("#4", "#6")],
    ],
    [
      "the client's body is stepped over",
      [
        [">", "POST /x HTTP/1.1\r\nContent-Length: 20\r\n\r\nGET /no HTTP/1.1\r\n\r\n"],
        ["<", OK],
        [">", GET],
        ["<", OK],
      ],
      [server, "request POST  /x 200 5 #4 [Content-Length]", request.replace("#4", "#6")],
    ],
    [
      "a proxy request keeps its target",
      [
        [">", "GET http://example.com/x HTTP/1.1\r\n\r\n"],
        ["<", OK],
      ],
      [server, "request GET example.com http://example.com/x 200 5 #4 []"],
    ],
    [
      "a malformed target",
      [
        [">", "GET %2f HTTP/1.1\r\nHost: x\r\n\r\n"],
        ["<", OK],
      ],
      [server, "request GET x %2f 200 5 #4 [Host]"],
    ],
    [
      "blanks in the target",
      [
        [">", "GET /a b HTTP/1.1\r\n\r\n"],
        ["<", OK],
      ],
      [server, "request GET  /a b 200 5 #4 []"],
    ],
    [
      "an unknown method",
      [
        [">", "TRACK / HTTP/1.1\r\n\r\n"],
        ["<", OK],
      ],
      [server, "request TRACK  / 200 5 #4 []"],
    ],
    [
      "HTTP/0.9",
      [
        [">", "GET /old\r\n"],
        ["<", "<html>"],
      ],
      ["request GET  /old 0 0 #4 []"],
    ],
    [
      "a web server that was sent junk",
      [
        [">", "\x01\x02junk"],
        ["<", OK],
      ],
      [server],
    ],
    [
      "a web server that was sent a strange request",
      [
        [">", "help me please\r\n"],
        ["<", OK],
      ],
      [server, "request help  me please 200 5 #4 []"],
    ],
    [
      "a web server that was sent TLS",
      [
        [">", bytes(22, 3, 1, 0, 1, 1)],
        ["<", OK],
      ],
      [server],
    ],
    [
      "what a tunnel carries",
      [
        [">", "CONNECT a.example:443 HTTP/1.1\r\n\r\n"],
        ["<", "HTTP/1.1 200 OK\r\n\r\n"],
        [">", GET],
        ["<", OK],
      ],
      ["request CONNECT a.example:443 a.example:443 200 0 #4 []", server, request.replace("#4", "#6")],
    ],
    [
      "an odd version of the answer",
      [
        [">", GET],
        ["<", OK.replace("HTTP/1.1", "HTTP/1.01")],
      ],
      [server, request],
    ],
    [
      "a websocket is not read on",
      [
        [">", "GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"],
        ["<", "HTTP/1.1 101 Switching Protocols\r\n\r\n\x81\x05hello"],
        ["<", "\x81\x05hello"],
        [">", GET],
        ["<", OK],
      ],
      ["request GET  /chat 101 0 #4 [Upgrade]"],
    ],
    [
      "header names in the casing sent",
      [
        [">", "GET / HTTP/1.1\r\nhOsT: y\r\nX-A: 1\r\nx-a: 2\r\n\r\n"],
        ["<", OK],
      ],
      [server, "request GET y / 200 5 #4 [hOsT,X-A,x-a]"],
    ],
    [
      "bare line feeds",
      [
        [">", "GET / HTTP/1.0\nHost: z\n\n"],
        ["<", "HTTP/1.0 404 Not Found\nServer: s\nContent-Length: 0\n\n"],
      ],
      ["reveal http Server: s", "request GET z / 404 0 #4 [Host]"],
    ],
  ];
  test.each(cases)("%s", (_why, lines, expected) => expect(told(8888, lines)).toEqual(expected));

  test("a hole in a body, as captures with a cut-off leave it, loses nothing else", () => {
    const long = `HTTP/1.1 200 OK\r\nServer: s\r\nContent-Length: 300\r\n\r\n${"x".repeat(300)}`;
    const frames = conversation("192.0.2.7", "198.51.100.4", 80, [
      [">", GET],
      ["<", long],
      [">", GET],
      ["<", OK],
    ]);
    const records = everyTenth(frames).map((record, i) => (i === 4 ? { ...record, snap: 130 } : record));
    const rows = observe(pcapFile(records)).rows.filter((row) => row.startsWith("request"));
    expect(rows.map((row) => row.split(" ").slice(-4).join(" "))).toEqual([
      "200 300 #4 [Host,User-Agent]",
      "200 5 #6 [Host,User-Agent]",
    ]);
  });

  test("segments out of order and repeated", () => {
    const frames = conversation("192.0.2.7", "198.51.100.4", 80, [
      [">", GET.slice(0, 9)],
      [">", GET.slice(9, 20)],
      [">", GET.slice(20)],
      ["<", OK],
    ]);
    const order = [0, 1, 2, 5, 3, 3, 5, 4, 4, 6, 7, 8, 9];
    const rows = observe(pcapFile(everyTenth(order.map((i) => frames[i]!)))).rows;
    expect(rows.filter((row) => row.startsWith("request"))).toEqual([
      expect.stringContaining("GET www.example.org /a?b=1 200 5 #5"),
    ]);
  });

  test("a flow seen from its middle", () => {
    const frames = conversation("192.0.2.7", "198.51.100.4", 50001, [
      [">", GET],
      ["<", OK],
    ]).slice(3);
    expect(observe(pcapFile(everyTenth(frames))).rows).toEqual([
      "reveal 192.0.2.7:40000 > 198.51.100.4:50001/6 http Server: nginx/1.22.1",
      "request 192.0.2.7:40000 > 198.51.100.4:50001/6 GET www.example.org /a?b=1 200 5 #1 [Host,User-Agent]",
      "contact 192.0.2.7:40000 > 198.51.100.4:50001/6 unknown #1 flags=24 known=15",
    ]);
  });
});

describe("servers that speak first", () => {
  const cases: [string, number, Line[], string[]][] = [
    [
      "SSH, both idents",
      22,
      [
        ["<", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n"],
        [">", "SSH-2.0-Go\r\n"],
      ],
      ["reveal ssh SSH-2.0-OpenSSH_9.2p1 Debian-2", "hello ssh  SSH-2.0-Go"],
    ],
    [
      "SSH on another port, in pieces",
      2222,
      [
        ["<", "SS"],
        ["<", "H-2.0-dropbear\r\n"],
      ],
      ["reveal ssh SSH-2.0-dropbear"],
    ],
    [
      "SMTP",
      25,
      [
        ["<", "220 mx.example.org ESMTP Postfix\r\n"],
        [">", "EHLO x\r\n"],
      ],
      ["reveal smtp 220 mx.example.org ESMTP Postfix", "ask smtp EHLO x"],
    ],
    [
      "a greeting of several lines",
      21,
      [
        ["<", "220-Welcome\r\n220-to\r\n"],
        ["<", "220 ProFTPD 1.3.8\r\n"],
      ],
      ["reveal ftp 220-Welcome\r\n220-to\r\n220 ProFTPD 1.3.8"],
    ],
    ["FTP on another port", 2100, [["<", "220 (vsFTPd 3.0.3)\r\n"]], ["reveal ftp 220 (vsFTPd 3.0.3)"]],
    ["POP3", 110, [["<", "+OK Dovecot (Debian) ready.\r\n"]], ["reveal pop3 +OK Dovecot (Debian) ready."]],
    [
      "IMAP",
      143,
      [["<", "* OK [CAPABILITY IMAP4rev1] Dovecot ready.\r\n"]],
      ["reveal imap * OK [CAPABILITY IMAP4rev1] Dovecot ready."],
    ],
    ["VNC", 5901, [["<", "RFB 003.008\n"]], ["reveal vnc RFB 003.008"]],
    ["rsync", 873, [["<", "@RSYNCD: 31.0\n"]], ["reveal rsync @RSYNCD: 31.0"]],
    [
      "Telnet",
      23,
      [
        ["<", bytes(255, 253, 24, 255, 251, 1)],
        ["<", "\r\nDebian GNU/Linux 12\r\nhost login: "],
      ],
      ["reveal telnet Debian GNU/Linux 12\r\nhost login:"],
    ],
    [
      "something printable",
      7777,
      [["<", "Hello from a strange daemon 1.2\n"]],
      ["reveal unknown Hello from a strange daemon 1.2"],
    ],
    ["a greeting without an end", 25, [["<", "220 half"]], ["reveal smtp 220 half"]],
    [
      "MariaDB",
      3307,
      [["<", bytes(30, 0, 0, 0, 10, "5.5.5-10.11.6-MariaDB\0", new Uint8Array(7))]],
      ["reveal mysql 5.5.5-10.11.6-MariaDB"],
    ],
    [
      "MariaDB, refusing",
      3306,
      [["<", bytes(19, 0, 0, 0, 255, u16(0x6a04), "Host not allowed")]],
      ["reveal mysql Host not allowed"],
    ],
    ["binary", 9999, [["<", bytes(1, 2, 3, 4, 5, 6, 7, 8)]], []],
    [
      "an answer is no greeting",
      6379,
      [
        [">", "PING\r\n"],
        ["<", "+PONG\r\n"],
      ],
      ["ask redis PING"],
    ],
  ];
  test.each(cases)("%s", (_why, port, lines, expected) => expect(told(port, lines)).toEqual(expected));

  test("a reveal is cut to 512 bytes", () => {
    const [row] = told(25, [["<", `220 ${"x".repeat(2000)}\r\n`]]);
    expect(row).toHaveLength("reveal smtp ".length + 512);
  });
});
