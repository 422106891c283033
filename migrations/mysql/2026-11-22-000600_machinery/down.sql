DROP TABLE leases;
DROP TABLE sweep_runs;
DROP TABLE exports;
DROP TABLE rank_snapshots;
DROP TABLE search_outbox;
