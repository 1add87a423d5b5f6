-- What a model decided, as JSON, where that is no label; null where it is one, or there is none.
alter table verdict add column decision text;
