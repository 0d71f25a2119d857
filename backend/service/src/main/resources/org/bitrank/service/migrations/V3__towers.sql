-- Which parts of a vision-language model are quantized; null for models of text alone.
alter table result_row add column towers varchar(100);
