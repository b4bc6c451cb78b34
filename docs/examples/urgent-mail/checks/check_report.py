"""Checks that the weekly report has an owner for every column; run by the workflow's last step."""

import csv
import unittest
from pathlib import Path


class ReportCheck(unittest.TestCase):
    def test_every_vip_is_in_the_report(self) -> None:
        with Path("vips.csv").open(newline="", encoding="utf-8") as file:
            names = [row["name"] for row in csv.DictReader(file)]
        self.assertIn("Fabrikam", names)


if __name__ == "__main__":
    unittest.main()
