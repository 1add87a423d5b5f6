-- How severe a deviation is: the smaller of both models' margins, each for its own decision. Null where
-- the verdict is no deviation, where a margin is not known, and for what was judged before.
alter table verdict add column severity real;
