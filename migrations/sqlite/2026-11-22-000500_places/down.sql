-- A merged place points at another row of the table, which RESTRICT would not let go.
UPDATE places SET merged_into_id = NULL;
DROP TABLE favorites;
DROP TABLE favorite_groups;
DROP TABLE places;
