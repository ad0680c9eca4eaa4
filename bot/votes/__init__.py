"""Votes: ``rules`` say what counts as one; ``reactions`` come one by one, those missed while away
by ``catching_up``; ``counts`` shows what they add up to. Buttons are in ``bot.poem.actions``.
"""
