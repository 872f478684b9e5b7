import { createHash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from "node:crypto";

/** Passwords and tokens: hashed with scrypt (RFC 7914), at the cost that OWASP's password storage cheat sheet names (64 MiB). */

const COST = 2 ** 16;
const BLOCK = 8;
const LANES = 2;
const KEY_BYTES = 32;

/** `scrypt:65536:8:2:SALT:KEY`, in base64url; the cost stands in it, so that it can be raised. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16);
  const key = await derive(secret, salt, COST, BLOCK, LANES);
  return ["scrypt", COST, BLOCK, LANES, salt.toString("base64url"), key.toString("base64url")].join(":");
}

/** Takes as long for an account that does not exist (`hash` undefined) as for one that does. */
export async function verifySecret(secret: string, hash: string | undefined): Promise<boolean> {
  const [kind, cost, block, lanes, salt, key] = (hash ?? nobody).split(":");
  if (kind !== "scrypt" || salt === undefined || key === undefined) return false;
  const expected = Buffer.from(key, "base64url");
  const found = await derive(secret, Buffer.from(salt, "base64url"), Number(cost), Number(block), Number(lanes));
  return found.length === expected.length && timingSafeEqual(found, expected) && hash !== undefined;
}

/** A secret nobody can guess: 256 bits. */
export function newSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** Whether two secrets are the same, in a time that tells nothing of either. */
export function isSameSecret(a: string, b: string): boolean {
  return timingSafeEqual(digest(a), digest(b));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

const nobody = `scrypt:${COST}:${BLOCK}:${LANES}:${"A".repeat(22)}:${"A".repeat(43)}`;

/** One at a time: each takes 64 MiB, and strangers choose how often. */
let last: Promise<unknown> = Promise.resolve();

function derive(secret: string, salt: Buffer, N: number, r: number, p: number): Promise<Buffer> {
  const options: ScryptOptions = { N, r, p, maxmem: 256 * N * r };
  const next = last.then(
    () =>
      new Promise<Buffer>((resolve, reject) => {
        scrypt(secret.normalize("NFKC"), salt, KEY_BYTES, options, (error, key) =>
          error ? reject(error) : resolve(key),
        );
      }),
  );
  last = next.catch(() => undefined);
  return next;
}
