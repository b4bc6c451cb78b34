"""What stands between double braces: references with exact offsets, and sandboxed evaluation."""
