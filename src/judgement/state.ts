import { createHash } from "node:crypto";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { UserProblem } from "../bytes/problem.ts";
import type { Judge } from "./judge.ts";
import { restoreDossiers, storeDossiers } from "./state-dossiers.ts";
import { restoreReveals, storeReveals } from "./state-reveals.ts";

/**
 * What one run knows, carried to the next, so that somebody who makes one guess a day is found on the day that the score
 * of all days reaches the threshold.
 *
 * Layout: the magic line; the length of the rest (8 bytes, little-endian); SHA-256 of the rest (32 bytes); the rest, zstd: for each
 * section of `sectionsOf` in order, for each of its parts a length (4 bytes) and the bytes. The tables are written as they
 * lie in memory, so a change of their layout is a new version. The size has a bound because theirs has one.
 */
const MAGIC = Buffer.from("vedette.state/3\n", "latin1");
const HEAD = MAGIC.length + 8 + 32;
/** More than all tables at their ceilings. */
const MOST_BYTES = 512 * 1024 * 1024;

/** A table that can be written and read back. */
interface Section {
  parts(): readonly ArrayBufferView[];
  restore(parts: readonly Uint8Array[]): boolean;
}

/** The state of a judge as the bytes of a file. */
export function storeState(judge: Judge): Uint8Array {
  const pieces: Uint8Array[] = [];
  for (const section of sectionsOf(judge)) {
    const parts = section.parts();
    pieces.push(number32(parts.length));
    for (const part of parts)
      pieces.push(number32(part.byteLength), new Uint8Array(part.buffer, part.byteOffset, part.byteLength));
  }
  const body = zstdCompressSync(Buffer.concat(pieces));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(body.length));
  return Buffer.concat([MAGIC, length, createHash("sha256").update(body).digest(), body]);
}

/**
 * Takes the state of an earlier run into a judge that has seen nothing yet.
 * @param name the file, for messages
 * @throws UserProblem `state-invalid`
 */
export function restoreState(file: Uint8Array, judge: Judge, name: string): void {
  const body = checkedBody(file, name);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  let at = 0;
  const next = () => {
    if (at + 4 > body.length) throw damaged(name, "it ends early");
    at += 4;
    return view.getUint32(at - 4, true);
  };
  for (const section of sectionsOf(judge)) {
    const parts: Uint8Array[] = [];
    for (let left = Math.min(next(), 16); left > 0; left--) {
      const length = next();
      if (at + length > body.length) throw damaged(name, "it ends early");
      parts.push(body.subarray(at, at + length));
      at += length;
    }
    if (!section.restore(parts)) throw damaged(name, "its tables are those of another version");
  }
  if (at !== body.length) throw damaged(name, "more follows than belongs to it");
}

function checkedBody(file: Uint8Array, name: string): Uint8Array {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) {
    const isOther = bytes.subarray(0, 14).toString("latin1") === "vedette.state/";
    throw damaged(name, isOther ? "another version wrote it" : "it is not a state that vedette wrote");
  }
  if (bytes.length < HEAD || bytes.readBigUInt64LE(MAGIC.length) !== BigInt(bytes.length - HEAD))
    throw damaged(name, "it was cut short or added to");
  const body = bytes.subarray(HEAD);
  if (
    !createHash("sha256")
      .update(body)
      .digest()
      .equals(bytes.subarray(HEAD - 32, HEAD))
  )
    throw damaged(name, "its checksum does not fit");
  try {
    return new Uint8Array(zstdDecompressSync(body, { maxOutputLength: MOST_BYTES }));
  } catch (cause) {
    throw damaged(name, "it cannot be decompressed", cause);
  }
}

function sectionsOf(judge: Judge): readonly Section[] {
  const { actors, lessons, estate, model, memory, clues, fingerprints, dossiers, outOfBand, logins } = judge.test;
  return [
    actors,
    lessons,
    estate,
    model,
    memory,
    clues,
    fingerprints,
    {
      parts: () => [storeDossiers(dossiers, actors, judge.knowledge)],
      restore: ([bytes]) => bytes !== undefined && restoreDossiers(bytes, dossiers, actors),
    },
    {
      parts: () => [storeReveals(judge.reveals)],
      restore: ([bytes]) => bytes !== undefined && restoreReveals(bytes, judge.reveals, actors),
    },
    outOfBand,
    logins,
    {
      parts: () => [Float64Array.from(judge.span)],
      restore: ([bytes]) => bytes?.length === 16 && judge.restoreSpan(new Float64Array(bytes.slice().buffer)),
    },
  ];
}

function number32(value: number): Uint8Array {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function damaged(name: string, why: string, cause?: unknown): UserProblem {
  return new UserProblem("state-invalid", `cannot take up the state in '${name}': ${why}`, { cause });
}
