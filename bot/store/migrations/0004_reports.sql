-- Reports are counted, a member at most once for each poem.

CREATE TABLE reports (
    poem_id INTEGER NOT NULL REFERENCES poems (id) ON DELETE CASCADE,
    member  TEXT    NOT NULL,
    PRIMARY KEY (poem_id, member)
) STRICT, WITHOUT ROWID;
CREATE INDEX reports_by_member ON reports (member);

ALTER TABLE poems ADD COLUMN cleared INTEGER NOT NULL DEFAULT 0
    CHECK (cleared IN (0, 1));            -- who may decide had it shown again: reports no longer hide

-- Notes were English sentences; now they are names and values, to be said in any language.
UPDATE poems SET notes = '[]';
