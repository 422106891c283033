-- Posts with their images, likes and comments.

-- Rows stay. score and visible are computed by the database; never write them.
CREATE TABLE posts (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    category VARCHAR(20) NOT NULL,
    tag VARCHAR(20) NOT NULL,
    title VARCHAR(255) NOT NULL,
    content TEXT NOT NULL,
    preview VARCHAR(200) NOT NULL,
    thumbnail_key VARCHAR(255),
    like_count INT NOT NULL DEFAULT 0,
    comment_count INT NOT NULL DEFAULT 0,
    report_count INT NOT NULL DEFAULT 0,
    report_weight INT NOT NULL DEFAULT 0,
    score INT GENERATED ALWAYS AS (3 * like_count + 5 * comment_count) STORED,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    hidden_at BIGINT,
    hidden_reason VARCHAR(10),
    visible BOOLEAN GENERATED ALWAYS AS (deleted_at IS NULL AND hidden_at IS NULL) STORED,
    INDEX ix_posts_board (visible, category, created_at, id),
    INDEX ix_posts_board_tag (visible, category, tag, created_at, id),
    INDEX ix_posts_all (visible, created_at, id),
    INDEX ix_posts_score (visible, category, score, id),
    INDEX ix_posts_user (user_id, visible, created_at, id),
    INDEX ix_posts_deleted (deleted_at, id),
    CONSTRAINT fk_posts_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT ck_posts_category CHECK (category IN ('TOGETHER', 'DAILY_LIFE', 'RANDOM_BUY')),
    CONSTRAINT ck_posts_tag CHECK (
        tag IN ('GROUP_BUY', 'SHARING', 'EXCHANGE', 'TIPS', 'QUESTIONS', 'TREASURE', 'REGRET')
    ),
    CONSTRAINT ck_posts_hidden_reason CHECK (hidden_reason IN ('REPORTS', 'OPERATOR')),
    CONSTRAINT ck_posts_like_count CHECK (like_count >= 0),
    CONSTRAINT ck_posts_comment_count CHECK (comment_count >= 0),
    CONSTRAINT ck_posts_report_count CHECK (report_count >= 0),
    CONSTRAINT ck_posts_report_weight CHECK (report_weight >= 0),
    CONSTRAINT ck_posts_hidden CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL)),
    CONSTRAINT ck_posts_category_tag CHECK (
        (category = 'TOGETHER' AND tag IN ('GROUP_BUY', 'SHARING', 'EXCHANGE'))
        OR (category = 'DAILY_LIFE' AND tag IN ('TIPS', 'QUESTIONS'))
        OR (category = 'RANDOM_BUY' AND tag IN ('TREASURE', 'REGRET'))
    )
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every key ever granted. detached_at is NULL while something shows the image.
CREATE TABLE images (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    image_key VARCHAR(255) NOT NULL,
    owner_id BIGINT,
    kind VARCHAR(10) NOT NULL,
    mime VARCHAR(20) NOT NULL,
    bytes BIGINT,
    state VARCHAR(10) NOT NULL,
    issued_at BIGINT NOT NULL,
    stored_at BIGINT,
    detached_at BIGINT,
    CONSTRAINT uq_images_image_key UNIQUE (image_key),
    INDEX ix_images_detached (detached_at, id),
    INDEX ix_images_state (state, issued_at, id),
    INDEX ix_images_owner (owner_id, issued_at),
    CONSTRAINT fk_images_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_images_kind CHECK (kind IN ('PROFILE', 'POST')),
    CONSTRAINT ck_images_state CHECK (state IN ('ISSUED', 'STORED', 'REJECTED')),
    CONSTRAINT ck_images_bytes CHECK (bytes IS NULL OR bytes >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE post_images (
    post_id BIGINT NOT NULL,
    position INT NOT NULL,
    image_key VARCHAR(255) NOT NULL,
    PRIMARY KEY (post_id, position),
    CONSTRAINT uq_post_images_post_id_image_key UNIQUE (post_id, image_key),
    INDEX ix_post_images_key (image_key),
    CONSTRAINT fk_post_images_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT fk_post_images_image_key FOREIGN KEY (image_key)
        REFERENCES images (image_key) ON DELETE RESTRICT,
    CONSTRAINT ck_post_images_position CHECK (position >= 0 AND position < 50)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE post_likes (
    user_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, post_id),
    INDEX ix_post_likes_post (post_id),
    INDEX ix_post_likes_user (user_id, created_at, post_id),
    INDEX ix_post_likes_window (created_at, post_id),
    CONSTRAINT fk_post_likes_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_post_likes_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

CREATE TABLE comments (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    post_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    content VARCHAR(500) NOT NULL,
    mentioned_user_id BIGINT,
    report_count INT NOT NULL DEFAULT 0,
    report_weight INT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    hidden_at BIGINT,
    hidden_reason VARCHAR(10),
    INDEX ix_comments_post (post_id, deleted_at, created_at, id),
    INDEX ix_comments_user (user_id, deleted_at, created_at, id),
    INDEX ix_comments_window (created_at, post_id),
    INDEX ix_comments_mentioned (mentioned_user_id),
    CONSTRAINT fk_comments_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_comments_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_comments_mentioned_user_id FOREIGN KEY (mentioned_user_id)
        REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_comments_hidden_reason CHECK (hidden_reason IN ('REPORTS', 'OPERATOR')),
    CONSTRAINT ck_comments_report_count CHECK (report_count >= 0),
    CONSTRAINT ck_comments_report_weight CHECK (report_weight >= 0),
    CONSTRAINT ck_comments_hidden CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL))
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
