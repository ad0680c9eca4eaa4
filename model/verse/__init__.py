"""What makes characters a poem: the request, the stop rules, the layout."""
