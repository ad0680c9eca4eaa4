"""What members can type, one file for each feature."""
