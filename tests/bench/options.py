"""The command line of a benchmark."""

import argparse


def quick(described: str | None) -> bool:
    """Tell whether a small sample is wanted, which shows that the benchmark works and says little of speed.

    `described` is the benchmark's own description, which `--help` prints.
    """
    parser = argparse.ArgumentParser(
        description=described, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    parser.add_argument("--quick", action="store_true", help="a small sample, in seconds, to see that all of it works")
    return bool(parser.parse_args().quick)
