-- What the name of a row is made of, written once with the row; null where no recipe made it.
alter table result_row add column naming varchar(100000);
