"""A poem as a picture, to be shared outside of Discord."""
