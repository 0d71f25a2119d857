-- Rows that differ in nothing but the seed of their calibration have the same key; null where there is no seed.
alter table result_row add column repeat_key varchar(64);
create index result_row_repeat on result_row (repeat_key, id);
