-- Which execution provider ran how many nodes of which operator; empty where nobody told.
alter table fingerprint add column ran varchar(8000) default '' not null;

-- Of clean pictures without the labels that they should get, so that checks which label the same
-- pictures otherwise can be compared. Null for what was judged before, and for a corpus.
alter table judging add column unlabelled_sha256 varchar(64);

create index judging_of_unlabelled on judging (unlabelled_sha256, judge, run_id);
