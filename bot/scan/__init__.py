"""How a poem scans, under a poem and in the menu of any message."""
