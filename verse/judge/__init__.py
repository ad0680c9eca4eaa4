"""Evaluates poems: form, words, copying, slurs."""
