DROP TABLE withdrawal_history;
DROP TABLE dormancy_notices;
DROP TABLE mail_outbox;
DROP TABLE account_tokens;
DROP TABLE sessions;
DROP TABLE users;
