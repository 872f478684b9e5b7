import type { Asset, Declared, NewAsset, NewDeclared, Note } from "../records.ts";
import type { Account, Act } from "../store.ts";
import type { Database } from "./database.ts";
import { changeOf, iso, textOf } from "./rows.ts";

/** What people write: acknowledgements, notes, declared scanners, assets, accounts. Each is one transaction. */

type Row = Record<string, unknown>;

/** An acknowledgement, or with `act` alone that it is taken back. False when there is no such incident. */
export function setAcknowledgement(db: Database, id: string, reason: string | null, { by, atMs }: Act): boolean {
  return db.transaction(() => {
    const { changes } = db.run(
      "UPDATE incidents SET acknowledged = ?, acknowledged_by = ?, acknowledged_why = ?, changed = ? WHERE id = ?",
      reason === null ? 0 : atMs,
      textOf(by),
      textOf(reason ?? ""),
      atMs,
      id,
    );
    if (changes > 0) changeOf(db, "acknowledgement", id, atMs);
    return changes > 0;
  });
}

export function notesOf(db: Database, incident: string): Note[] {
  const sql = "SELECT * FROM notes WHERE incident = (SELECT number FROM incidents WHERE id = ?) ORDER BY number";
  return db.all(sql, incident).map(noteOf);
}

function noteOf(row: Row): Note {
  return { id: String(row.number), at: iso(row.at), by: row.author as string, text: row.text as string };
}

export function addNote(db: Database, incident: string, text: string, { by, atMs }: Act): Note | undefined {
  return db.transaction(() => {
    const found = db.get(
      "UPDATE incidents SET notes = notes + 1, changed = ? WHERE id = ? RETURNING number",
      atMs,
      incident,
    );
    if (found === undefined) return undefined;
    const sql = "INSERT INTO notes (incident, at, author, text) VALUES (?, ?, ?, ?)";
    const { number } = db.run(sql, found.number as number, atMs, textOf(by), textOf(text));
    changeOf(db, "note", incident, atMs);
    return noteOf({ number, at: atMs, author: by, text });
  });
}

export function listDeclared(db: Database): Declared[] {
  return db.all("SELECT * FROM declared ORDER BY number").map(declaredOf);
}

function declaredOf(row: Row): Declared {
  const { address, name, starts, ends, author } = row as Record<string, string>;
  return {
    id: String(row.number),
    address: address!,
    name: name!,
    from: starts!,
    until: ends!,
    by: author!,
    at: iso(row.at),
  };
}

export function declare(db: Database, { address, name, from, until }: NewDeclared, { by, atMs }: Act): Declared {
  return db.transaction(() => {
    const sql = "INSERT INTO declared (address, name, starts, ends, author, at) VALUES (?, ?, ?, ?, ?, ?)";
    const { number } = db.run(sql, address, textOf(name), from, until, textOf(by), atMs);
    changeOf(db, "scanner", String(number), atMs);
    return declaredOf({ number, address, name, starts: from, ends: until, author: by, at: atMs });
  });
}

export function withdraw(db: Database, id: string, { atMs }: Act): boolean {
  return db.transaction(() => {
    const { changes } = db.run("DELETE FROM declared WHERE number = ?", id);
    if (changes > 0) changeOf(db, "scanner", id, atMs);
    return changes > 0;
  });
}

export function listAssets(db: Database): Asset[] {
  return db.all("SELECT * FROM assets ORDER BY address").map(assetOf);
}

function assetOf(row: Row): Asset {
  const { address, name, note, author } = row as Record<string, string>;
  return { address: address!, name: name!, note: note!, by: author!, at: iso(row.at) };
}

export function putAsset(db: Database, { address, name, note }: NewAsset, { by, atMs }: Act): Asset {
  return db.transaction(() => {
    db.run(
      "INSERT OR REPLACE INTO assets VALUES (?, ?, ?, ?, ?)",
      address,
      textOf(name),
      textOf(note),
      textOf(by),
      atMs,
    );
    changeOf(db, "asset", address, atMs);
    return assetOf({ address, name, note, author: by, at: atMs });
  });
}

export function removeAsset(db: Database, address: string, { atMs }: Act): boolean {
  return db.transaction(() => {
    const { changes } = db.run("DELETE FROM assets WHERE address = ?", address);
    if (changes > 0) changeOf(db, "asset", address, atMs);
    return changes > 0;
  });
}

export function listAccounts(db: Database): Account[] {
  return db.all("SELECT name, role, kind, hash FROM accounts ORDER BY name") as unknown as Account[];
}

export function putAccount(db: Database, { name, role, kind, hash }: Account, atMs: number): void {
  db.run("INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?)", name, role, kind, hash, atMs);
}
