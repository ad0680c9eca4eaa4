"""Votes: what counts as one, and reactions as they come, also those missed while away."""
