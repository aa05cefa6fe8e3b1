"""What is said in groups, where everybody reads along."""
