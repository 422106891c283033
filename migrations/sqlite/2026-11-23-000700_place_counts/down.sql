DROP INDEX ix_favorites_count;
