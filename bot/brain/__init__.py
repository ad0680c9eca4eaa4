"""/brain: pictures of what the network sees, drawn in a process of their own (``artist``)."""
