"""Reading text: scalars, pieces, recovery, bounds."""
