"""The network, and how it writes: from a table of bigrams to a Transformer.

Read in this order: ``tokenizer``, ``config``, ``language_model``, ``bigram``, ``attention``,
``transformer``, ``kv_cache``, ``sampling``, ``generate``. These nine are the book. Then ``stages``,
``checkpoint`` and ``weights``, which build, save and load a network; ``fast``, the same decoding at
the speed that a poem needs; ``look``, what can be seen inside. Nothing here imports ``verse``,
``train`` or ``bot``.
"""
