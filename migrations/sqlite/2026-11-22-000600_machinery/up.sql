-- Work queues and the book-keeping of jobs. Nothing here is the source of a member's data.

-- Only says which post to look at again; the worker reads the post itself.
CREATE TABLE search_outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    claimed_by TEXT CONSTRAINT ck_search_outbox_claimed_by CHECK (length(claimed_by) <= 100),
    claimed_until BIGINT,
    done_at BIGINT,
    last_error TEXT CONSTRAINT ck_search_outbox_last_error CHECK (length(last_error) <= 500),
    CONSTRAINT fk_search_outbox_post_id FOREIGN KEY (post_id)
        REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT ck_search_outbox_attempts CHECK (attempts >= 0)
);

CREATE INDEX ix_search_outbox_due ON search_outbox (done_at, next_attempt_at, id);
CREATE INDEX ix_search_outbox_created ON search_outbox (created_at, id);
CREATE INDEX ix_search_outbox_post ON search_outbox (post_id);

CREATE TABLE rank_snapshots (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    slot_at BIGINT NOT NULL,
    computed_at BIGINT NOT NULL,
    entries TEXT NOT NULL CONSTRAINT ck_rank_snapshots_entries CHECK (length(entries) <= 8000),
    CONSTRAINT ck_rank_snapshots_kind CHECK (kind IN ('CURRENT', 'HOURLY')),
    CONSTRAINT ck_rank_snapshots_current_slot CHECK ((kind = 'CURRENT') = (slot_at = 0))
);

CREATE UNIQUE INDEX uq_rank_snapshots_kind_slot_at ON rank_snapshots (kind, slot_at);

-- live_key is set while QUEUED or RUNNING: one export at a time.
CREATE TABLE exports (
    id TEXT NOT NULL CONSTRAINT ck_exports_id CHECK (length(id) = 22),
    user_id BIGINT NOT NULL,
    state TEXT NOT NULL,
    live_key TEXT CONSTRAINT ck_exports_live_key CHECK (length(live_key) <= 40),
    object_key TEXT CONSTRAINT ck_exports_object_key CHECK (length(object_key) <= 255),
    bytes BIGINT,
    error TEXT CONSTRAINT ck_exports_error CHECK (length(error) <= 500),
    requested_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT fk_exports_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_exports_state CHECK (state IN ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'EXPIRED')),
    CONSTRAINT ck_exports_live CHECK ((state IN ('QUEUED', 'RUNNING')) = (live_key IS NOT NULL))
);

CREATE UNIQUE INDEX uq_exports_live_key ON exports (live_key);
CREATE INDEX ix_exports_user ON exports (user_id, requested_at);
CREATE INDEX ix_exports_state ON exports (state, requested_at);

-- Inserting the row of a due instant is what wins the run.
CREATE TABLE sweep_runs (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    job TEXT NOT NULL CONSTRAINT ck_sweep_runs_job CHECK (length(job) <= 40),
    shard TEXT NOT NULL DEFAULT '0/1' CONSTRAINT ck_sweep_runs_shard CHECK (length(shard) <= 20),
    scheduled_for BIGINT,
    host TEXT NOT NULL CONSTRAINT ck_sweep_runs_host CHECK (length(host) <= 100),
    fencing BIGINT NOT NULL,
    state TEXT NOT NULL,
    planned BIGINT NOT NULL DEFAULT 0,
    applied BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    cursor_pos TEXT CONSTRAINT ck_sweep_runs_cursor_pos CHECK (length(cursor_pos) <= 100),
    error TEXT CONSTRAINT ck_sweep_runs_error CHECK (length(error) <= 1000),
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    CONSTRAINT ck_sweep_runs_state CHECK (
        state IN ('RUNNING', 'DONE', 'PARTIAL', 'FAILED', 'INTERRUPTED')
    ),
    CONSTRAINT ck_sweep_runs_finished CHECK ((state = 'RUNNING') = (finished_at IS NULL))
);

CREATE UNIQUE INDEX uq_sweep_runs_job_shard_scheduled_for
    ON sweep_runs (job, shard, scheduled_for);
CREATE INDEX ix_sweep_runs_job ON sweep_runs (job, started_at);
CREATE INDEX ix_sweep_runs_started ON sweep_runs (started_at);

-- fencing grows with each change of holder, so a late writer is recognised.
CREATE TABLE leases (
    name TEXT NOT NULL CONSTRAINT ck_leases_name CHECK (length(name) <= 80),
    holder TEXT NOT NULL CONSTRAINT ck_leases_holder CHECK (length(holder) <= 100),
    fencing BIGINT NOT NULL,
    note TEXT CONSTRAINT ck_leases_note CHECK (length(note) <= 200),
    acquired_at BIGINT NOT NULL,
    renewed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT ck_leases_fencing CHECK (fencing > 0)
);
