"""The poem of the day."""
