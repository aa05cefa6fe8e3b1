"""What is sold: products and orders. Tells loyalty amounts and sources, never the reverse."""
