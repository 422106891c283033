-- FV16: favourites that everybody may see are counted from the index alone, up to the group and the owner of each.
CREATE INDEX ix_favorites_count ON favorites (place_id, group_id, user_id);
