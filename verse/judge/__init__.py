"""Measures poems: form, words, copying, slurs."""
