-- Members, their sign-ins, the mail they get, and what is kept of those who left.

-- The *_key columns are live keys: NULL once anonymised, so the name or address is free again.
CREATE TABLE users (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL CONSTRAINT ck_users_email CHECK (length(email) <= 255),
    email_key TEXT CONSTRAINT ck_users_email_key CHECK (length(email_key) <= 255),
    nickname TEXT NOT NULL CONSTRAINT ck_users_nickname CHECK (length(nickname) <= 64),
    nickname_key TEXT CONSTRAINT ck_users_nickname_key CHECK (length(nickname_key) <= 64),
    password_hash TEXT CONSTRAINT ck_users_password_hash CHECK (length(password_hash) <= 255),
    provider TEXT NOT NULL,
    provider_id TEXT CONSTRAINT ck_users_provider_id CHECK (length(provider_id) <= 64),
    provider_key TEXT CONSTRAINT ck_users_provider_key CHECK (length(provider_key) <= 80),
    status TEXT NOT NULL,
    profile_image TEXT CONSTRAINT ck_users_profile_image CHECK (length(profile_image) <= 255),
    birthday DATE,
    live_alone_date DATE,
    gender TEXT,
    mbti TEXT CONSTRAINT ck_users_mbti CHECK (length(mbti) <= 10),
    follower_count INTEGER NOT NULL DEFAULT 0,
    following_count INTEGER NOT NULL DEFAULT 0,
    suspended_until BIGINT,
    nickname_changed_at BIGINT,
    verified_at BIGINT,
    last_login_at BIGINT,
    basis_at BIGINT GENERATED ALWAYS AS (COALESCE(last_login_at, verified_at)) STORED,
    status_changed_at BIGINT NOT NULL,
    dormant_at BIGINT,
    deleted_at BIGINT,
    anonymized_at BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT ck_users_provider CHECK (provider IN ('LOCAL', 'KAKAO')),
    CONSTRAINT ck_users_status CHECK (status IN ('PENDING', 'ACTIVE', 'DORMANT', 'DELETED')),
    CONSTRAINT ck_users_gender CHECK (gender IN ('MALE', 'FEMALE', 'OTHER', 'UNKNOWN')),
    CONSTRAINT ck_users_verified CHECK ((status = 'PENDING') = (verified_at IS NULL)),
    CONSTRAINT ck_users_dormant_at CHECK (status <> 'DORMANT' OR dormant_at IS NOT NULL),
    CONSTRAINT ck_users_active CHECK (status <> 'ACTIVE' OR dormant_at IS NULL),
    CONSTRAINT ck_users_deleted_at CHECK ((status = 'DELETED') = (deleted_at IS NOT NULL)),
    CONSTRAINT ck_users_anonymized CHECK (anonymized_at IS NULL OR status = 'DELETED'),
    CONSTRAINT ck_users_email_held CHECK ((anonymized_at IS NULL) = (email_key IS NOT NULL)),
    CONSTRAINT ck_users_nickname_held CHECK ((anonymized_at IS NULL) = (nickname_key IS NOT NULL)),
    CONSTRAINT ck_users_provider_held CHECK (
        (provider = 'KAKAO' AND anonymized_at IS NULL) = (provider_key IS NOT NULL)
    ),
    CONSTRAINT ck_users_password CHECK (
        provider = 'KAKAO' OR anonymized_at IS NOT NULL OR password_hash IS NOT NULL
    ),
    CONSTRAINT ck_users_emptied CHECK (
        anonymized_at IS NULL OR
        (password_hash IS NULL AND provider_id IS NULL AND profile_image IS NULL AND
        birthday IS NULL AND live_alone_date IS NULL AND gender IS NULL AND mbti IS NULL)
    ),
    CONSTRAINT ck_users_follower_count CHECK (follower_count >= 0),
    CONSTRAINT ck_users_following_count CHECK (following_count >= 0)
);

CREATE UNIQUE INDEX uq_users_email_key ON users (email_key);
CREATE UNIQUE INDEX uq_users_nickname_key ON users (nickname_key);
CREATE UNIQUE INDEX uq_users_provider_key ON users (provider_key);
CREATE INDEX ix_users_basis ON users (status, basis_at, id);
CREATE INDEX ix_users_dormant ON users (status, dormant_at, id);
CREATE INDEX ix_users_anonymise ON users (status, anonymized_at, deleted_at, id);
CREATE INDEX ix_users_created ON users (status, created_at, id);

-- The id is the `sid` claim; a token is good only while its row says so.
CREATE TABLE sessions (
    id TEXT NOT NULL CONSTRAINT ck_sessions_id CHECK (length(id) = 22),
    user_id BIGINT NOT NULL,
    refresh_hash BLOB NOT NULL CONSTRAINT ck_sessions_refresh_hash CHECK (length(refresh_hash) = 32),
    user_agent TEXT CONSTRAINT ck_sessions_user_agent CHECK (length(user_agent) <= 255),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_reason TEXT,
    PRIMARY KEY (id),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sessions_revoked_reason CHECK (
        revoked_reason IN ('SIGN_OUT', 'REVOKED', 'PASSWORD', 'WITHDRAWAL', 'DORMANCY',
        'LIMIT', 'OPERATOR')
    ),
    CONSTRAINT ck_sessions_revoked CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
);

CREATE INDEX ix_sessions_user ON sessions (user_id, revoked_at, expires_at);
CREATE INDEX ix_sessions_expires ON sessions (expires_at);

-- live_key is NULL once the link is used or replaced: at most one live link for each purpose.
CREATE TABLE account_tokens (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    purpose TEXT NOT NULL,
    user_id BIGINT NOT NULL,
    token_hash BLOB NOT NULL CONSTRAINT ck_account_tokens_token_hash CHECK (length(token_hash) = 32),
    live_key TEXT CONSTRAINT ck_account_tokens_live_key CHECK (length(live_key) <= 40),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT fk_account_tokens_user_id FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_account_tokens_purpose CHECK (purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD')),
    CONSTRAINT ck_account_tokens_end CHECK (used_at IS NULL OR revoked_at IS NULL),
    CONSTRAINT ck_account_tokens_live CHECK (
        (used_at IS NULL AND revoked_at IS NULL) OR live_key IS NULL
    )
);

CREATE UNIQUE INDEX uq_account_tokens_token_hash ON account_tokens (token_hash);
CREATE UNIQUE INDEX uq_account_tokens_live_key ON account_tokens (live_key);
CREATE INDEX ix_account_tokens_user ON account_tokens (user_id, purpose, created_at);
CREATE INDEX ix_account_tokens_expires ON account_tokens (expires_at);

-- Written with its cause, sent after commit. The payload goes when the row is closed.
CREATE TABLE mail_outbox (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    user_id BIGINT,
    recipient TEXT NOT NULL CONSTRAINT ck_mail_outbox_recipient CHECK (length(recipient) <= 255),
    payload TEXT CONSTRAINT ck_mail_outbox_payload CHECK (length(payload) <= 4000),
    dedupe_key TEXT CONSTRAINT ck_mail_outbox_dedupe_key CHECK (length(dedupe_key) <= 120),
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    not_after BIGINT,
    claimed_by TEXT CONSTRAINT ck_mail_outbox_claimed_by CHECK (length(claimed_by) <= 100),
    claimed_until BIGINT,
    handing_over_at BIGINT,
    message_id TEXT CONSTRAINT ck_mail_outbox_message_id CHECK (length(message_id) <= 255),
    last_error TEXT CONSTRAINT ck_mail_outbox_last_error CHECK (length(last_error) <= 500),
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    CONSTRAINT fk_mail_outbox_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_mail_outbox_kind CHECK (
        kind IN ('VERIFY_EMAIL', 'RESET_PASSWORD', 'DORMANCY_NOTICE', 'WITHDRAWAL_DONE',
        'SANCTION_NOTICE', 'APPEAL_ANSWER')
    ),
    CONSTRAINT ck_mail_outbox_state CHECK (
        state IN ('QUEUED', 'SENDING', 'ACCEPTED', 'BOUNCED', 'UNKNOWN', 'EXPIRED', 'DROPPED')
    ),
    CONSTRAINT ck_mail_outbox_closed CHECK ((state IN ('QUEUED', 'SENDING')) = (closed_at IS NULL)),
    CONSTRAINT ck_mail_outbox_payload_gone CHECK (closed_at IS NULL OR payload IS NULL),
    CONSTRAINT ck_mail_outbox_attempts CHECK (attempts >= 0)
);

CREATE UNIQUE INDEX uq_mail_outbox_dedupe_key ON mail_outbox (dedupe_key);
CREATE INDEX ix_mail_outbox_due ON mail_outbox (state, next_attempt_at, id);
CREATE INDEX ix_mail_outbox_closed ON mail_outbox (closed_at);
CREATE INDEX ix_mail_outbox_user ON mail_outbox (user_id);

-- One row for each basis of dormancy, never two: the unique key is what forbids a second mail.
CREATE TABLE dormancy_notices (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    last_checked_login_at BIGINT NOT NULL,
    state TEXT NOT NULL,
    mail_id BIGINT,
    dormant_months INTEGER NOT NULL,
    delete_months INTEGER NOT NULL,
    created_at BIGINT NOT NULL,
    handed_over_at BIGINT,
    closed_at BIGINT,
    resolved_by TEXT CONSTRAINT ck_dormancy_notices_resolved_by CHECK (length(resolved_by) <= 64),
    CONSTRAINT fk_dormancy_notices_user_id FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_dormancy_notices_mail_id FOREIGN KEY (mail_id)
        REFERENCES mail_outbox (id) ON DELETE SET NULL,
    CONSTRAINT ck_dormancy_notices_state CHECK (
        state IN ('QUEUED', 'ACCEPTED', 'BOUNCED', 'UNKNOWN', 'CANCELLED')
    ),
    CONSTRAINT ck_dormancy_notices_handed_over CHECK (
        (state = 'ACCEPTED') = (handed_over_at IS NOT NULL)
    ),
    CONSTRAINT ck_dormancy_notices_closed CHECK ((state = 'QUEUED') = (closed_at IS NULL))
);

CREATE UNIQUE INDEX uq_dormancy_notices_user_id_last_checked_login_at
    ON dormancy_notices (user_id, last_checked_login_at);
CREATE INDEX ix_dormancy_notices_state ON dormancy_notices (state, created_at, id);
CREATE INDEX ix_dormancy_notices_mail ON dormancy_notices (mail_id);

-- Nothing here leads back to a member.
CREATE TABLE withdrawal_history (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL,
    reason TEXT CONSTRAINT ck_withdrawal_history_reason CHECK (length(reason) <= 255),
    withdrawn_on DATE NOT NULL,
    age_band TEXT CONSTRAINT ck_withdrawal_history_age_band CHECK (length(age_band) <= 10),
    gender TEXT CONSTRAINT ck_withdrawal_history_gender CHECK (length(gender) <= 10),
    mbti TEXT CONSTRAINT ck_withdrawal_history_mbti CHECK (length(mbti) <= 10),
    provider TEXT NOT NULL,
    months_member INTEGER NOT NULL,
    months_alone INTEGER,
    CONSTRAINT ck_withdrawal_history_kind CHECK (kind IN ('SELF', 'DORMANCY', 'OPERATOR')),
    CONSTRAINT ck_withdrawal_history_provider CHECK (provider IN ('LOCAL', 'KAKAO')),
    CONSTRAINT ck_withdrawal_history_months_member CHECK (months_member >= 0)
);

CREATE INDEX ix_withdrawal_history_on ON withdrawal_history (withdrawn_on);
