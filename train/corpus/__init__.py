"""Where the poems come from, and what is done to them before anything is learned.

`sources` reads them (`primer` has those that come along, `gutenberg` downloads some, `book` finds
the verse in a book).
`apparatus` takes off what was printed round them, `filters` and `duplicates` leave out what should
not be learned; `load` does all of it and keeps count. ``python -m train corpus`` shows it.
"""
