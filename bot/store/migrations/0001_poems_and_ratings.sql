-- Poems, the votes on them, and what was last registered with Discord.
-- Members appear only as keyed hashes (see bot/store/key.py).

CREATE TABLE poems (
    id          INTEGER PRIMARY KEY AUTOINCREMENT, -- never used twice: old buttons carry it
    message_id  INTEGER NOT NULL UNIQUE,
    channel_id  INTEGER NOT NULL,
    guild_id    INTEGER,                           -- empty in direct messages
    asker       TEXT    NOT NULL,
    prompt      TEXT    NOT NULL,                  -- what was typed
    opening     TEXT    NOT NULL,                  -- how the poem begins: the prompt in its letters
    settings    TEXT    NOT NULL CHECK (json_valid(settings)),
    checkpoint  TEXT    NOT NULL,
    seed        INTEGER NOT NULL,                  -- of the random generator
    text        TEXT,                              -- empty while the poem is being written
    stopped_by  TEXT,
    created_at  INTEGER NOT NULL DEFAULT (CAST(strftime('%s', 'now') AS INTEGER)),
    CHECK ((text IS NULL) = (stopped_by IS NULL))
) STRICT;

CREATE INDEX poems_by_channel ON poems (channel_id);
CREATE INDEX poems_by_guild ON poems (guild_id);

-- One row for each member and poem: the constraint is the rule. `standing` lists the marks that
-- the member has on the poem (reactions, the button pressed), oldest first; the last one counts.
CREATE TABLE ratings (
    poem_id  INTEGER NOT NULL REFERENCES poems (id) ON DELETE CASCADE,
    member   TEXT    NOT NULL,
    value    INTEGER NOT NULL CHECK (value IN (-1, 1)),
    standing TEXT    NOT NULL CHECK (json_array_length(standing) > 0),
    PRIMARY KEY (poem_id, member)
) STRICT, WITHOUT ROWID;

-- Hash of the command payload last registered in each scope.
CREATE TABLE registered_commands (
    scope TEXT PRIMARY KEY,
    hash  TEXT NOT NULL
) STRICT, WITHOUT ROWID;
