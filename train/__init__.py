"""Builds checkpoints: corpus, recipe, optimizer, loop, evaluation, report."""
