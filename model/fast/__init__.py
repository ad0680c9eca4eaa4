"""The appendix: the same network, many rows at once, for speed.

Read in this order: ``decoder``, ``batch``, ``prefix``, ``forward``, ``batched_kv_cache``,
``packed``, ``quantized``, ``sampler``; then ``repetition``, ``threads``, ``cuda_graph``. Each is
tested to equal the book's own path.
"""
