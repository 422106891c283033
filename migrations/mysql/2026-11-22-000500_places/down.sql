DROP TABLE favorites;
DROP TABLE favorite_groups;
DROP TABLE places;
