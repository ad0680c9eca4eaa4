-- Whose words a poem begins with and speaks of: not always its asker's. Another and Continue copy
-- them from the poem above, and so on. Empty: nobody's any more, they were taken out on request.

ALTER TABLE poems ADD COLUMN words_of TEXT NOT NULL DEFAULT '';
UPDATE poems SET words_of = asker;

-- Of poems from before, what made them tells where the words come from. One that goes on begins
-- with the last lines of an earlier poem in its channel; another one has an earlier poem's wish
-- (where two typed the same, the first is taken for both: rather too much is forgotten).
CREATE TEMP TABLE copied (id INTEGER PRIMARY KEY, source INTEGER);
CREATE INDEX poems_by_prompt ON poems (channel_id, prompt);
CREATE INDEX poems_by_end ON poems (
    channel_id, substr(replace(text, char(10) || char(10), char(10)), -8)
);

INSERT INTO copied SELECT id, (
    SELECT min(earlier.id) FROM poems AS earlier
    WHERE earlier.channel_id = poems.channel_id AND earlier.prompt = poems.prompt
    AND earlier.id < poems.id AND NOT earlier.continues
    AND json_extract(earlier.settings, '$.form') IS json_extract(poems.settings, '$.form')
    AND json_extract(earlier.settings, '$.lines') IS json_extract(poems.settings, '$.lines')
    AND json_extract(earlier.settings, '$.theme') IS json_extract(poems.settings, '$.theme')
    AND json_extract(earlier.settings, '$.manner') IS json_extract(poems.settings, '$.manner')
    AND json_extract(earlier.settings, '$.acrostic') IS json_extract(poems.settings, '$.acrostic')
) FROM poems WHERE NOT continues;

INSERT INTO copied SELECT id, (
    SELECT max(earlier.id) FROM poems AS earlier
    WHERE earlier.channel_id = poems.channel_id AND earlier.id < poems.id
    AND substr(replace(earlier.text, char(10) || char(10), char(10)), -8)
        = substr(rtrim(poems.prompt, char(10)), -8)
    AND substr(
        replace(earlier.text, char(10) || char(10), char(10)),
        -length(rtrim(poems.prompt, char(10)))
    ) = rtrim(poems.prompt, char(10))
) FROM poems WHERE continues;

WITH RECURSIVE origins (id, source) AS (
    SELECT id, source FROM copied WHERE source IS NOT NULL
    UNION ALL
    SELECT origins.id, copied.source FROM origins JOIN copied ON copied.id = origins.source
    WHERE copied.source IS NOT NULL
)
-- The first of each chain has the smallest number.
UPDATE poems SET words_of = (SELECT asker FROM poems AS first WHERE first.id = origin.source)
FROM (SELECT id, min(source) AS source FROM origins GROUP BY id) AS origin
WHERE poems.id = origin.id;

DROP INDEX poems_by_prompt;
DROP INDEX poems_by_end;
DROP TABLE copied;

CREATE INDEX poems_by_words ON poems (words_of);
