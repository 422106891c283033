-- Posts with their images, likes and comments.

-- Rows stay. score and visible are computed by the database; never write them.
CREATE TABLE posts (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    category TEXT NOT NULL,
    tag TEXT NOT NULL,
    title TEXT NOT NULL CONSTRAINT ck_posts_title CHECK (length(title) <= 255),
    content TEXT NOT NULL CONSTRAINT ck_posts_content CHECK (length(CAST(content AS BLOB)) <= 65535),
    preview TEXT NOT NULL CONSTRAINT ck_posts_preview CHECK (length(preview) <= 200),
    thumbnail_key TEXT CONSTRAINT ck_posts_thumbnail_key CHECK (length(thumbnail_key) <= 255),
    like_count INTEGER NOT NULL DEFAULT 0,
    comment_count INTEGER NOT NULL DEFAULT 0,
    report_count INTEGER NOT NULL DEFAULT 0,
    report_weight INTEGER NOT NULL DEFAULT 0,
    score INTEGER GENERATED ALWAYS AS (3 * like_count + 5 * comment_count) STORED NOT NULL,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    hidden_at BIGINT,
    hidden_reason TEXT,
    visible BOOLEAN GENERATED ALWAYS AS (deleted_at IS NULL AND hidden_at IS NULL) STORED NOT NULL,
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
);

CREATE INDEX ix_posts_board ON posts (visible, category, created_at, id);
CREATE INDEX ix_posts_board_tag ON posts (visible, category, tag, created_at, id);
CREATE INDEX ix_posts_all ON posts (visible, created_at, id);
CREATE INDEX ix_posts_score ON posts (visible, category, score, id);
CREATE INDEX ix_posts_user ON posts (user_id, visible, created_at, id);
CREATE INDEX ix_posts_deleted ON posts (deleted_at, id);

-- Every key ever granted. detached_at is NULL while something shows the image.
CREATE TABLE images (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    image_key TEXT NOT NULL CONSTRAINT ck_images_image_key CHECK (length(image_key) <= 255),
    owner_id BIGINT,
    kind TEXT NOT NULL,
    mime TEXT NOT NULL CONSTRAINT ck_images_mime CHECK (length(mime) <= 20),
    bytes BIGINT,
    state TEXT NOT NULL,
    issued_at BIGINT NOT NULL,
    stored_at BIGINT,
    detached_at BIGINT,
    CONSTRAINT fk_images_owner_id FOREIGN KEY (owner_id) REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_images_kind CHECK (kind IN ('PROFILE', 'POST')),
    CONSTRAINT ck_images_state CHECK (state IN ('ISSUED', 'STORED', 'REJECTED')),
    CONSTRAINT ck_images_bytes CHECK (bytes IS NULL OR bytes >= 0)
);

CREATE UNIQUE INDEX uq_images_image_key ON images (image_key);
CREATE INDEX ix_images_detached ON images (detached_at, id);
CREATE INDEX ix_images_state ON images (state, issued_at, id);
CREATE INDEX ix_images_owner ON images (owner_id, issued_at);

CREATE TABLE post_images (
    post_id BIGINT NOT NULL,
    position INTEGER NOT NULL,
    image_key TEXT NOT NULL CONSTRAINT ck_post_images_image_key CHECK (length(image_key) <= 255),
    PRIMARY KEY (post_id, position),
    CONSTRAINT fk_post_images_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT fk_post_images_image_key FOREIGN KEY (image_key)
        REFERENCES images (image_key) ON DELETE RESTRICT,
    CONSTRAINT ck_post_images_position CHECK (position >= 0 AND position < 50)
);

CREATE UNIQUE INDEX uq_post_images_post_id_image_key ON post_images (post_id, image_key);
CREATE INDEX ix_post_images_key ON post_images (image_key);

CREATE TABLE post_likes (
    user_id BIGINT NOT NULL,
    post_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (user_id, post_id),
    CONSTRAINT fk_post_likes_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_post_likes_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE CASCADE
);

CREATE INDEX ix_post_likes_post ON post_likes (post_id);
CREATE INDEX ix_post_likes_user ON post_likes (user_id, created_at, post_id);
CREATE INDEX ix_post_likes_window ON post_likes (created_at, post_id);

CREATE TABLE comments (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    post_id BIGINT NOT NULL,
    user_id BIGINT NOT NULL,
    content TEXT NOT NULL CONSTRAINT ck_comments_content CHECK (length(content) <= 500),
    mentioned_user_id BIGINT,
    report_count INTEGER NOT NULL DEFAULT 0,
    report_weight INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    edited_at BIGINT,
    deleted_at BIGINT,
    hidden_at BIGINT,
    hidden_reason TEXT,
    CONSTRAINT fk_comments_post_id FOREIGN KEY (post_id) REFERENCES posts (id) ON DELETE RESTRICT,
    CONSTRAINT fk_comments_user_id FOREIGN KEY (user_id) REFERENCES users (id) ON DELETE RESTRICT,
    CONSTRAINT fk_comments_mentioned_user_id FOREIGN KEY (mentioned_user_id)
        REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT ck_comments_hidden_reason CHECK (hidden_reason IN ('REPORTS', 'OPERATOR')),
    CONSTRAINT ck_comments_report_count CHECK (report_count >= 0),
    CONSTRAINT ck_comments_report_weight CHECK (report_weight >= 0),
    CONSTRAINT ck_comments_hidden CHECK ((hidden_at IS NULL) = (hidden_reason IS NULL))
);

CREATE INDEX ix_comments_post ON comments (post_id, deleted_at, created_at, id);
CREATE INDEX ix_comments_user ON comments (user_id, deleted_at, created_at, id);
CREATE INDEX ix_comments_window ON comments (created_at, post_id);
CREATE INDEX ix_comments_mentioned ON comments (mentioned_user_id);
