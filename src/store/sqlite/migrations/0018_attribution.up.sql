-- Which attribution windows an account's conversions are counted in, as the source spells them ("7d_click,1d_view"); empty: as
-- the source does by itself. A report that was asked for with others is not picked up.
ALTER TABLE integrations ADD COLUMN attribution TEXT NOT NULL DEFAULT '';
ALTER TABLE running_reports ADD COLUMN attribution TEXT NOT NULL DEFAULT '';
