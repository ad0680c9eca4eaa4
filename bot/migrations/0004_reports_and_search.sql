-- Notes were English sentences; now they are names and values, to be said in any language.

UPDATE poems SET notes = '[]';
