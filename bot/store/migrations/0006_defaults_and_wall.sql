-- What admins chose for who leaves it open, by place; the time zone; and the wall of fame.

ALTER TABLE guild_settings ADD COLUMN defaults TEXT NOT NULL DEFAULT '{}'
    CHECK (json_type(defaults) = 'object');      -- by channel, 0 for the whole server
ALTER TABLE guild_settings ADD COLUMN zone TEXT NOT NULL DEFAULT 'UTC'; -- of daily_hour, and of days
ALTER TABLE guild_settings ADD COLUMN wall_channel INTEGER;             -- empty: no wall of fame
ALTER TABLE guild_settings ADD COLUMN wall_likes INTEGER NOT NULL DEFAULT 3
    CHECK (wall_likes BETWEEN 1 AND 1000);

-- Poems on the walls. A row outlives its poem until the message on the wall is taken down.
CREATE TABLE wall (
    poem_id    INTEGER PRIMARY KEY,
    guild_id   INTEGER NOT NULL,
    channel_id INTEGER NOT NULL,
    message_id INTEGER,                          -- empty while it is being sent
    since      INTEGER NOT NULL,                 -- Unix time
    going      INTEGER NOT NULL DEFAULT 0 CHECK (going IN (0, 1)), -- to be taken down
    not_before INTEGER NOT NULL DEFAULT 0        -- Unix time at which that is tried again
) STRICT;
CREATE INDEX wall_going ON wall (poem_id) WHERE going;

-- Poems that may have come to be liked enough: kept, so that a restart misses none. What is too few
-- is counted when the wall looks.
CREATE TABLE wall_due (poem_id INTEGER PRIMARY KEY) STRICT;

CREATE TRIGGER wall_looks AFTER UPDATE OF up, hidden, private, text ON poems
WHEN NEW.up > 0 AND EXISTS (
    SELECT 1 FROM guild_settings WHERE guild_id = NEW.guild_id AND wall_channel IS NOT NULL
) BEGIN
    INSERT INTO wall_due SELECT NEW.id WHERE NEW.id NOT IN (SELECT poem_id FROM wall_due);
END;
CREATE TRIGGER wall_loses AFTER DELETE ON poems BEGIN
    DELETE FROM wall_due WHERE poem_id = OLD.id;
    UPDATE wall SET going = 1 WHERE poem_id = OLD.id;
END;
-- Reported; or its words were taken out of it, and they stand in the message too.
CREATE TRIGGER wall_hides AFTER UPDATE OF hidden, words_of ON poems
WHEN NEW.hidden OR NEW.words_of = '' BEGIN
    UPDATE wall SET going = 1 WHERE poem_id = NEW.id;
END;
