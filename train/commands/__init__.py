"""One file for each verb of ``python -m train``: its parser beside its action."""
