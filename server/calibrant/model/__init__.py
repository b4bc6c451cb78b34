"""The frozen values that every room shares, and the ports by which rooms meet; imports nothing of ours."""
