"""Repairs: what they propose, tried on real files."""
