"""What makes characters a poem: how words sound, what can be asked, how it is written and judged.

Imports ``model``; nothing here imports ``train`` or ``bot``. The rooms import upwards only:
``sound`` <- ``request`` <- ``judge`` <- ``write``.
"""
