DROP INDEX ix_reports_fold;
