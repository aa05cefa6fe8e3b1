"""What organisers say. Every command here has a role; members get the ordinary answer."""
