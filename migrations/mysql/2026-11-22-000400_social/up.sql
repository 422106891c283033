-- Who follows whom, and what a member is told about it.

CREATE TABLE follows (
    follower_id BIGINT NOT NULL,
    followee_id BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (follower_id, followee_id),
    INDEX ix_follows_followee (followee_id, created_at, follower_id),
    INDEX ix_follows_follower (follower_id, created_at, followee_id),
    CONSTRAINT fk_follows_follower_id FOREIGN KEY (follower_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT fk_follows_followee_id FOREIGN KEY (followee_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_follows_self CHECK (follower_id <> followee_id)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- unread_key is a live key: NULL once read, so the same event can be told again later.
CREATE TABLE notifications (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    actor_id BIGINT NOT NULL,
    type VARCHAR(10) NOT NULL,
    target_id BIGINT NOT NULL,
    post_id BIGINT,
    comment_id BIGINT,
    unread_key VARCHAR(90),
    read_at BIGINT,
    created_at BIGINT NOT NULL,
    CONSTRAINT uq_notifications_unread_key UNIQUE (unread_key),
    INDEX ix_notifications_user (user_id, id),
    INDEX ix_notifications_unread (user_id, read_at),
    INDEX ix_notifications_created (created_at, id),
    INDEX ix_notifications_actor (actor_id),
    INDEX ix_notifications_post (post_id),
    INDEX ix_notifications_comment (comment_id),
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
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
