"""What was said, and what is still to be sent."""
