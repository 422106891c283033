DROP INDEX ix_reports_fold ON reports;
