"""What those who run a server may set."""
