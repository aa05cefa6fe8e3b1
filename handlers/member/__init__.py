"""What members say."""
