"""The owner's commands and files: health, checkpoint, export, backup."""
