"""Generates poems that satisfy a request: constrained decoding, candidates and their ranking."""
