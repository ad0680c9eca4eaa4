"""The appendix: the same network, many rows at once.

Each part is tested to equal the book's own path.
"""
