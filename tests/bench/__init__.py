"""Benchmarks: each is run by hand and prints its figures; none is timed as a test."""
