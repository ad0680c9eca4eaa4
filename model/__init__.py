"""The network, and how it writes: from a table of bigrams to a Transformer.

Read in this order: ``tokenizer``, ``bigram``, ``attention``, ``transformer``, ``sampling``,
``generate``. Nothing here imports ``train`` or ``bot``.
"""
