"""What is said of places in languages that bring a lexicon: by what it says of their words."""
