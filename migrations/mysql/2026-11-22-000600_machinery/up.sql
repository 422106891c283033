-- Work queues and the book-keeping of jobs. Nothing here is the source of a member's data.

-- Only says which post to look at again; the worker reads the post itself.
CREATE TABLE search_outbox (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    attempts INT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    claimed_by VARCHAR(100),
    claimed_until BIGINT,
    done_at BIGINT,
    last_error VARCHAR(500),
    INDEX ix_search_outbox_due (done_at, next_attempt_at, id),
    INDEX ix_search_outbox_created (created_at, id),
    INDEX ix_search_outbox_post (post_id),
    CONSTRAINT fk_search_outbox_post_id FOREIGN KEY (post_id)
        REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT ck_search_outbox_attempts CHECK (attempts >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE rank_snapshots (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(10) NOT NULL,
    slot_at BIGINT NOT NULL,
    computed_at BIGINT NOT NULL,
    entries TEXT NOT NULL,
    CONSTRAINT uq_rank_snapshots_kind_slot_at UNIQUE (kind, slot_at),
    CONSTRAINT ck_rank_snapshots_kind CHECK (kind IN ('CURRENT', 'HOURLY')),
    CONSTRAINT ck_rank_snapshots_entries CHECK (char_length(entries) <= 8000),
    CONSTRAINT ck_rank_snapshots_current_slot CHECK ((kind = 'CURRENT') = (slot_at = 0))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- live_key is set while QUEUED or RUNNING: one export at a time.
CREATE TABLE exports (
    id CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id BIGINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    live_key VARCHAR(40),
    object_key VARCHAR(255),
    bytes BIGINT,
    error VARCHAR(500),
    requested_at BIGINT NOT NULL,
    started_at BIGINT,
    finished_at BIGINT,
    expires_at BIGINT,
    PRIMARY KEY (id),
    CONSTRAINT uq_exports_live_key UNIQUE (live_key),
    INDEX ix_exports_user (user_id, requested_at),
    INDEX ix_exports_state (state, requested_at),
    CONSTRAINT fk_exports_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_exports_state CHECK (state IN ('QUEUED', 'RUNNING', 'READY', 'FAILED', 'EXPIRED')),
    CONSTRAINT ck_exports_live CHECK ((state IN ('QUEUED', 'RUNNING')) = (live_key IS NOT NULL))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Inserting the row of a due instant is what wins the run.
CREATE TABLE sweep_runs (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    job VARCHAR(40) NOT NULL,
    shard VARCHAR(20) NOT NULL DEFAULT '0/1',
    scheduled_for BIGINT,
    host VARCHAR(100) NOT NULL,
    fencing BIGINT NOT NULL,
    state VARCHAR(12) NOT NULL,
    planned BIGINT NOT NULL DEFAULT 0,
    applied BIGINT NOT NULL DEFAULT 0,
    skipped BIGINT NOT NULL DEFAULT 0,
    failed BIGINT NOT NULL DEFAULT 0,
    cursor_pos VARCHAR(100),
    error VARCHAR(1000),
    started_at BIGINT NOT NULL,
    finished_at BIGINT,
    CONSTRAINT uq_sweep_runs_job_shard_scheduled_for UNIQUE (job, shard, scheduled_for),
    INDEX ix_sweep_runs_job (job, started_at),
    INDEX ix_sweep_runs_started (started_at),
    CONSTRAINT ck_sweep_runs_state CHECK (
        state IN ('RUNNING', 'DONE', 'PARTIAL', 'FAILED', 'INTERRUPTED')
    ),
    CONSTRAINT ck_sweep_runs_finished CHECK ((state = 'RUNNING') = (finished_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- fencing grows with each change of holder, so a late writer is recognised.
CREATE TABLE leases (
    name VARCHAR(80) NOT NULL,
    holder VARCHAR(100) NOT NULL,
    fencing BIGINT NOT NULL,
    note VARCHAR(200),
    acquired_at BIGINT NOT NULL,
    renewed_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (name),
    CONSTRAINT ck_leases_fencing CHECK (fencing > 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
