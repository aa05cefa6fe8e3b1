"""What coming back is worth: points, tiers, coupons."""
