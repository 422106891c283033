-- Members, their sign-ins, the mail they get, and what is kept of those who left.

-- The *_key columns are live keys: NULL once anonymised, so the name or address is free again.
CREATE TABLE users (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    email_key VARCHAR(255),
    nickname VARCHAR(64) NOT NULL,
    nickname_key VARCHAR(64),
    password_hash VARCHAR(255),
    provider VARCHAR(10) NOT NULL,
    provider_id VARCHAR(64),
    provider_key VARCHAR(80),
    status VARCHAR(10) NOT NULL,
    profile_image VARCHAR(255),
    birthday DATE,
    live_alone_date DATE,
    gender VARCHAR(10),
    mbti VARCHAR(10),
    follower_count INT NOT NULL DEFAULT 0,
    following_count INT NOT NULL DEFAULT 0,
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
    CONSTRAINT uq_users_email_key UNIQUE (email_key),
    CONSTRAINT uq_users_nickname_key UNIQUE (nickname_key),
    CONSTRAINT uq_users_provider_key UNIQUE (provider_key),
    INDEX ix_users_basis (status, basis_at, id),
    INDEX ix_users_dormant (status, dormant_at, id),
    INDEX ix_users_anonymise (status, anonymized_at, deleted_at, id),
    INDEX ix_users_created (status, created_at, id),
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
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The id is the `sid` claim; a token is good only while its row says so.
CREATE TABLE sessions (
    id CHAR(22) CHARACTER SET ascii COLLATE ascii_bin NOT NULL,
    user_id BIGINT NOT NULL,
    refresh_hash BINARY(32) NOT NULL,
    user_agent VARCHAR(255),
    created_at BIGINT NOT NULL,
    last_used_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    revoked_at BIGINT,
    revoked_reason VARCHAR(20),
    PRIMARY KEY (id),
    INDEX ix_sessions_user (user_id, revoked_at, expires_at),
    INDEX ix_sessions_expires (expires_at),
    CONSTRAINT fk_sessions_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_sessions_revoked_reason CHECK (
        revoked_reason IN ('SIGN_OUT', 'REVOKED', 'PASSWORD', 'WITHDRAWAL', 'DORMANCY',
        'LIMIT', 'OPERATOR')
    ),
    CONSTRAINT ck_sessions_revoked CHECK ((revoked_at IS NULL) = (revoked_reason IS NULL))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- live_key is NULL once the link is used or replaced: at most one live link for each purpose.
CREATE TABLE account_tokens (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    purpose VARCHAR(20) NOT NULL,
    user_id BIGINT NOT NULL,
    token_hash BINARY(32) NOT NULL,
    live_key VARCHAR(40),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    CONSTRAINT uq_account_tokens_token_hash UNIQUE (token_hash),
    CONSTRAINT uq_account_tokens_live_key UNIQUE (live_key),
    INDEX ix_account_tokens_user (user_id, purpose, created_at),
    INDEX ix_account_tokens_expires (expires_at),
    CONSTRAINT fk_account_tokens_user_id FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_account_tokens_purpose CHECK (purpose IN ('VERIFY_EMAIL', 'RESET_PASSWORD')),
    CONSTRAINT ck_account_tokens_end CHECK (used_at IS NULL OR revoked_at IS NULL),
    CONSTRAINT ck_account_tokens_live CHECK (
        (used_at IS NULL AND revoked_at IS NULL) OR live_key IS NULL
    )
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Written with its cause, sent after commit. The payload goes when the row is closed.
CREATE TABLE mail_outbox (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(20) NOT NULL,
    user_id BIGINT,
    recipient VARCHAR(255) NOT NULL,
    payload TEXT,
    dedupe_key VARCHAR(120),
    state VARCHAR(10) NOT NULL,
    attempts INT NOT NULL DEFAULT 0,
    next_attempt_at BIGINT NOT NULL,
    not_after BIGINT,
    claimed_by VARCHAR(100),
    claimed_until BIGINT,
    handing_over_at BIGINT,
    message_id VARCHAR(255),
    last_error VARCHAR(500),
    created_at BIGINT NOT NULL,
    closed_at BIGINT,
    CONSTRAINT uq_mail_outbox_dedupe_key UNIQUE (dedupe_key),
    INDEX ix_mail_outbox_due (state, next_attempt_at, id),
    INDEX ix_mail_outbox_closed (closed_at),
    INDEX ix_mail_outbox_user (user_id),
    CONSTRAINT fk_mail_outbox_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_mail_outbox_kind CHECK (
        kind IN ('VERIFY_EMAIL', 'RESET_PASSWORD', 'DORMANCY_NOTICE', 'WITHDRAWAL_DONE',
        'SANCTION_NOTICE', 'APPEAL_ANSWER')
    ),
    CONSTRAINT ck_mail_outbox_payload CHECK (char_length(payload) <= 4000),
    CONSTRAINT ck_mail_outbox_state CHECK (
        state IN ('QUEUED', 'SENDING', 'ACCEPTED', 'BOUNCED', 'UNKNOWN', 'EXPIRED', 'DROPPED')
    ),
    CONSTRAINT ck_mail_outbox_closed CHECK ((state IN ('QUEUED', 'SENDING')) = (closed_at IS NULL)),
    CONSTRAINT ck_mail_outbox_payload_gone CHECK (closed_at IS NULL OR payload IS NULL),
    CONSTRAINT ck_mail_outbox_attempts CHECK (attempts >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- One row for each basis of dormancy, never two: the unique key is what forbids a second mail.
CREATE TABLE dormancy_notices (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    last_checked_login_at BIGINT NOT NULL,
    state VARCHAR(10) NOT NULL,
    mail_id BIGINT,
    dormant_months INT NOT NULL,
    delete_months INT NOT NULL,
    created_at BIGINT NOT NULL,
    handed_over_at BIGINT,
    closed_at BIGINT,
    resolved_by VARCHAR(64),
    CONSTRAINT uq_dormancy_notices_user_id_last_checked_login_at UNIQUE (user_id, last_checked_login_at),
    INDEX ix_dormancy_notices_state (state, created_at, id),
    INDEX ix_dormancy_notices_mail (mail_id),
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
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Nothing here leads back to a member.
CREATE TABLE withdrawal_history (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kind VARCHAR(10) NOT NULL,
    reason VARCHAR(255),
    withdrawn_on DATE NOT NULL,
    age_band VARCHAR(10),
    gender VARCHAR(10),
    mbti VARCHAR(10),
    provider VARCHAR(10) NOT NULL,
    months_member INT NOT NULL,
    months_alone INT,
    INDEX ix_withdrawal_history_on (withdrawn_on),
    CONSTRAINT ck_withdrawal_history_kind CHECK (kind IN ('SELF', 'DORMANCY', 'OPERATOR')),
    CONSTRAINT ck_withdrawal_history_provider CHECK (provider IN ('LOCAL', 'KAKAO')),
    CONSTRAINT ck_withdrawal_history_months_member CHECK (months_member >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
