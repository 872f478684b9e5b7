import { addressWords } from "../../src/bytes/address.ts";
import { ActorFlag, Exact, Tallied } from "../../src/judgement/actor-table.ts";
import { Judge, type JudgeOptions } from "../../src/judgement/judge.ts";
import { knowledge } from "../../src/knowledge/index.ts";
import { Batch } from "../../src/observations/batch.ts";
import { Asked, Kind, Known, Outcome, ResponseCode, TcpFlag, Transport } from "../../src/observations/vocabulary.ts";

export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const START = Date.UTC(2026, 0, 5);

export interface RequestLike {
  readonly status?: number;
  /** Of the answer's body. Default: not known. */
  readonly bytes?: number;
  readonly agent?: string;
  readonly referer?: string;
  readonly host?: string;
  readonly method?: string;
  /** Names of its headers in order, as captures show them. */
  readonly headers?: string;
}

export interface QuestionLike {
  readonly type?: string;
  /** Response code; undefined when no answer was seen. Default: the name exists. */
  readonly code?: number | undefined;
  /** The zone that a negative answer speaks for. */
  readonly zone?: string;
  /** Whether a resolver asks, not a client. */
  readonly relayed?: boolean;
  /** Whether the server speaks for others' zones. */
  readonly foreign?: boolean;
}

/** An estate's traffic written down by hand, judged as it is written. Times are milliseconds from its start. */
export class Scenario {
  readonly judge: Judge;
  /** Milliseconds since the Unix epoch. */
  readonly startMs = START;
  readonly #batch = new Batch();
  #position = 0;

  constructor(options: Partial<JudgeOptions> = {}) {
    this.judge = new Judge({ knowledge, budget: 1, ...options });
  }

  request(source: string, path: string, atMs: number, like: RequestLike = {}): void {
    const batch = this.#start(Kind.request, source, atMs);
    batch.target.fill(0, 0, 4);
    batch.targetPort[0] = 0;
    batch.transport[0] = Transport.tcp;
    batch.status[0] = like.status ?? 200;
    batch.bytesSent[0] = like.bytes ?? 0;
    batch.method[0] = batch.texts.addText(like.method ?? "GET");
    batch.path[0] = batch.texts.addText(path);
    batch.agent[0] = batch.texts.addText(like.agent ?? FIREFOX);
    batch.referer[0] = like.referer === undefined ? 0 : batch.texts.addText(like.referer);
    batch.detail[0] = batch.texts.addText(like.headers ?? "");
    batch.host[0] = like.host === undefined ? 0 : batch.texts.addText(like.host);
    this.judge.observe(batch, 0, 1);
  }

  /** An ordinary client's SYN unless `flags` says otherwise. */
  contact(
    source: string,
    target: string,
    port: number,
    atMs: number,
    outcome: number,
    flags: number = TcpFlag.syn,
  ): void {
    this.#contact(source, target, port, atMs, outcome, Transport.tcp);
    this.#batch.known[0] = Known.tcp;
    this.#batch.tcpFlags[0] = flags;
    this.#batch.window[0] = 64_240;
    this.judge.observe(this.#batch, 0, 1);
  }

  datagram(source: string, target: string, port: number, atMs: number, outcome: number): void {
    this.#contact(source, target, port, atMs, outcome, Transport.udp);
    this.judge.observe(this.#batch, 0, 1);
  }

  /** An SSH client's ident. */
  ident(source: string, target: string, text: string, atMs: number): void {
    const batch = this.#start(Kind.hello, source, atMs);
    batch.target.set(addressWords(target)!, 0);
    batch.targetPort[0] = 22;
    batch.transport[0] = Transport.tcp;
    batch.host[0] = 0;
    batch.service[0] = batch.texts.addText("ssh");
    batch.detail[0] = batch.texts.addText(text);
    this.judge.observe(batch, 0, 1);
  }

  /** What a server told a source about itself. */
  reveal(source: string, target: string, port: number, service: string, text: string, atMs: number): void {
    const batch = this.#start(Kind.reveal, source, atMs);
    batch.target.set(addressWords(target)!, 0);
    batch.targetPort[0] = port;
    batch.transport[0] = Transport.tcp;
    batch.service[0] = batch.texts.addText(service);
    batch.detail[0] = batch.texts.addText(text);
    this.judge.observe(batch, 0, 1);
  }

  /** What servers revealed to an address, and when. */
  toldTo(address: string): { readonly text: string; readonly atMs: number }[] {
    const { reveals } = this.judge;
    return reveals
      .toldTo(this.rowOf(address))
      .map(({ index, atMs }) => ({ text: reveals.all[index]!.text, atMs: atMs - START }));
  }

  /** What is asked of a UDP service, and that it answers. */
  ask(source: string, target: string, port: number, service: string, words: string, atMs: number): void {
    this.datagram(source, target, port, atMs, Outcome.answered);
    const batch = this.#start(Kind.ask, source, atMs);
    batch.target.set(addressWords(target)!, 0);
    batch.targetPort[0] = port;
    batch.transport[0] = Transport.udp;
    batch.service[0] = batch.texts.addText(service);
    batch.detail[0] = batch.texts.addText(words);
    this.judge.observe(batch, 0, 1);
  }

  /** A question to the estate's name server. */
  question(source: string, name: string, atMs: number, like: QuestionLike = {}): void {
    const batch = this.#start(Kind.question, source, atMs);
    batch.target.set(addressWords("198.51.100.40")!, 0);
    batch.targetPort[0] = 53;
    batch.transport[0] = Transport.udp;
    batch.host[0] = batch.texts.addText(name);
    batch.method[0] = batch.texts.addText(like.type ?? "A");
    const code = "code" in like ? like.code : ResponseCode.noError;
    batch.status[0] = code === undefined ? 0 : code + 1;
    batch.detail[0] = like.zone === undefined ? 0 : batch.texts.addText(like.zone);
    batch.known[0] = (like.relayed ? 0 : Asked.recursion) | (like.foreign ? 0 : Asked.authority);
    this.judge.observe(batch, 0, 1);
  }

  /** Forty resolvers that ask for the names that this estate has, and for one that it lacks. */
  resolve(atMs = 0): void {
    const names = ["example.org", "www.example.org", "mail.example.org", "ns.example.org", "shop.example.org"];
    for (let resolver = 1; resolver <= 40; resolver++) {
      for (const [i, name] of names.entries())
        this.question(`198.18.116.${resolver}`, name, atMs + resolver * SECOND + i * 100, { relayed: true });
      this.question(`198.18.116.${resolver}`, "autodiscover.example.org", atMs + resolver * SECOND + 600, {
        relayed: true,
        code: ResponseCode.noSuchName,
        zone: "example.org",
      });
    }
  }

  /** Thirty people who browse a site of twenty pages, so that the estate knows what visitors use. */
  browse(atMs = 0): void {
    for (let person = 1; person <= 30; person++) {
      for (let page = 0; page < 6; page++) {
        const at = atMs + person * 7 * SECOND + page * 3 * SECOND;
        this.request(
          `198.18.1.${person}`,
          page === 0 ? "/" : `/pages/topic-${"abcdefghijklmnopqrst"[(person + page) % 20]}.html`,
          at,
        );
        this.request(`198.18.1.${person}`, "/css/site.css", at);
      }
      this.contact(`198.18.1.${person}`, "198.51.100.10", 443, atMs + person * SECOND, Outcome.answered);
    }
  }

  isScanner(address: string): boolean {
    const row = this.rowOf(address);
    return row > 0 && this.judge.actors.is(row, ActorFlag.decided);
  }

  scoreOf(address: string): number {
    return this.judge.actors.exact(this.rowOf(address), Exact.score);
  }

  decidedAfter(address: string): number {
    return this.judge.actors.get(this.rowOf(address), Tallied.decidedAfter);
  }

  /** Row of an address, or of a prefix such as `2001:db8:1::/64`; 0 when it was never met. */
  rowOf(name: string): number {
    const [address, bits] = name.split("/");
    const words = addressWords(address!)!;
    const { actors } = this.judge;
    for (let row = 1; row < actors.end; row++) {
      const length = actors.get(row, Tallied.prefixLength);
      if (bits === undefined ? length !== 32 && length !== 128 : length !== Number(bits)) continue;
      if (actors.wordsOf(row).every((word, i) => word === words[i])) return row;
    }
    return 0;
  }

  #contact(source: string, target: string, port: number, atMs: number, outcome: number, transport: number): void {
    const batch = this.#start(Kind.contact, source, atMs);
    batch.target.set(addressWords(target)!, 0);
    batch.targetPort[0] = port;
    batch.sourcePort[0] = 40_000;
    batch.transport[0] = transport;
    batch.outcome[0] = outcome;
    batch.known[0] = 0;
  }

  #start(kind: number, source: string, atMs: number): Batch {
    this.#batch.clear();
    this.#batch.add(kind, START + atMs, ++this.#position);
    this.#batch.source.set(addressWords(source)!, 0);
    return this.#batch;
  }
}
