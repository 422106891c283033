-- Reports, the measures that follow from them, and the log of every act.

-- Exactly one of the two targets is set; NULLs do not collide, so both uniques hold side by side.
CREATE TABLE reports (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT,
    comment_id BIGINT,
    reporter_id BIGINT NOT NULL,
    reason TEXT NOT NULL,
    reason_text TEXT CONSTRAINT ck_reports_reason_text CHECK (length(reason_text) <= 255),
    weight INTEGER NOT NULL DEFAULT 100,
    evidence TEXT CONSTRAINT ck_reports_evidence CHECK (length(evidence) <= 16000),
    state TEXT NOT NULL,
    claimed_by TEXT CONSTRAINT ck_reports_claimed_by CHECK (length(claimed_by) <= 64),
    claimed_at BIGINT,
    version INTEGER NOT NULL DEFAULT 0,
    handled_by TEXT CONSTRAINT ck_reports_handled_by CHECK (length(handled_by) <= 64),
    handled_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT fk_reports_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reports_comment_id FOREIGN KEY (comment_id)
        REFERENCES comments (id) ON DELETE RESTRICT,
    CONSTRAINT fk_reports_reporter_id FOREIGN KEY (reporter_id)
        REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_reports_reason CHECK (
        reason IN ('SPAM', 'INSULT', 'INAPPROPRIATE', 'FRAUD', 'SEXUAL', 'VIOLENCE',
        'ILLEGAL', 'ETC')
    ),
    CONSTRAINT ck_reports_state CHECK (state IN ('OPEN', 'ACCEPTED', 'REJECTED')),
    CONSTRAINT ck_reports_target CHECK ((post_id IS NULL) <> (comment_id IS NULL)),
    CONSTRAINT ck_reports_etc_text CHECK (reason <> 'ETC' OR reason_text IS NOT NULL),
    CONSTRAINT ck_reports_handled CHECK ((state = 'OPEN') = (handled_at IS NULL)),
    CONSTRAINT ck_reports_weight CHECK (weight >= 0 AND weight <= 100)
);

CREATE UNIQUE INDEX uq_reports_post_id_reporter_id ON reports (post_id, reporter_id);
CREATE UNIQUE INDEX uq_reports_comment_id_reporter_id ON reports (comment_id, reporter_id);
CREATE INDEX ix_reports_queue ON reports (state, created_at, id);
CREATE INDEX ix_reports_reporter ON reports (reporter_id, created_at);

CREATE TABLE sanctions (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    kind TEXT NOT NULL,
    reason TEXT NOT NULL,
    message TEXT CONSTRAINT ck_sanctions_message CHECK (length(message) <= 500),
    starts_at BIGINT NOT NULL,
    ends_at BIGINT,
    lifted_at BIGINT,
    lifted_by TEXT CONSTRAINT ck_sanctions_lifted_by CHECK (length(lifted_by) <= 64),
    created_by TEXT NOT NULL CONSTRAINT ck_sanctions_created_by CHECK (length(created_by) <= 64),
    created_at BIGINT NOT NULL,
    CONSTRAINT fk_sanctions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sanctions_kind CHECK (kind IN ('WARNING', 'SUSPENSION')),
    CONSTRAINT ck_sanctions_reason CHECK (
        reason IN ('SPAM', 'INSULT', 'INAPPROPRIATE', 'FRAUD', 'SEXUAL', 'VIOLENCE',
        'ILLEGAL', 'ETC')
    ),
    CONSTRAINT ck_sanctions_period CHECK (ends_at IS NULL OR ends_at > starts_at),
    CONSTRAINT ck_sanctions_lifted CHECK ((lifted_at IS NULL) = (lifted_by IS NULL))
);

CREATE INDEX ix_sanctions_user ON sanctions (user_id, created_at, id);

CREATE TABLE appeals (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    sanction_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    text TEXT CONSTRAINT ck_appeals_text CHECK (length(text) <= 1000),
    state TEXT NOT NULL,
    answer TEXT CONSTRAINT ck_appeals_answer CHECK (length(answer) <= 1000),
    handled_by TEXT CONSTRAINT ck_appeals_handled_by CHECK (length(handled_by) <= 64),
    handled_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT fk_appeals_sanction_id FOREIGN KEY (sanction_id)
        REFERENCES sanctions (id) ON DELETE CASCADE,
    CONSTRAINT fk_appeals_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_appeals_state CHECK (state IN ('OPEN', 'ACCEPTED', 'REJECTED')),
    CONSTRAINT ck_appeals_handled CHECK ((state = 'OPEN') = (handled_at IS NULL))
);

CREATE UNIQUE INDEX uq_appeals_sanction_id ON appeals (sanction_id);
CREATE INDEX ix_appeals_queue ON appeals (state, created_at, id);
CREATE INDEX ix_appeals_user ON appeals (user_id, created_at, id);

-- A chain: the unique on prev_hash lets one entry follow another. No foreign keys: entries outlive.
CREATE TABLE moderation_log (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    actor TEXT NOT NULL CONSTRAINT ck_moderation_log_actor CHECK (length(actor) <= 64),
    via TEXT NOT NULL,
    host TEXT NOT NULL CONSTRAINT ck_moderation_log_host CHECK (length(host) <= 100),
    action TEXT NOT NULL CONSTRAINT ck_moderation_log_action CHECK (length(action) <= 40),
    target_kind TEXT NOT NULL CONSTRAINT ck_moderation_log_target_kind CHECK (length(target_kind) <= 20),
    target_id BIGINT,
    reason TEXT CONSTRAINT ck_moderation_log_reason CHECK (length(reason) <= 500),
    before_state TEXT CONSTRAINT ck_moderation_log_before_state CHECK (length(before_state) <= 4000),
    after_state TEXT CONSTRAINT ck_moderation_log_after_state CHECK (length(after_state) <= 4000),
    inverse TEXT CONSTRAINT ck_moderation_log_inverse CHECK (length(inverse) <= 4000),
    undoes_id BIGINT,
    prev_hash BLOB NOT NULL CONSTRAINT ck_moderation_log_prev_hash CHECK (length(prev_hash) = 32),
    row_hash BLOB NOT NULL CONSTRAINT ck_moderation_log_row_hash CHECK (length(row_hash) = 32),
    created_at BIGINT NOT NULL,
    CONSTRAINT ck_moderation_log_via CHECK (via IN ('CLI', 'TUI', 'SCHEDULER', 'API'))
);

CREATE UNIQUE INDEX uq_moderation_log_prev_hash ON moderation_log (prev_hash);
CREATE INDEX ix_moderation_log_target ON moderation_log (target_kind, target_id, created_at);
CREATE INDEX ix_moderation_log_created ON moderation_log (created_at, id);
