"""What to do when the clock strikes."""
