-- What the admins of a server chose, the poems of the day, and votes counted as they come.

CREATE TABLE guild_settings (
    guild_id      INTEGER PRIMARY KEY,
    channels      TEXT    NOT NULL DEFAULT '[]' CHECK (json_type(channels) = 'array'), -- []: all
    forms         TEXT    NOT NULL DEFAULT '[]' CHECK (json_type(forms) = 'array'),    -- []: all
    cooldown      INTEGER NOT NULL DEFAULT 0 CHECK (cooldown BETWEEN 0 AND 86400),     -- seconds
    reactions     INTEGER NOT NULL DEFAULT 1 CHECK (reactions IN (0, 1)),
    daily_channel INTEGER,                                       -- empty: no poem of the day
    daily_hour    INTEGER NOT NULL DEFAULT 12 CHECK (daily_hour BETWEEN 0 AND 23),     -- UTC
    daily_weekday INTEGER CHECK (daily_weekday BETWEEN 0 AND 6), -- 0: Mondays; empty: every day
    daily_kind    TEXT    NOT NULL DEFAULT 'best' CHECK (daily_kind IN ('best', 'new'))
) STRICT;

-- One row for each server and day: the key is the rule, also for several processes.
CREATE TABLE daily_poems (
    guild_id INTEGER NOT NULL,
    day      TEXT    NOT NULL,                                   -- 2026-11-25, in UTC
    stage    TEXT    NOT NULL CHECK (stage IN ('preparing', 'sending', 'over')),
    since    INTEGER NOT NULL,                                   -- Unix time of this stage
    shown    INTEGER,                          -- message of the older poem that was shown again
    PRIMARY KEY (guild_id, day)
) STRICT, WITHOUT ROWID;

-- Counting a million votes for a list of ten poems takes too long, so each vote moves a counter.
ALTER TABLE poems ADD COLUMN up INTEGER NOT NULL DEFAULT 0;
ALTER TABLE poems ADD COLUMN down INTEGER NOT NULL DEFAULT 0;
ALTER TABLE poems ADD COLUMN score INTEGER NOT NULL GENERATED ALWAYS AS (up - down) VIRTUAL;

UPDATE poems SET
    up = (SELECT count(*) FROM ratings WHERE poem_id = id AND value > 0),
    down = (SELECT count(*) FROM ratings WHERE poem_id = id AND value < 0);

CREATE TRIGGER vote_given AFTER INSERT ON ratings BEGIN
    UPDATE poems SET up = up + (NEW.value > 0), down = down + (NEW.value < 0)
    WHERE id = NEW.poem_id;
END;
CREATE TRIGGER vote_changed AFTER UPDATE OF value ON ratings WHEN NEW.value != OLD.value BEGIN
    UPDATE poems SET up = up + NEW.value, down = down - NEW.value WHERE id = NEW.poem_id;
END;
CREATE TRIGGER vote_taken_back AFTER DELETE ON ratings BEGIN
    UPDATE poems SET up = up - (OLD.value > 0), down = down - (OLD.value < 0)
    WHERE id = OLD.poem_id;
END;

DROP INDEX poems_by_guild;
CREATE INDEX poems_by_score ON poems (score, id);
CREATE INDEX poems_by_guild_and_score ON poems (guild_id, score, id);
CREATE INDEX poems_by_guild_and_time ON poems (guild_id, created_at);
