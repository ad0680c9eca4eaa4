"""What a poet learns beyond plain text: described poems, and its checkpoint's assets."""
