"""What is kept of a member, and how it goes away."""
