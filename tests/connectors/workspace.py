"""Builds a folder of real files: workbook, CSV, JSON, mailboxes, database."""

import sqlite3
from datetime import date
from email.message import EmailMessage
from mailbox import Maildir, mbox
from pathlib import Path

import openpyxl
from openpyxl.styles import Font
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.table import Table


def build(folder: Path) -> Path:
    """Fill a folder and return it."""
    (folder / "data").mkdir()
    (folder / "data/orders.csv").write_text('id,item,amount\n1,tea,3\n2,"jam, red",5\n', encoding="utf-8")
    (folder / "data/orders.json").write_text('{"orders": [1, 2]}', encoding="utf-8")
    (folder / "notes.txt").write_text("first\nsecond\n", encoding="utf-8")
    workbook(folder / "report.xlsx")
    messages(folder / "inbox.mbox")
    database(folder / "shop.db")
    broken(folder / "broken")
    return folder


def workbook(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Sheet1"
    sheet.append(["Subject", "From", "Received"])
    sheet.append(["Disk full", "ana", date(2024, 5, 1)])
    sheet["A2"].font = Font(bold=True)
    sheet["C2"].number_format = "DD.MM.YYYY"
    urgent = book.create_sheet("UrgentEmails")
    for row in (["Subject", "Count"], ["Fire", 2], ["Flood", 3.5]):
        urgent.append(row)
    urgent["D8"] = "note"
    urgent.add_table(Table(displayName="Alarms", ref="A1:B3"))
    book.create_sheet("Empty")
    book.defined_names["Summary"] = DefinedName("Summary", attr_text="Sheet1!$A$1:$B$2")
    book.save(path)
    book.close()


def message(subject: str, day: int, text: str) -> EmailMessage:
    mail = EmailMessage()
    mail["From"] = "Ana Ünal <ana@example.com>"
    mail["To"] = "ops@example.com"
    mail["Subject"] = subject
    mail["Date"] = f"Wed, {day:02} May 2024 23:30:00 -0200"
    mail["Message-ID"] = f"<{day}@example.com>"
    mail.set_content(text)
    return mail


def messages(path: Path) -> None:
    box = mbox(path)
    box.add(message("URGENT: disk full ☃", 1, "The disk of the mail server is full.\n"))
    attached = message("Report", 2, "See the report.\n")
    attached.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="report.csv")
    box.add(attached)
    html = EmailMessage()
    html["Subject"] = "Newsletter"
    html.set_content(
        "<html><head><style>p{}</style></head><body><p>Hello <b>you</b></p><p>Bye</p></body></html>", "html"
    )
    box.add(html)
    box.close()


def maildir(path: Path) -> None:
    box = Maildir(path)
    box.add(message("One", 1, "first\n"))
    box.add(message("Two", 2, "second\n"))
    box.close()


def database(path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY, item TEXT, placed TEXT, price REAL);"
        "INSERT INTO orders VALUES (1, 'tea', '2024-05-01', 2.5), (2, 'jam', NULL, 4);"
        "CREATE TABLE customers (id INTEGER, name TEXT);"
        "CREATE VIEW cheap AS SELECT * FROM orders WHERE price < 3;"
    )
    connection.close()


def broken(folder: Path) -> None:
    """Fill a folder with files that are not what they should be."""
    folder.mkdir()
    (folder / "bad.json").write_text('{"a": 1,\n "b" 2}', encoding="utf-8")
    (folder / "empty.json").write_bytes(b"")
    (folder / "open.csv").write_text('a,b\n1,"two\n3,4\n', encoding="utf-8")
    (folder / "wide.csv").write_text("a,b\n1,2\n1,2,3\n", encoding="utf-8")
    (folder / "bad.yaml").write_text("a: [1, 2\nb: 3\n", encoding="utf-8")
    (folder / "latin.txt").write_bytes(b"caf\n\xe9\n")
    (folder / "picture.png").write_bytes(b"\x89PNG\0\0\0\xff")
    (folder / "old.xls").write_bytes(b"x")
    (folder / "renamed.xlsx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64))
    encrypted = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64) + "EncryptedPackage".encode("utf-16-le")
    (folder / "secret.xlsx").write_bytes(encrypted)
    (folder / "text.xlsx").write_text("not a workbook", encoding="utf-8")
    (folder / "zip.xlsx").write_bytes(b"PK\x05\x06" + bytes(18))
    (folder / "empty.xlsx").write_bytes(b"")
    (folder / "text.db").write_text("this is not a database at all, only a text" * 40, encoding="utf-8")
    (folder / "empty.db").write_bytes(b"")
    (folder / "mail.txt").write_text("Dear all,\n", encoding="utf-8")
    (folder / "empty.mbox").write_bytes(b"")
    (folder / "box").mkdir()
    (folder / "box/x").write_bytes(b"")
