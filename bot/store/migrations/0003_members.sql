-- What buttons, lists and /privacy need to know of a poem and of a member.

ALTER TABLE poems ADD COLUMN language TEXT NOT NULL DEFAULT 'en';       -- of its buttons
ALTER TABLE poems ADD COLUMN notes TEXT NOT NULL DEFAULT '[]'
    CHECK (json_type(notes) = 'array');                                 -- what could not be kept
ALTER TABLE poems ADD COLUMN continues INTEGER NOT NULL DEFAULT 0
    CHECK (continues IN (0, 1));          -- its opening stands in the message before, not in its own
ALTER TABLE poems ADD COLUMN private INTEGER NOT NULL DEFAULT 0
    CHECK (private IN (0, 1));                                          -- only its asker sees it
ALTER TABLE poems ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0
    CHECK (hidden IN (0, 1));                                           -- somebody reported it

CREATE INDEX poems_by_asker ON poems (asker, id);
CREATE INDEX ratings_by_member ON ratings (member);

-- Members of whom nothing is to be kept; this mark is what remembers that.
CREATE TABLE opted_out (
    member TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
