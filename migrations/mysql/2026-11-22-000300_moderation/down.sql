DROP TABLE moderation_log;
DROP TABLE appeals;
DROP TABLE sanctions;
DROP TABLE reports;
