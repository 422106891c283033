-- Places, and the groups in which members keep them.

-- cell is the square of a 0.05 degree grid, counted row by row.
CREATE TABLE places (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    kakao_place_id BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    address VARCHAR(255) NOT NULL,
    category VARCHAR(20) NOT NULL DEFAULT 'ETC',
    lat DOUBLE NOT NULL,
    lng DOUBLE NOT NULL,
    cell INT NOT NULL,
    favorite_count INT NOT NULL DEFAULT 0,
    source VARCHAR(10) NOT NULL,
    created_by BIGINT,
    disputed_at BIGINT,
    merged_into_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT uq_places_kakao_place_id UNIQUE (kakao_place_id),
    INDEX ix_places_cell (cell, favorite_count, id),
    INDEX ix_places_disputed (disputed_at, id),
    INDEX ix_places_created_by (created_by),
    INDEX ix_places_merged (merged_into_id),
    CONSTRAINT fk_places_created_by FOREIGN KEY (created_by)
        REFERENCES users (id) ON DELETE SET NULL,
    CONSTRAINT fk_places_merged_into_id FOREIGN KEY (merged_into_id)
        REFERENCES places (id) ON DELETE RESTRICT,
    CONSTRAINT ck_places_source CHECK (source IN ('SUBMITTED', 'OPERATOR')),
    CONSTRAINT ck_places_lat CHECK (lat >= -90 AND lat <= 90),
    CONSTRAINT ck_places_lng CHECK (lng >= -180 AND lng <= 180),
    CONSTRAINT ck_places_favorite_count CHECK (favorite_count >= 0),
    CONSTRAINT ck_places_kakao_place_id CHECK (kakao_place_id > 0),
    CONSTRAINT ck_places_cell CHECK (cell >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Deleted softly; live_key frees the name. (id, user_id) is unique for the key of favorites.
CREATE TABLE favorite_groups (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    name VARCHAR(255) NOT NULL,
    live_key VARCHAR(280),
    visibility VARCHAR(10) NOT NULL DEFAULT 'PUBLIC',
    position INT NOT NULL DEFAULT 0,
    favorite_count INT NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CONSTRAINT uq_favorite_groups_live_key UNIQUE (live_key),
    CONSTRAINT uq_favorite_groups_id_user_id UNIQUE (id, user_id),
    INDEX ix_favorite_groups_user (user_id, deleted_at, id),
    CONSTRAINT fk_favorite_groups_user_id FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_favorite_groups_visibility CHECK (visibility IN ('PUBLIC', 'PRIVATE')),
    CONSTRAINT ck_favorite_groups_live CHECK ((deleted_at IS NULL) = (live_key IS NOT NULL)),
    CONSTRAINT ck_favorite_groups_favorite_count CHECK (favorite_count >= 0)
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- The key of two columns keeps a favourite out of other members' groups.
CREATE TABLE favorites (
    id BIGINT NOT NULL AUTO_INCREMENT PRIMARY KEY,
    user_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    place_id BIGINT NOT NULL,
    memo VARCHAR(255),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT uq_favorites_user_id_place_id UNIQUE (user_id, place_id),
    INDEX ix_favorites_group (group_id, created_at, id),
    INDEX ix_favorites_group_user (group_id, user_id),
    INDEX ix_favorites_place (place_id, created_at, id),
    CONSTRAINT fk_favorites_group_id_user_id FOREIGN KEY (group_id, user_id)
        REFERENCES favorite_groups (id, user_id) ON DELETE CASCADE,
    CONSTRAINT fk_favorites_place_id FOREIGN KEY (place_id)
        REFERENCES places (id) ON DELETE RESTRICT
) ENGINE=InnoDB DEFAULT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;
