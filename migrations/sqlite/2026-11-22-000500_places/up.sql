-- Places, and the groups in which members keep them.

-- cell is the square of a 0.05 degree grid, counted row by row.
CREATE TABLE places (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    kakao_place_id BIGINT NOT NULL,
    name TEXT NOT NULL CONSTRAINT ck_places_name CHECK (length(name) <= 255),
    address TEXT NOT NULL CONSTRAINT ck_places_address CHECK (length(address) <= 255),
    category TEXT NOT NULL DEFAULT 'ETC' CONSTRAINT ck_places_category CHECK (length(category) <= 20),
    lat DOUBLE NOT NULL,
    lng DOUBLE NOT NULL,
    cell INTEGER NOT NULL,
    favorite_count INTEGER NOT NULL DEFAULT 0,
    source TEXT NOT NULL,
    created_by BIGINT,
    disputed_at BIGINT,
    merged_into_id BIGINT,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
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
);

CREATE UNIQUE INDEX uq_places_kakao_place_id ON places (kakao_place_id);
CREATE INDEX ix_places_cell ON places (cell, favorite_count, id);
CREATE INDEX ix_places_disputed ON places (disputed_at, id);
CREATE INDEX ix_places_created_by ON places (created_by);
CREATE INDEX ix_places_merged ON places (merged_into_id);

-- Deleted softly; live_key frees the name. (id, user_id) is unique for the key of favorites.
CREATE TABLE favorite_groups (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    name TEXT NOT NULL CONSTRAINT ck_favorite_groups_name CHECK (length(name) <= 255),
    live_key TEXT CONSTRAINT ck_favorite_groups_live_key CHECK (length(live_key) <= 280),
    visibility TEXT NOT NULL DEFAULT 'PUBLIC',
    position INTEGER NOT NULL DEFAULT 0,
    favorite_count INTEGER NOT NULL DEFAULT 0,
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    deleted_at BIGINT,
    CONSTRAINT fk_favorite_groups_user_id FOREIGN KEY (user_id)
        REFERENCES users (id) ON DELETE CASCADE,
    CONSTRAINT ck_favorite_groups_visibility CHECK (visibility IN ('PUBLIC', 'PRIVATE')),
    CONSTRAINT ck_favorite_groups_live CHECK ((deleted_at IS NULL) = (live_key IS NOT NULL)),
    CONSTRAINT ck_favorite_groups_favorite_count CHECK (favorite_count >= 0)
);

CREATE UNIQUE INDEX uq_favorite_groups_live_key ON favorite_groups (live_key);
CREATE UNIQUE INDEX uq_favorite_groups_id_user_id ON favorite_groups (id, user_id);
CREATE INDEX ix_favorite_groups_user ON favorite_groups (user_id, deleted_at, id);

-- The key of two columns keeps a favourite out of other members' groups.
CREATE TABLE favorites (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    user_id BIGINT NOT NULL,
    group_id BIGINT NOT NULL,
    place_id BIGINT NOT NULL,
    memo TEXT CONSTRAINT ck_favorites_memo CHECK (length(memo) <= 255),
    created_at BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    CONSTRAINT fk_favorites_group_id_user_id FOREIGN KEY (group_id, user_id)
        REFERENCES favorite_groups (id, user_id) ON DELETE CASCADE,
    CONSTRAINT fk_favorites_place_id FOREIGN KEY (place_id)
        REFERENCES places (id) ON DELETE RESTRICT
);

CREATE UNIQUE INDEX uq_favorites_user_id_place_id ON favorites (user_id, place_id);
CREATE INDEX ix_favorites_group ON favorites (group_id, created_at, id);
CREATE INDEX ix_favorites_group_user ON favorites (group_id, user_id);
CREATE INDEX ix_favorites_place ON favorites (place_id, created_at, id);
