"""The wall of fame: a channel of a server in which the poems that many liked are shown once."""
