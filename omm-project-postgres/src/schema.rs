//! The tables.

use omm_store_postgres::sql::Schema;

/// "OMMP". A step that was released is never edited; a new one is added below it.
pub(crate) static PROJECTS: Schema =
    Schema { name: "omm_projects", lock: 0x4f4d_4d50, steps: &[PROJECTS_1, PROJECTS_2, PROJECTS_3] };

/// Times are microseconds since 1970, as in the file of one machine; but who holds what, and until when, is by the clock of
/// the database alone. The trigger counts, so that nobody ever has to. States 0 to 4 are not started (with a
/// journal: begun, and waiting for its turn), scheduled, running, paused, stopping.
const PROJECTS_1: &str = "
    CREATE TABLE omm_projects.projects (
        key bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        id text COLLATE \"C\" NOT NULL UNIQUE,
        name text NOT NULL,
        contact text NOT NULL,
        password text NOT NULL,
        source text,
        destination text,
        options text NOT NULL,
        held boolean NOT NULL,
        created bigint NOT NULL,
        changed bigint NOT NULL,
        retention_days bigint NOT NULL,
        erased_at bigint NOT NULL,
        revision bigint NOT NULL
    );
    CREATE INDEX projects_by_erasure ON omm_projects.projects (erased_at);

    CREATE TABLE omm_projects.next_migration (one boolean PRIMARY KEY DEFAULT true CHECK (one), key bigint NOT NULL);
    INSERT INTO omm_projects.next_migration (key) VALUES (1);

    CREATE TABLE omm_projects.migrations (
        key bigint PRIMARY KEY,
        project bigint NOT NULL,
        line bigint,
        source text NOT NULL,
        destination text NOT NULL,
        pair bytea NOT NULL,
        target bytea NOT NULL,
        source_server text NOT NULL,
        destination_server text NOT NULL,
        source_password bytea,
        destination_password bytea,
        state smallint NOT NULL,
        reason text,
        priority integer NOT NULL,
        start bigint,
        journal text,
        task text,
        wish smallint,
        progress text,
        failed_turns bigint NOT NULL DEFAULT 0,
        asked bigint NOT NULL DEFAULT 0,
        created bigint NOT NULL,
        changed bigint NOT NULL,
        -- While it is at work: who holds it, when somebody else may take it, which mailbox it writes into, and how many
        -- requests it may have open at each server and in all.
        holder text,
        free_at timestamptz,
        mailbox bytea,
        each_server bigint,
        in_all bigint
    ) WITH (fillfactor = 70);
    CREATE INDEX migrations_by_project ON omm_projects.migrations (project, key);
    CREATE INDEX migrations_by_state ON omm_projects.migrations (project, state, key);
    CREATE UNIQUE INDEX migrations_by_pair ON omm_projects.migrations (project, pair);
    CREATE INDEX migrations_by_target ON omm_projects.migrations (project, target);
    CREATE INDEX migrations_by_turn ON omm_projects.migrations (project, priority DESC, key) WHERE state = 0;
    CREATE INDEX migrations_by_time ON omm_projects.migrations (start) WHERE state IN (1, 3) AND start IS NOT NULL;
    CREATE INDEX migrations_at_work ON omm_projects.migrations (project) WHERE state IN (2, 4);
    CREATE INDEX migrations_held ON omm_projects.migrations (free_at) WHERE state IN (2, 4);
    CREATE UNIQUE INDEX migrations_into ON omm_projects.migrations (mailbox) WHERE state IN (2, 4);
    CREATE INDEX migrations_with_passwords ON omm_projects.migrations (key)
        WHERE source_password IS NOT NULL OR destination_password IS NOT NULL;

    CREATE TABLE omm_projects.counts (
        project bigint,
        state smallint,
        count bigint NOT NULL,
        PRIMARY KEY (project, state)
    ) WITH (fillfactor = 50);
    -- Once for a statement: row by row, each change of a count would look through all that its transaction left before.
    CREATE FUNCTION omm_projects.count_added() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO omm_projects.counts AS known (project, state, count)
            SELECT project, state, count(*) FROM added GROUP BY project, state ORDER BY project, state
            ON CONFLICT (project, state) DO UPDATE SET count = known.count + excluded.count;
        RETURN NULL;
    END $$;
    CREATE FUNCTION omm_projects.count_removed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        UPDATE omm_projects.counts AS known SET count = known.count - gone.count
            FROM (SELECT project, state, count(*) AS count FROM removed GROUP BY project, state) AS gone
            WHERE known.project = gone.project AND known.state = gone.state;
        RETURN NULL;
    END $$;
    CREATE FUNCTION omm_projects.count_changed() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO omm_projects.counts AS known (project, state, count)
            SELECT project, state, sum(change) FROM (
                SELECT project, state, 1 AS change FROM added UNION ALL SELECT project, state, -1 FROM removed
            ) AS changes GROUP BY project, state HAVING sum(change) <> 0 ORDER BY project, state
            ON CONFLICT (project, state) DO UPDATE SET count = known.count + excluded.count;
        RETURN NULL;
    END $$;
    CREATE TRIGGER migrations_come AFTER INSERT ON omm_projects.migrations REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION omm_projects.count_added();
    CREATE TRIGGER migrations_go AFTER DELETE ON omm_projects.migrations REFERENCING OLD TABLE AS removed
        FOR EACH STATEMENT EXECUTE FUNCTION omm_projects.count_removed();
    CREATE TRIGGER migrations_change AFTER UPDATE ON omm_projects.migrations
        REFERENCING OLD TABLE AS removed NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION omm_projects.count_changed();

    -- Journals that no migration names any more, until they are erased; and those that are about to be made, before their
    -- migration names them: who dies in between leaves nothing that nobody knows of.
    CREATE TABLE omm_projects.orphans (journal text COLLATE \"C\" PRIMARY KEY);
    CREATE TABLE omm_projects.unnamed (journal text COLLATE \"C\" PRIMARY KEY, since timestamptz NOT NULL);
    CREATE FUNCTION omm_projects.leave_journals() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        INSERT INTO omm_projects.orphans VALUES (OLD.journal) ON CONFLICT DO NOTHING;
        RETURN NULL;
    END $$;
    CREATE TRIGGER journals_are_left AFTER DELETE ON omm_projects.migrations
        FOR EACH ROW WHEN (OLD.journal IS NOT NULL) EXECUTE FUNCTION omm_projects.leave_journals();

    CREATE TABLE omm_projects.sessions (
        token bytea PRIMARY KEY,
        project bigint NOT NULL,
        created bigint NOT NULL,
        expires bigint NOT NULL
    );
    CREATE INDEX sessions_by_project ON omm_projects.sessions (project);
    CREATE INDEX sessions_by_end ON omm_projects.sessions (expires);

    CREATE TABLE omm_projects.attempts (subject bytea PRIMARY KEY, failed bigint NOT NULL, last bigint NOT NULL);
    CREATE INDEX attempts_by_time ON omm_projects.attempts (last);

    -- By the project's id: these lines outlive it.
    CREATE TABLE omm_projects.audit (
        project text,
        number bigint,
        who text NOT NULL,
        what text NOT NULL,
        at bigint NOT NULL,
        hash bytea NOT NULL,
        PRIMARY KEY (project, number)
    );

    -- What is to be told: a row whole as JSON, and beside it what is searched for. The indexes of what waits and of what
    -- somebody is at stay as small as their answers, however much was sent.
    CREATE TABLE omm_projects.notices (
        key text PRIMARY KEY,
        migration text,
        project text,
        bundle text,
        address text NOT NULL,
        state text NOT NULL,
        urgent boolean NOT NULL,
        filed bigint NOT NULL,
        due bigint NOT NULL,
        attempts bigint NOT NULL,
        claim bigint NOT NULL,
        lease bigint,
        left_at bigint,
        left_urgently boolean NOT NULL,
        untold boolean NOT NULL DEFAULT false,
        row text NOT NULL
    ) WITH (fillfactor = 70);
    CREATE INDEX notices_by_migration ON omm_projects.notices (migration) WHERE migration IS NOT NULL;
    CREATE INDEX notices_by_project ON omm_projects.notices (project, filed, key) WHERE project IS NOT NULL;
    CREATE INDEX notices_due ON omm_projects.notices (due, key) WHERE state = 'waiting' AND bundle IS NULL;
    CREATE INDEX notices_gathered ON omm_projects.notices (bundle, address, urgent, filed, attempts, due)
        WHERE state = 'waiting' AND bundle IS NOT NULL;
    CREATE INDEX notices_tried ON omm_projects.notices (bundle, address, due)
        WHERE state = 'waiting' AND bundle IS NOT NULL AND attempts > 0;
    CREATE INDEX notices_held ON omm_projects.notices (lease) WHERE state IN ('claimed', 'sending');
    CREATE INDEX notices_at_work ON omm_projects.notices (bundle, address) WHERE state IN ('claimed', 'sending');
    CREATE INDEX notices_by_claim ON omm_projects.notices (claim) WHERE claim > 0;
    CREATE INDEX notices_left ON omm_projects.notices (bundle, address, left_urgently, left_at) WHERE left_at IS NOT NULL;
    CREATE INDEX notices_untold ON omm_projects.notices (key) WHERE untold;
    CREATE INDEX notices_closed ON omm_projects.notices (filed) WHERE state IN ('sent', 'gave-up', 'unknown');
    CREATE TABLE omm_projects.claims (one boolean PRIMARY KEY DEFAULT true CHECK (one), last bigint NOT NULL);
    INSERT INTO omm_projects.claims (last) VALUES (0);
";

/// The mailbox that a migration was found to write into, whatever its address says; what all projects together may have, as
/// JSON; which projects were refused something of that lately, since when, and when last; and which migrations were begun and
/// wait for their turn. No row is written anew, and there is no state that workers of before could not read: they go on beside
/// those who know it, without the limits of all.
const PROJECTS_2: &str = "
    ALTER TABLE omm_projects.migrations ADD COLUMN leads_to bytea;
    CREATE TABLE omm_projects.house (one boolean PRIMARY KEY DEFAULT true CHECK (one), limits text NOT NULL);
    CREATE TABLE omm_projects.wanted (
        what text COLLATE \"C\",
        project bigint,
        since timestamptz NOT NULL,
        last timestamptz NOT NULL,
        PRIMARY KEY (what, project)
    );
    CREATE INDEX migrations_begun ON omm_projects.migrations (project, key) WHERE state = 0 AND journal IS NOT NULL;
";

/// What is over (stopped, done, done with failures, failed) and is kept no longer than its retention.
const PROJECTS_3: &str = "CREATE INDEX migrations_by_end ON omm_projects.migrations (project, changed) WHERE state IN (5, 6, 7, 8)";
