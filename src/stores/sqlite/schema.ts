/**
 * The tables, as steps that are never changed, only added to: a store of an older version is brought up step by step
 * (`PRAGMA user_version` is how many it has had). Times are milliseconds since 1970. What is searched or sorted by is a
 * column; the rest of a row is the report's own JSON (`doc`). `attention` sorts by priority, then by time.
 */
export const migrations: readonly string[] = [
  `
CREATE TABLE runs (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, at INTEGER NOT NULL, is_whole INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE TABLE incidents (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, lead TEXT NOT NULL, kind TEXT NOT NULL, priority INTEGER NOT NULL,
  attention INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, size INTEGER NOT NULL, appeared INTEGER NOT NULL,
  changed INTEGER NOT NULL, runs INTEGER NOT NULL, acknowledged INTEGER NOT NULL DEFAULT 0, acknowledged_by TEXT,
  acknowledged_why TEXT, notes INTEGER NOT NULL DEFAULT 0, words TEXT NOT NULL, doc TEXT NOT NULL);
CREATE INDEX incidents_lead ON incidents (lead, last);
CREATE INDEX incidents_attention ON incidents (attention);
CREATE INDEX incidents_first ON incidents (first);
CREATE INDEX incidents_last ON incidents (last);
CREATE INDEX incidents_size ON incidents (size);
CREATE INDEX incidents_changed ON incidents (changed);
CREATE INDEX incidents_appeared ON incidents (appeared);
CREATE TABLE incident_days (
  day INTEGER NOT NULL, priority INTEGER NOT NULL, is_acknowledged INTEGER NOT NULL, incidents INTEGER NOT NULL,
  PRIMARY KEY (day, priority, is_acknowledged)) WITHOUT ROWID;
CREATE TABLE members (
  address TEXT NOT NULL, incident INTEGER NOT NULL REFERENCES incidents (number) ON DELETE CASCADE,
  PRIMARY KEY (address, incident)) WITHOUT ROWID;
CREATE INDEX members_incident ON members (incident);
CREATE TABLE actors (
  number INTEGER PRIMARY KEY, address TEXT NOT NULL UNIQUE, verdict TEXT NOT NULL, priority INTEGER NOT NULL,
  attention INTEGER NOT NULL, score REAL NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, appeared INTEGER NOT NULL,
  changed INTEGER NOT NULL, incident TEXT, funnel INTEGER NOT NULL, doc TEXT NOT NULL);
CREATE INDEX actors_attention ON actors (attention);
CREATE INDEX actors_last ON actors (last);
CREATE INDEX actors_score ON actors (score);
CREATE INDEX actors_incident ON actors (incident);
CREATE INDEX actors_funnel ON actors (funnel);
CREATE TABLE actor_checks (
  actor INTEGER NOT NULL REFERENCES actors (number) ON DELETE CASCADE, id TEXT NOT NULL, product TEXT NOT NULL,
  count INTEGER NOT NULL, answered INTEGER NOT NULL, PRIMARY KEY (actor, id)) WITHOUT ROWID;
CREATE INDEX actor_checks_id ON actor_checks (id);
CREATE TABLE evidence (
  number INTEGER PRIMARY KEY, actor INTEGER NOT NULL REFERENCES actors (number) ON DELETE CASCADE, at INTEGER NOT NULL,
  input TEXT NOT NULL, position INTEGER NOT NULL, what TEXT NOT NULL, weight REAL NOT NULL, if_scanner REAL NOT NULL,
  if_visitor REAL NOT NULL, score REAL NOT NULL, UNIQUE (actor, at, input, position, what));
CREATE TABLE exposures (
  number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, first INTEGER NOT NULL, last INTEGER NOT NULL, words TEXT NOT NULL, doc TEXT NOT NULL);
CREATE TABLE learners (
  exposure INTEGER NOT NULL REFERENCES exposures (number) ON DELETE CASCADE, address TEXT NOT NULL, PRIMARY KEY (exposure, address)) WITHOUT ROWID;
CREATE TABLE notes (
  number INTEGER PRIMARY KEY, incident INTEGER NOT NULL REFERENCES incidents (number) ON DELETE CASCADE, at INTEGER NOT NULL,
  author TEXT NOT NULL, text TEXT NOT NULL);
CREATE INDEX notes_incident ON notes (incident);
CREATE TABLE declared (
  number INTEGER PRIMARY KEY, address TEXT NOT NULL, name TEXT NOT NULL, starts TEXT, ends TEXT, author TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE assets (address TEXT PRIMARY KEY, name TEXT NOT NULL, note TEXT NOT NULL, author TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE accounts (name TEXT PRIMARY KEY, role TEXT NOT NULL, kind TEXT NOT NULL, hash TEXT NOT NULL, at INTEGER NOT NULL);
CREATE TABLE audit (
  number INTEGER PRIMARY KEY, at INTEGER NOT NULL, who TEXT NOT NULL, client TEXT NOT NULL, what TEXT NOT NULL, subject TEXT NOT NULL);
CREATE TABLE changes (revision INTEGER PRIMARY KEY AUTOINCREMENT, at INTEGER NOT NULL, what TEXT NOT NULL, id TEXT NOT NULL);
CREATE TRIGGER incident_came AFTER INSERT ON incidents BEGIN
  INSERT INTO incident_days VALUES (NEW.last / 86400000, NEW.priority, NEW.acknowledged > 0, 1)
    ON CONFLICT DO UPDATE SET incidents = incidents + 1;
END;
CREATE TRIGGER incident_went AFTER DELETE ON incidents BEGIN
  UPDATE incident_days SET incidents = incidents - 1
    WHERE day = OLD.last / 86400000 AND priority = OLD.priority AND is_acknowledged = (OLD.acknowledged > 0);
END;
CREATE TRIGGER incident_moved AFTER UPDATE OF last, priority, acknowledged ON incidents BEGIN
  UPDATE incident_days SET incidents = incidents - 1
    WHERE day = OLD.last / 86400000 AND priority = OLD.priority AND is_acknowledged = (OLD.acknowledged > 0);
  INSERT INTO incident_days VALUES (NEW.last / 86400000, NEW.priority, NEW.acknowledged > 0, 1)
    ON CONFLICT DO UPDATE SET incidents = incidents + 1;
END;
`,
  `
CREATE INDEX incidents_pulse ON incidents (last, priority);
CREATE INDEX learners_address ON learners (address);
ALTER TABLE evidence ADD COLUMN target TEXT;
ALTER TABLE evidence ADD COLUMN service TEXT;
`,
  `
ALTER TABLE runs ADD COLUMN kind TEXT NOT NULL DEFAULT 'analysis';
ALTER TABLE exposures ADD COLUMN severity INTEGER NOT NULL DEFAULT 0;
ALTER TABLE exposures ADD COLUMN attention INTEGER NOT NULL DEFAULT 0;
UPDATE exposures SET severity =
  CASE json_extract(doc, '$.severity.level') WHEN 'high' THEN 3 WHEN 'medium' THEN 2 WHEN 'low' THEN 1 ELSE 0 END;
UPDATE exposures SET attention = severity * 562949953421312 + last;
CREATE INDEX exposures_attention ON exposures (attention);
CREATE TABLE run_exposures (
  run INTEGER NOT NULL REFERENCES runs (number) ON DELETE CASCADE,
  exposure INTEGER NOT NULL REFERENCES exposures (number) ON DELETE CASCADE, learners TEXT NOT NULL,
  PRIMARY KEY (run, exposure)) WITHOUT ROWID;
CREATE INDEX run_exposures_exposure ON run_exposures (exposure);
`,
  `
ALTER TABLE evidence ADD COLUMN raw TEXT;
`,
];
