/** What sessions a generated capture is made of. */
export type CaptureMix = keyof typeof mixes;

/** What happens between two hosts; the sequence numbers move on as it is played. */
export interface Plot {
  readonly client: number;
  readonly server: number;
  readonly clientPort: number;
  readonly serverPort: number;
  clientSequence: number;
  serverSequence: number;
  readonly steps: readonly Step[];
}

export type PlotMaker = () => Plot;

/** One packet of a session. */
export interface Step {
  readonly fromClient: boolean;
  readonly protocol: number;
  readonly flags: number;
  readonly payload: Uint8Array<ArrayBuffer>;
}

export const [FIN, SYN, RST, PSH, ACK] = [1, 2, 4, 8, 16] as const;
const NOTHING = new Uint8Array(0);

const mixes = { browsing, office, sweep, flood };

export const captureMixes = Object.keys(mixes) as CaptureMix[];

/** Makes the sessions of a mix. */
export function mixOf(mix: CaptureMix, random: () => number): PlotMaker {
  return mixes[mix](random);
}

/**
 * Mostly web pages: two thirds of the sessions are browsers that ask one of a few servers one to three times on a
 * connection, one request per eleven packets; the rest asks a name server or scans ports. About 200 bytes a packet.
 */
function browsing(random: () => number): PlotMaker {
  const browsers = Array.from({ length: 400 }, () => browse(random));
  const naming = Array.from({ length: 100 }, () => askName(random));
  return () => {
    const kind = random();
    const isScan = kind < 0.12;
    const isName = !isScan && kind < 0.35;
    return {
      client: isScan ? SCANNERS + (kind < 0.06 ? 7 : 9) : CLIENTS + below(random, 4096),
      server: SERVERS + below(random, isScan ? 254 : 6),
      clientPort: 32768 + below(random, 28000),
      serverPort: isScan ? 1 + below(random, 1024) : isName ? 53 : 80,
      clientSequence: below(random, 4294967296),
      serverSequence: below(random, 4294967296),
      steps: pick(random, isScan ? scans : isName ? naming : browsers),
    };
  };
}

/**
 * What most links carry: long encrypted conversations and downloads with their acknowledgements, idle connections that only
 * keep alive, some pages in the clear, name look-ups, a few scans. About 200 bytes a packet.
 */
function office(random: () => number): PlotMaker {
  const many = (count: number, make: () => Step[]) => Array.from({ length: count }, make);
  const kinds: readonly (readonly [upTo: number, port: number, plots: readonly (readonly Step[])[]])[] = [
    [0.3, 443, many(100, () => encrypted(random))],
    [0.36, 80, many(30, () => download(random))],
    [0.42, 5223, many(30, () => idle(random))],
    [0.52, 80, many(100, () => browse(random))],
    [0.88, 53, many(100, () => askName(random))],
    [1, 0, scans],
  ];
  return () => {
    const share = random();
    const [, port, plots] = kinds.find(([upTo]) => share < upTo)!;
    const isScan = port === 0;
    return {
      client: isScan ? SCANNERS + 7 + below(random, 3) : CLIENTS + below(random, 4096),
      server: SERVERS + below(random, isScan ? 254 : 40),
      clientPort: 32768 + below(random, 28000),
      serverPort: isScan ? 1 + below(random, 1024) : port,
      clientSequence: below(random, 4294967296),
      serverSequence: below(random, 4294967296),
      steps: pick(random, plots),
    };
  };
}

/** Three scanners try all ports of a network; nine in ten SYNs find nobody. */
function sweep(random: () => number): PlotMaker {
  const outcomes = [...Array.from({ length: 36 }, () => [tcp(true, SYN)]), ...scans];
  let next = 0;
  return () => {
    const at = next++;
    return {
      client: SCANNERS + (at % 3),
      server: SERVERS + (Math.floor(at / 3) % 254),
      clientPort: 61000,
      serverPort: 1 + (Math.floor(at / 762) % 65535),
      clientSequence: below(random, 4294967296),
      serverSequence: below(random, 4294967296),
      steps: pick(random, outcomes),
    };
  };
}

/** SYNs from forged sources to one port, a third of them answered. */
function flood(random: () => number): PlotMaker {
  const outcomes = [[tcp(true, SYN)], [tcp(true, SYN)], [tcp(true, SYN), tcp(false, SYN | ACK)]];
  return () => ({
    client: 0x0b000000 + below(random, 0x5f000000),
    server: SERVERS,
    clientPort: 1024 + below(random, 64000),
    serverPort: 80,
    clientSequence: below(random, 4294967296),
    serverSequence: below(random, 4294967296),
    steps: pick(random, outcomes),
  });
}

const CLIENTS = 0xc6120000;
const SCANNERS = 0xc6130000;
const SERVERS = 0xc6336400;

function below(random: () => number, limit: number): number {
  return Math.floor(random() * limit);
}

function pick<T>(random: () => number, list: readonly T[]): T {
  return list[below(random, list.length)]!;
}

/** Two closed ports for each silent and each open one. */
const scans: readonly (readonly Step[])[] = [
  [tcp(true, SYN), tcp(false, RST | ACK)],
  [tcp(true, SYN), tcp(false, RST | ACK)],
  [tcp(true, SYN)],
  [tcp(true, SYN), tcp(false, SYN | ACK), tcp(true, RST)],
];

function tcp(fromClient: boolean, flags: number, payload = NOTHING): Step {
  return { fromClient, protocol: 6, flags, payload };
}

function browse(random: () => number): Step[] {
  const steps = [tcp(true, SYN), tcp(false, SYN | ACK), tcp(true, ACK)];
  const requests = 1 + Math.floor(random() * 3);
  for (let i = 0; i < requests; i++) {
    steps.push(tcp(true, PSH | ACK, bytesOf(requestText(random))), tcp(false, ACK));
    for (const segment of segmentsOf(responseText(random))) steps.push(tcp(false, PSH | ACK, segment), tcp(true, ACK));
  }
  steps.push(tcp(true, FIN | ACK), tcp(false, FIN | ACK), tcp(true, ACK));
  return steps;
}

function responseText(random: () => number): string {
  const body = Math.floor(random() ** 2 * 1500);
  const status = random() < 0.95 ? "200 OK" : "404 Not Found";
  const headers = `Server: nginx/1.22.1\r\nContent-Type: text/html\r\nContent-Length: ${body}`;
  return `HTTP/1.1 ${status}\r\n${headers}\r\n\r\n${"x".repeat(body)}`;
}

/** In pieces of a small path MTU, so that packets are 200 bytes on average without a shortage of them. */
function segmentsOf(text: string): Uint8Array<ArrayBuffer>[] {
  const segments: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < text.length; at += 400) segments.push(bytesOf(text.slice(at, at + 400)));
  return segments;
}

const agents = [
  "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0 Safari/537.36",
  "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile",
];

function requestText(random: () => number): string {
  const agent = agents[Math.floor(random() * agents.length)]!;
  const path = `/articles/${Math.floor(random() ** 3 * 500)}.html`;
  const host = `Host: www.example.org\r\nUser-Agent: ${agent}\r\nAccept: text/html,*/*;q=0.8\r\nAccept-Encoding: gzip, br\r\n`;
  return `GET ${path} HTTP/1.1\r\n${host}Referer: https://www.example.org/\r\nConnection: keep-alive\r\n\r\n`;
}

function askName(random: () => number): Step[] {
  const name = bytesOf(
    `\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00\x03www\x07example${Math.floor(random() * 10)}\x03org`,
  );
  const answer = new Uint8Array(name.length + 16 + Math.floor(random() * 80));
  answer.set(name);
  return [
    { fromClient: true, protocol: 17, flags: 0, payload: name },
    { fromClient: false, protocol: 17, flags: 0, payload: answer },
  ];
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "latin1"));
}

/** A conversation of encrypted records after the client's hello. */
function encrypted(random: () => number): Step[] {
  const steps = [...opening, tcp(true, PSH | ACK, clientHello(random)), tcp(false, ACK)];
  const turns = 2 + below(random, 30);
  for (let turn = 0; turn < turns; turn++) {
    steps.push(tcp(true, PSH | ACK, record(random, 40 + below(random, 200))));
    const answers = 1 + below(random, 6);
    for (let i = 0; i < answers; i++) {
      steps.push(tcp(false, ACK, record(random, 400)));
      if (i % 2 === 1) steps.push(tcp(true, ACK));
    }
    steps.push(tcp(true, ACK));
  }
  return [...steps, ...closing];
}

function download(random: () => number): Step[] {
  const segments = 100 + below(random, 900);
  const head = bytesOf(`HTTP/1.1 200 OK\r\nServer: nginx/1.22.1\r\nContent-Length: ${segments * 400}\r\n\r\n`);
  const steps = [...opening, tcp(true, PSH | ACK, bytesOf(requestText(random))), tcp(false, PSH | ACK, head)];
  const body = record(random, 400);
  for (let i = 0; i < segments; i++) {
    steps.push(tcp(false, ACK, body));
    if (i % 2 === 1) steps.push(tcp(true, ACK));
  }
  return [...steps, ...closing];
}

/** An application's connection that says little and keeps alive. */
function idle(random: () => number): Step[] {
  const steps = [...opening, tcp(true, PSH | ACK, clientHello(random)), tcp(false, PSH | ACK, record(random, 300))];
  const turns = 20 + below(random, 100);
  for (let i = 0; i < turns; i++) steps.push(tcp(true, ACK), tcp(false, ACK));
  return [...steps, ...closing];
}

const opening = [tcp(true, SYN), tcp(false, SYN | ACK), tcp(true, ACK)];
const closing = [tcp(true, FIN | ACK), tcp(false, FIN | ACK), tcp(true, ACK)];

/** TLS application data. */
function record(random: () => number, length: number): Uint8Array<ArrayBuffer> {
  const bytes = Uint8Array.from({ length }, () => below(random, 256));
  bytes.set([23, 3, 3, (length - 5) >> 8, (length - 5) & 255]);
  return bytes;
}

/** A TLS 1.2 client hello with a server name (RFC 5246, section 7.4.1.2; RFC 6066, section 3). */
function clientHello(random: () => number): Uint8Array<ArrayBuffer> {
  const name = [...bytesOf(`www${below(random, 50)}.example.org`)];
  const length = (size: number) => [size >> 8, size & 255];
  const serverName = [0, 0, ...length(name.length + 5), ...length(name.length + 3), 0, ...length(name.length), ...name];
  const nonce = Array.from({ length: 32 }, () => below(random, 256));
  const ciphers = [0x13, 1, 0x13, 2, 0xc0, 0x2b, 0xc0, 0x2f];
  const body = [
    3,
    3,
    ...nonce,
    0,
    ...length(ciphers.length),
    ...ciphers,
    1,
    0,
    ...length(serverName.length),
    ...serverName,
  ];
  return Uint8Array.from([22, 3, 1, ...length(body.length + 4), 1, 0, ...length(body.length), ...body]);
}
