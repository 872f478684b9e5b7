import { closeSync, openSync } from "node:fs";
import { backup, DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { UserProblem } from "../../bytes/problem.ts";
import { migrations } from "./schema.ts";

/** "VEDT": tells our files from other programs' (sqlite.org/fileformat2.html, 1.3.9). */
const APPLICATION_ID = 0x56454454;

/** More than a database can have (sqlite.org/limits.html, 13). */
const EVERY_PAGE = 2 ** 31 - 1;

type Row = Record<string, unknown>;

/**
 * One SQLite file in write-ahead mode, so that readers never wait for a writer, and its statements, compiled once.
 * `synchronous = FULL`: what is committed is on the disk, also when the power goes.
 */
export class Database {
  readonly #file: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();

  /** @throws UserProblem when the file is not a store, or one of a later version */
  constructor(file: string) {
    this.#file = file;
    this.#db = openFile(file);
    try {
      this.#prepareFile(file);
    } catch (error) {
      this.#db.close();
      throw error instanceof UserProblem ? error : notAStore(file, "it is not a store that this program wrote", error);
    }
  }

  #prepareFile(file: string): void {
    const db = this.#db;
    db.exec("PRAGMA busy_timeout = 10000; PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF");
    const id = (this.get("PRAGMA application_id") as { application_id: number }).application_id;
    const tables = this.get("SELECT count(*) AS n FROM sqlite_schema") as { n: number };
    if (id !== APPLICATION_ID && (id !== 0 || tables.n > 0)) throw notAStore(file, "it belongs to another program");
    db.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 67108864");
    this.transaction(() => {
      const { user_version: version } = this.get("PRAGMA user_version") as { user_version: number };
      if (version > migrations.length) throw notAStore(file, "a later version of this program wrote it");
      for (const step of migrations.slice(version)) db.exec(step);
      db.exec(`PRAGMA application_id = ${APPLICATION_ID}; PRAGMA user_version = ${migrations.length}`);
    });
  }

  all(sql: string, ...values: SQLInputValue[]): Row[] {
    return this.#statement(sql).all(...values) as Row[];
  }

  get(sql: string, ...values: SQLInputValue[]): Row | undefined {
    return this.#statement(sql).get(...values) as Row | undefined;
  }

  /** Gives how many rows changed, and the number of the last new one. */
  run(sql: string, ...values: SQLInputValue[]): { readonly changes: number; readonly number: number } {
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
    return { changes: Number(changes), number: Number(lastInsertRowid) };
  }

  /** Does all of `work` or nothing of it. */
  transaction<T>(work: () => T): T {
    this.#db.exec("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec("ROLLBACK");
      throw error;
    }
  }

  /**
   * Copies all pages in one step, on a connection of its own: a step meets the writes of its own connection half done, and begins anew
   * after those of others (sqlite.org/c3ref/backup_finish.html).
   */
  async backup(file: string): Promise<void> {
    if (this.#file === ":memory:") return void (await backup(this.#db, file));
    const reader = new DatabaseSync(this.#file, { readOnly: true });
    try {
      await backup(reader, file, { rate: EVERY_PAGE });
    } finally {
      reader.close();
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }
}

/** A store tells who attacked whom, so only its owner may read a new one. */
function openFile(file: string): DatabaseSync {
  try {
    if (file !== ":memory:") closeSync(openSync(file, "a", 0o600));
    return new DatabaseSync(file);
  } catch (error) {
    throw notAStore(file, "it cannot be opened", error);
  }
}

function notAStore(file: string, why: string, cause?: unknown): UserProblem {
  return new UserProblem("store-invalid", `cannot use the store '${file}': ${why}`, { cause });
}
