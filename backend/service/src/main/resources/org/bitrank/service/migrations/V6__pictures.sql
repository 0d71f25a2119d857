-- Whether some of a row's tasks show pictures: its loss is then not that of a text's perplexity. Of earlier rows the detail tells,
-- where quotes inside of texts are escaped and cannot be meant.
alter table result_row add column pictures boolean default false not null;
update result_row set pictures = true where detail like '%"pictures":{%';
