//! The tables.

use omm_store::sqlite::Schema;

/// "OMMP". A step that was released is never edited; a new one is added below it.
pub(super) static PROJECTS: Schema = Schema {
    application_id: 0x4f4d_4d50,
    steps: &[PROJECTS_1, PROJECTS_2, PROJECTS_3, PROJECTS_4, PROJECTS_5, PROJECTS_6],
};

/// Times are microseconds since 1970. The triggers count, so that nobody ever has to.
const PROJECTS_1: &str = "
    -- AUTOINCREMENT: the key of a project that was erased is never given out again.
    CREATE TABLE projects (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        name TEXT NOT NULL,
        contact TEXT NOT NULL,
        password TEXT NOT NULL,
        source TEXT,
        destination TEXT,
        options TEXT NOT NULL,
        held INTEGER NOT NULL,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL,
        retention_days INTEGER NOT NULL,
        erased_at INTEGER NOT NULL,
        revision INTEGER NOT NULL
    );
    CREATE INDEX projects_by_erasure ON projects (erased_at);

    CREATE TABLE next_migration (id INTEGER PRIMARY KEY CHECK (id = 1), key INTEGER NOT NULL);
    INSERT INTO next_migration VALUES (1, 1);

    CREATE TABLE migrations (
        key INTEGER PRIMARY KEY,
        project INTEGER NOT NULL REFERENCES projects (key),
        line INTEGER,
        source TEXT NOT NULL,
        destination TEXT NOT NULL,
        pair BLOB NOT NULL,
        target BLOB NOT NULL,
        source_password BLOB,
        destination_password BLOB,
        state INTEGER NOT NULL,
        reason TEXT,
        priority INTEGER NOT NULL,
        start INTEGER,
        journal TEXT,
        -- What it does at its next turn, what somebody wishes of it while it runs, how far it came (JSON).
        task TEXT,
        wish INTEGER,
        progress TEXT,
        failed_turns INTEGER NOT NULL DEFAULT 0,
        created INTEGER NOT NULL,
        changed INTEGER NOT NULL
    );
    -- SQLite appends the key to each, so pages come in its order.
    CREATE INDEX migrations_by_project ON migrations (project);
    CREATE INDEX migrations_by_state ON migrations (project, state);
    CREATE UNIQUE INDEX migrations_by_pair ON migrations (project, pair);
    CREATE INDEX migrations_by_target ON migrations (project, target);
    -- Whose turn it is, and who waits for a time: states 0, 1 and 3 are not started, scheduled and paused.
    CREATE INDEX migrations_by_turn ON migrations (project, priority DESC, key) WHERE state = 0;
    CREATE INDEX migrations_by_time ON migrations (start) WHERE state IN (1, 3) AND start IS NOT NULL;
    CREATE INDEX migrations_at_work ON migrations (state) WHERE state IN (2, 4);
    CREATE INDEX migrations_with_passwords ON migrations (key)
        WHERE source_password IS NOT NULL OR destination_password IS NOT NULL;

    CREATE TABLE counts (
        project INTEGER NOT NULL,
        state INTEGER NOT NULL,
        count INTEGER NOT NULL,
        PRIMARY KEY (project, state)
    ) WITHOUT ROWID;
    CREATE TRIGGER migrations_come AFTER INSERT ON migrations BEGIN
        INSERT INTO counts VALUES (new.project, new.state, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
    END;
    CREATE TRIGGER migrations_go AFTER DELETE ON migrations BEGIN
        UPDATE counts SET count = count - 1 WHERE project = old.project AND state = old.state;
    END;
    CREATE TRIGGER migrations_change AFTER UPDATE OF state ON migrations WHEN old.state <> new.state BEGIN
        UPDATE counts SET count = count - 1 WHERE project = old.project AND state = old.state;
        INSERT INTO counts VALUES (new.project, new.state, 1)
            ON CONFLICT DO UPDATE SET count = count + 1;
    END;

    -- Journals that no migration names any more, until they are erased.
    CREATE TABLE orphans (journal TEXT PRIMARY KEY) WITHOUT ROWID;
    CREATE TRIGGER journals_are_left AFTER DELETE ON migrations WHEN old.journal IS NOT NULL BEGIN
        INSERT OR IGNORE INTO orphans VALUES (old.journal);
    END;

    CREATE TABLE sessions (
        token BLOB PRIMARY KEY,
        project INTEGER NOT NULL REFERENCES projects (key),
        created INTEGER NOT NULL,
        expires INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX sessions_by_project ON sessions (project);
    CREATE INDEX sessions_by_end ON sessions (expires);

    CREATE TABLE attempts (
        subject BLOB PRIMARY KEY,
        failed INTEGER NOT NULL,
        last INTEGER NOT NULL
    ) WITHOUT ROWID;
    CREATE INDEX attempts_by_time ON attempts (last);

    -- By the project's id: these lines outlive it.
    CREATE TABLE audit (
        project TEXT NOT NULL,
        number INTEGER NOT NULL,
        who TEXT NOT NULL,
        what TEXT NOT NULL,
        at INTEGER NOT NULL,
        hash BLOB NOT NULL,
        PRIMARY KEY (project, number)
    ) WITHOUT ROWID;
";

/// How often a migration was given something to do.
const PROJECTS_2: &str = "ALTER TABLE migrations ADD COLUMN asked INTEGER NOT NULL DEFAULT 0";

/// Journals that are about to be made and that no migration names yet.
const PROJECTS_3: &str =
    "CREATE TABLE unnamed (journal TEXT PRIMARY KEY, since INTEGER NOT NULL) WITHOUT ROWID";

/// What all projects together may have, as JSON.
const PROJECTS_4: &str = "CREATE TABLE house (id INTEGER PRIMARY KEY CHECK (id = 1), limits TEXT NOT NULL)";

/// What was begun and waits is told from what was never begun: both wait for their turn.
const PROJECTS_5: &str = "
    DROP INDEX migrations_by_turn;
    CREATE INDEX migrations_by_turn ON migrations (project, priority DESC, key) WHERE state IN (0, 9);
    UPDATE migrations SET state = 9 WHERE state = 0 AND journal IS NOT NULL;
";

/// What is over (stopped, done, done with failures, failed) and is kept no longer than its retention.
const PROJECTS_6: &str =
    "CREATE INDEX migrations_by_end ON migrations (project, changed) WHERE state IN (5, 6, 7, 8)";
