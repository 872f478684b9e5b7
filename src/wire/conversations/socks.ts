import { Kind } from "../../observations/vocabulary.ts";
import type { Exchange } from "../exchange.ts";
import { ascii } from "./ascii.ts";
import {
  CLIENT,
  type Conversation,
  FINISHED,
  type Narrator,
  NOT_MINE,
  type Protocol,
  Recognition,
  type Side,
} from "./conversation.ts";
import { said } from "./words.ts";

const SERVICE = ascii("socks");
/** Names of users and hosts end within this. */
const LONGEST_NAME = 256;
const commands = ["", "connect", "bind", "associate"];

/** Where the conversation stands: what comes next from either side. */
const Stage = { greeting: 0, login: 1, request: 2, open: 3 } as const;

/**
 * SOCKS 4, 4a and 5 (RFC 1928, RFC 1929): where the client wants to be connected to. What the proxy then carries is read
 * by whoever understands it.
 */
export const socks: Protocol = {
  id: "socks",
  recognise(exchange, side, bytes, start, end) {
    if (side !== CLIENT || !exchange.fromBeginning || exchange.spoken !== 0) return Recognition.no;
    const length = end - start;
    const second = bytes[start + 1]!;
    if (bytes[start] === 5)
      return length > 2 && length === 2 + second && second < 16 ? Recognition.yes : Recognition.no;
    const is4 = bytes[start] === 4 && (second === 1 || second === 2) && length >= 9 && bytes[end - 1] === 0;
    return is4 ? Recognition.yes : Recognition.no;
  },
  open: () => new SocksConversation(),
};

class SocksConversation implements Conversation {
  #exchange!: Exchange;
  #narrator!: Narrator;
  #version = 0;
  #stage: number = Stage.greeting;

  begin(exchange: Exchange, narrator: Narrator): void {
    this.#exchange = exchange;
    this.#narrator = narrator;
    this.#version = 0;
    this.#stage = Stage.greeting;
  }

  read(side: Side, bytes: Uint8Array, start: number, end: number): number {
    if (this.#stage === Stage.open) return NOT_MINE;
    if (this.#version === 0) this.#version = bytes[start]!;
    if (this.#version === 4)
      return side === CLIENT ? this.#request4(bytes, start, end) : this.#reply4(bytes, start, end);
    return side === CLIENT ? this.#client5(bytes, start, end) : this.#server5(bytes, start, end);
  }

  #request4(bytes: Uint8Array, start: number, end: number): number {
    const user = bytes.subarray(start + 8, Math.min(end, start + 8 + LONGEST_NAME)).indexOf(0);
    if (user < 0) return end - start > LONGEST_NAME ? FINISHED : 0;
    const port = (bytes[start + 2]! << 8) | bytes[start + 3]!;
    const at = start + 8 + user + 1;
    // An address 0.0.0.x says that a name follows (SOCKS 4a).
    const isNamed =
      bytes[start + 4] === 0 && bytes[start + 5] === 0 && bytes[start + 6] === 0 && bytes[start + 7] !== 0;
    const name = isNamed ? bytes.subarray(at, Math.min(end, at + LONGEST_NAME)).indexOf(0) : -1;
    if (isNamed && name < 0) return end - at > LONGEST_NAME ? FINISHED : 0;
    said
      .clear()
      .say("SOCKS4 ")
      .say(commands[bytes[start + 1]!] ?? "")
      .space();
    if (isNamed) said.quote(bytes, at, at + name);
    else said.say(bytes.subarray(start + 4, start + 8).join("."));
    said.say(":").number(port);
    this.#tell();
    return at + (isNamed ? name + 1 : 0) - start;
  }

  #reply4(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 8) return 0;
    if (bytes[start] !== 0 || bytes[start + 1] !== 0x5a) return FINISHED;
    this.#stage = Stage.open;
    return 8;
  }

  #client5(bytes: Uint8Array, start: number, end: number): number {
    if (this.#stage === Stage.greeting) {
      said.clear().say("SOCKS5 methods");
      this.#tell();
      return Math.min(end - start, 2 + (bytes[start + 1] ?? 0));
    }
    if (this.#stage === Stage.login) {
      const name = bytes[start + 1] ?? 0;
      return end - start < 3 + name ? 0 : 3 + name + (bytes[start + 2 + name] ?? 0);
    }
    const length = this.#lengthOfAddress(bytes, start, end);
    if (length <= 0) return length;
    const at = start + 4;
    said
      .clear()
      .say("SOCKS5 ")
      .say(commands[bytes[start + 1]!] ?? "")
      .space();
    if (bytes[start + 3] === 1) said.say(bytes.subarray(at, at + 4).join("."));
    else if (bytes[start + 3] === 3) said.quote(bytes, at + 1, at + 1 + bytes[at]!);
    else
      said.say(
        Buffer.from(bytes.subarray(at, at + 16))
          .toString("hex")
          .replace(/(....)(?=.)/g, "$1:"),
      );
    said.say(":").number((bytes[start + length - 2]! << 8) | bytes[start + length - 1]!);
    this.#tell();
    return length;
  }

  #server5(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 2) return 0;
    const answer = bytes[start + 1]!;
    if (this.#stage === Stage.greeting) {
      if (answer > 2) return FINISHED;
      this.#stage = answer === 2 ? Stage.login : Stage.request;
      return 2;
    }
    if (answer !== 0) return FINISHED;
    if (this.#stage === Stage.login) {
      this.#stage = Stage.request;
      return 2;
    }
    const length = this.#lengthOfAddress(bytes, start, end);
    if (length > 0) this.#stage = Stage.open;
    return length;
  }

  /** Length of a SOCKS 5 request or reply; 0 when it is not all there, or FINISHED. */
  #lengthOfAddress(bytes: Uint8Array, start: number, end: number): number {
    if (end - start < 5) return 0;
    const type = bytes[start + 3]!;
    const length = type === 1 ? 10 : type === 3 ? 7 + bytes[start + 4]! : type === 4 ? 22 : FINISHED;
    return length <= end - start ? length : 0;
  }

  #tell(): void {
    const exchange = this.#exchange;
    const row = this.#narrator.startRow(exchange, Kind.ask, exchange.atMs, exchange.position);
    const { batch } = this.#narrator;
    batch.service[row] = batch.texts.add(SERVICE, 0, SERVICE.length);
    batch.detail[row] = batch.texts.add(said.bytes, 0, said.length);
  }

  missed(): void {
    this.#stage = Stage.open;
  }
  finished(): void {}
  waitedLong(): void {}
  close(): void {}
}
