DROP TABLE given_up_slices;
ALTER TABLE collection_attempts DROP COLUMN slices_given_up;
