"""Verse: its phonology (``sound``), requests (``request``), evaluation (``judge``), generation
(``write``).

Imports ``model``; nothing here imports ``train`` or ``bot``. The packages import in one direction:
``sound`` <- ``request`` <- ``judge`` <- ``write``.
"""
