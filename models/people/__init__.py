"""Who is in the shop, what they allow, and what they may do."""
