-- Reports, the measures that follow from them, and the log of every act.

-- Exactly one of the two targets is set; NULLs do not collide, so both uniques hold side by side.
CREATE TABLE reports (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    post_id BIGINT,
    comment_id BIGINT,
    reporter_id BIGINT NOT NULL,
    reason VARCHAR(20) NOT NULL,
    reason_text VARCHAR(255),
    weight INT NOT NULL DEFAULT 100,
    evidence TEXT,
    state VARCHAR(10) NOT NULL,
    claimed_by VARCHAR(64),
    claimed_at BIGINT,
    version INT NOT NULL DEFAULT 0,
    handled_by VARCHAR(64),
    handled_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT uq_reports_post_id_reporter_id UNIQUE (post_id, reporter_id),
    CONSTRAINT uq_reports_comment_id_reporter_id UNIQUE (comment_id, reporter_id),
    INDEX ix_reports_queue (state, created_at, id),
    INDEX ix_reports_reporter (reporter_id, created_at),
    CONSTRAINT fk_reports_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reports_comment_id FOREIGN KEY (comment_id)
        REFERENCES comments (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reports_reporter_id FOREIGN KEY (reporter_id)
        REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_reports_reason CHECK (
        reason IN ('SPAM', 'INSULT', 'INAPPROPRIATE', 'FRAUD', 'SEXUAL', 'VIOLENCE',
        'ILLEGAL', 'ETC')
    ),
    CONSTRAINT ck_reports_evidence CHECK (char_length(evidence) <= 16000),
    CONSTRAINT ck_reports_state CHECK (state IN ('OPEN', 'ACCEPTED', 'REJECTED')),
    CONSTRAINT ck_reports_target CHECK ((post_id IS NULL) <> (comment_id IS NULL)),
    CONSTRAINT ck_reports_etc_text CHECK (reason <> 'ETC' OR reason_text IS NOT NULL),
    CONSTRAINT ck_reports_handled CHECK ((state = 'OPEN') = (handled_at IS NULL)),
    CONSTRAINT ck_reports_weight CHECK (weight >= 0 AND weight <= 100)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE sanctions (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    kind VARCHAR(12) NOT NULL,
    reason VARCHAR(20) NOT NULL,
    message VARCHAR(500),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    lifted_at BIGINT,
    lifted_by VARCHAR(64),
    created_by VARCHAR(64) NOT NULL,
    created_at BIGINT NOT NULL,
    INDEX ix_sanctions_user (user_id, created_at, id),
    CONSTRAINT fk_sanctions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sanctions_kind CHECK (kind IN ('WARNING', 'SUSPENSION')),
    CONSTRAINT ck_sanctions_reason CHECK (
        reason IN ('SPAM', 'INSULT', 'INAPPROPRIATE', 'FRAUD', 'SEXUAL', 'VIOLENCE',
        'ILLEGAL', 'ETC')
    ),
    CONSTRAINT ck_sanctions_period CHECK (ends_at IS NULL OR ends_at > starts_at),
    CONSTRAINT ck_sanctions_lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE appeals (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    sanction_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    text VARCHAR(1000),
    state VARCHAR(10) NOT NULL,
    answer VARCHAR(1000),
    handled_by VARCHAR(64),
    handled_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT uq_appeals_sanction_id UNIQUE (sanction_id),
    INDEX ix_appeals_queue (state, created_at, id),
    INDEX ix_appeals_user (user_id, created_at, id),
    CONSTRAINT fk_appeals_sanction_id FOREIGN KEY (sanction_id)
        REFERENCES sanctions (id) ON DELETE CASCADE,
    CONSTRAINT fk_appeals_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_appeals_state CHECK (state IN ('OPEN', 'ACCEPTED', 'REJECTED')),
    CONSTRAINT ck_appeals_handled CHECK ((state = 'OPEN') = (handled_at IS NULL))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- A chain: the unique on prev_hash lets one entry follow another. No foreign keys: entries outlive.
CREATE TABLE moderation_log (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    actor VARCHAR(64) NOT NULL,
    via VARCHAR(12) NOT NULL,
    host VARCHAR(100) NOT NULL,
    action VARCHAR(40) NOT NULL,
    target_kind VARCHAR(20) NOT NULL,
    target_id BIGINT,
    reason VARCHAR(500),
    before_state TEXT,
    after_state TEXT,
    inverse TEXT,
    undoes_id BIGINT,
    prev_hash BINARY(32) NOT NULL,
    row_hash BINARY(32) NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT uq_moderation_log_prev_hash UNIQUE (prev_hash),
    INDEX ix_moderation_log_target (target_kind, target_id, created_at),
    INDEX ix_moderation_log_created (created_at, id),
    CONSTRAINT ck_moderation_log_via CHECK (via IN ('CLI', 'TUI', 'SCHEDULER', 'API')),
    CONSTRAINT ck_moderation_log_before_state CHECK (char_length(before_state) <= 4000),
    CONSTRAINT ck_moderation_log_after_state CHECK (char_length(after_state) <= 4000),
    CONSTRAINT ck_moderation_log_inverse CHECK (char_length(inverse) <= 4000)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
