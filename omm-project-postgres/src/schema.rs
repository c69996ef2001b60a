//! The tables.

use omm_store_postgres::sql::Schema;

/// "OMMP". A step that was released is never edited; a new one is added below it.
pub(crate) static PROJECTS: Schema = Schema { name: "omm_projects", lock: 0x4f4d_4d50, steps: &[PROJECTS_1] };

/// Times are microseconds since 1970, as in the file of one machine; but who holds what, and until when, is by the clock of
/// the database alone. The trigger counts, so that nobody ever has to. States 0 to 4 are not started, scheduled, running,
/// paused, stopping.
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
        created bigint NOT NULL,
        changed bigint NOT NULL,
        -- While it is at work: who holds it, when somebody else may take it, and how many requests it may have open at each
        -- server and in all.
        holder text,
        free_at timestamptz,
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
    CREATE UNIQUE INDEX migrations_into ON omm_projects.migrations (target) WHERE state IN (2, 4);
    CREATE INDEX migrations_with_passwords ON omm_projects.migrations (key)
        WHERE source_password IS NOT NULL OR destination_password IS NOT NULL;

    CREATE TABLE omm_projects.counts (
        project bigint,
        state smallint,
        count bigint NOT NULL,
        PRIMARY KEY (project, state)
    ) WITH (fillfactor = 50);
    CREATE FUNCTION omm_projects.count_states() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP <> 'INSERT' THEN
            UPDATE omm_projects.counts SET count = count - 1 WHERE project = OLD.project AND state = OLD.state;
        END IF;
        IF TG_OP <> 'DELETE' THEN
            INSERT INTO omm_projects.counts AS known VALUES (NEW.project, NEW.state, 1)
                ON CONFLICT (project, state) DO UPDATE SET count = known.count + 1;
        END IF;
        RETURN NULL;
    END $$;
    CREATE TRIGGER migrations_come_and_go AFTER INSERT OR DELETE ON omm_projects.migrations
        FOR EACH ROW EXECUTE FUNCTION omm_projects.count_states();
    CREATE TRIGGER migrations_change AFTER UPDATE OF state ON omm_projects.migrations
        FOR EACH ROW WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION omm_projects.count_states();

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
";
