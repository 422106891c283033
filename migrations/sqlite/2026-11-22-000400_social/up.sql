-- Who follows whom, and what a member is told about it.

CREATE TABLE follows (
    follower_id BIGINT NOT NULL,
    followee_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (follower_id, followee_id),
    CONSTRAINT fk_follows_follower_id FOREIGN KEY (follower_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_follows_followee_id FOREIGN KEY (followee_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_follows_self CHECK (follower_id <> followee_id)
);

CREATE INDEX ix_follows_followee ON follows (followee_id, created_at, follower_id);
CREATE INDEX ix_follows_follower ON follows (follower_id, created_at, followee_id);

-- unread_key is a live key: NULL once read, so the same event can be told again later.
CREATE TABLE notifications (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    type TEXT NOT NULL,
    target_id BIGINT NOT NULL,
    post_id BIGINT,
    comment_id BIGINT,
    unread_key TEXT CONSTRAINT ck_notifications_unread_key CHECK (length(unread_key) <= 90),
    read_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT fk_notifications_user_id FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_notifications_actor_id FOREIGN KEY (actor_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_notifications_post_id FOREIGN KEY (post_id)
        REFERENCES posts (id) ON DELETE CASCADE,
    CONSTRAINT fk_notifications_comment_id FOREIGN KEY (comment_id)
        REFERENCES comments (id) ON DELETE CASCADE,
    CONSTRAINT ck_notifications_type CHECK (type IN ('LIKE', 'COMMENT', 'FOLLOW')),
    CONSTRAINT ck_notifications_unread CHECK ((read_at IS NULL) = (unread_key IS NOT NULL)),
    CONSTRAINT ck_notifications_post CHECK ((type = 'FOLLOW') = (post_id IS NULL)),
    CONSTRAINT ck_notifications_comment CHECK ((type = 'COMMENT') = (comment_id IS NOT NULL)),
    CONSTRAINT ck_notifications_self CHECK (user_id <> actor_id)
);

CREATE UNIQUE INDEX uq_notifications_unread_key ON notifications (unread_key);
CREATE INDEX ix_notifications_user ON notifications (user_id, id);
CREATE INDEX ix_notifications_unread ON notifications (user_id, read_at);
CREATE INDEX ix_notifications_created ON notifications (created_at, id);
CREATE INDEX ix_notifications_actor ON notifications (actor_id);
CREATE INDEX ix_notifications_post ON notifications (post_id);
CREATE INDEX ix_notifications_comment ON notifications (comment_id);
