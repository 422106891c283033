-- The operators' queue: reports on one thing lie side by side with all that their order goes by, so that folding a
-- hundred thousand of them reads no row of the table.
CREATE INDEX ix_reports_fold ON reports (state, post_id, comment_id, weight, reason, created_at);
