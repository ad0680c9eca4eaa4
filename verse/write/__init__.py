"""Writes poems that keep to what was asked."""
