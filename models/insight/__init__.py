"""What the records say when read together."""
