"""What can be seen inside a network: where it looks back, what it expects next."""
