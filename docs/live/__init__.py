"""The page on which one can watch the network think: python -m docs.live builds it."""
