"""What the benchmark's workflows work on: their files, and a server on this machine."""

import json
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from mailbox import mbox
from pathlib import Path

BASES = Path(__file__).parent / "bases"
SECRETS = {
    "SMTP_PASSWORD": "ember-lantern-42",
    "STATUS_TOKEN": "harbour-violet-77",
    "BILLING_API_KEY": "meadow-copper-19",
    "MAIL_PASSWORD": "quartz-willow-08",
}
"""What the secrets of the workflows are set to in the environment."""

_PORT = "8099"
"""The port that stands in the workflows, and is changed to the server's."""

_ANSWERS: Mapping[str, object] = {
    "/services": {
        "data": {
            "services": [
                {"name": "shop", "watched": True},
                {"name": "mail", "watched": True},
                {"name": "wiki", "watched": False},
            ]
        },
        "total": 3,
    },
    "/health/shop": {"up": True, "service": {"name": "shop", "zone": "a"}},
    "/health/mail": {"up": True, "service": {"name": "mail", "zone": "b"}},
    "/owners/mail": {"owner": {"mail": "ana@northwind.io", "team": "post"}},
    "/billing/limits": {"limits": {"high": 200, "low": 10}, "currency": "EUR"},
}


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = _ANSWERS.get(self.path.partition("?")[0])
        body = json.dumps(found if found is not None else {"error": "not found"}).encode()
        self.send_response(404 if found is None else 200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name it has in the library
        pass


@contextmanager
def serving() -> Iterator[int]:
    """Answer requests of the workflows; gives the port."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def texts(port: int) -> dict[str, str]:
    """Return the valid workflows by file name, with the server's port in them."""
    paths = sorted(BASES.glob("*.workflow.*"))
    return {path.name: path.read_text(encoding="utf-8").replace(_PORT, str(port)) for path in paths}


def runs_here(text: str) -> bool:
    """Tell whether a workflow can be run on this machine: commands need the sandbox."""
    return "run:" not in text or shutil.which("bwrap") is not None


def furnish(folder: Path) -> None:
    """Make the files of every workflow below a folder, in one of its name for each."""
    for name, make in _FILES.items():
        (folder / name).mkdir(parents=True)
        make(folder / name)


def copy(files: Path, name: str, to: Path) -> None:
    """Make a workspace of its own for one case of the workflow of that file name."""
    shutil.copytree(files / name.partition(".")[0], to)
    (to / "calibrant.toml").touch()


def _mail_report(folder: Path) -> None:
    box = mbox(folder / "inbox.mbox")
    mails = [
        ("Ana <ana@northwind.io>", "Urgent: the printer burns"),
        ("Ben <ben@fabrikam.io>", "Lunch?"),
        ("Cai <cai@contoso.io>", "URGENT invoice"),
        ("Ana <ana@northwind.io>", "Still urgent"),
    ]
    for number, (sender, subject) in enumerate(mails, 1):
        date = f"Mon, 0{number} Jul 2024 09:00:00 +0000"
        box.add(f"From: {sender}\nTo: desk@northwind.io\nSubject: {subject}\nDate: {date}\n\nHello.\n".encode())
    box.close()
    _book(folder / "report.xlsx", UrgentMail=[("From", "Subject", "Received")], Notes=[("Day", "Note")])


def _order_report(folder: Path) -> None:
    rows = ("order,sku,pieces,customer", "1,a1,2,Northwind", "2,b2,10,Contoso", "3,a1,1,Contoso", "4,c3,40,Fabrikam")
    _write(folder / "data" / "orders.csv", "\n".join(rows) + "\n")
    articles = [{"sku": sku, "price": price} for sku, price in (("a1", 20), ("b2", 15.5), ("c3", 3))]
    _write(folder / "data" / "prices.json", {"catalogue": {"currency": "EUR", "articles": articles}})


def _crm_sync(folder: Path) -> None:
    _database(
        folder / "crm.db",
        "CREATE TABLE customer (email TEXT, name TEXT, plan TEXT, phone TEXT)",
        "CREATE TABLE visit (email TEXT, day TEXT)",
        "INSERT INTO customer (email, name, plan) VALUES ('ana@northwind.io', 'Northwind', 'gold'),"
        " ('ben@fabrikam.io', 'Fabrikam', 'free'), ('cai@contoso.io', 'Contoso', 'gold')",
    )
    people = [("email", "phone"), ("ana@northwind.io", "+49 30 1234"), ("dee@contoso.io", "+49 30 9876")]
    _book(folder / "contacts.xlsx", People=people, Offices=[("city", "street"), ("Kiel", "Hafen 1")])


def _inventory(folder: Path) -> None:
    for name, city, count in (("north", "Kiel", 3), ("south", "Ulm", 2), ("west", "Ulm", 1)):
        store = {"name": name, "address": {"city": city, "street": "Hafen 1"}}
        _write(folder / "stores" / f"{name}.json", {"store": store, "articles": [f"{name}{at}" for at in range(count)]})


def _metrics(folder: Path) -> None:
    loads = [("shop", "h1", "0.25"), ("shop", "h2", "0.75"), ("mail", "h3", "0.9"), ("wiki", "h1", "0.1")]
    points = [{"labels": {"service": service, "host": host}, "value": value} for service, host, value in loads]
    _write(folder / "data" / "metrics.json", {"series": {"points": points, "unit": "cpu"}})
    owners = [{"service": name, "owner": owner} for name, owner in (("shop", "ana"), ("mail", "ben"), ("wiki", "cai"))]
    _write(folder / "data" / "owners.json", {"owners": owners})


def _release(folder: Path) -> None:
    entries = [("fix", "The printer prints"), ("new", "Colours"), ("fix", "Umlauts are kept")]
    _write(
        folder / "changes.yaml",
        "entries:\n" + "".join(f"  - {{type: {kind}, title: {title}}}\n" for kind, title in entries),
    )
    _write(
        folder / "packages" / "app" / "build.py",
        "import json, sys\nprint(json.dumps({'build': {'artifact': f'app-{sys.argv[1]}.zip', 'seconds': 3}}))\n",
    )
    _write(
        folder / "checks" / "check_notes.py",
        "import sys\ntitles, count = sys.argv[1].split(','), int(sys.argv[2])\nassert len(titles) == count, titles\n",
    )


def _reminders(folder: Path) -> None:
    rows = (
        "number,customer,amount,state,due",
        "r1,Northwind,120.50,open,2024-05-02",
        "r2,Contoso,900.00,open,2024-04-20",
        "r3,Fabrikam,15.00,paid,2024-04-01",
        "r4,Contoso,310.00,open,2024-07-01",
    )
    _write(folder / "invoices.csv", "\n".join(rows) + "\n")
    _write(folder / "terms.txt", "Please pay within ten days.")


def _stock(folder: Path) -> None:
    articles = [("Article", "Pieces"), ("bolt", 2), ("nut", 40), ("gear", 1)]
    _book(folder / "stock.xlsx", Articles=articles, Summary=[("Name", "Value"), ("ordered", 0)])
    _database(
        folder / "stock.db",
        "CREATE TABLE source (sku TEXT, supplier TEXT, days INTEGER)",
        "CREATE TABLE purchase (sku TEXT, supplier TEXT)",
        "INSERT INTO source VALUES ('gear', 'Contoso', 3), ('bolt', 'Fabrikam', 5), ('nut', 'Contoso', 3)",
    )


def _survey(folder: Path) -> None:
    rows = ("name\tscore\tteam", "Ana\t5\tred", "Ben\t2\tblue", "Cai\t4\tblue", "\t3\tred")
    _write(folder / "answers.tsv", "\n".join(rows) + "\n")
    _write(folder / "profile.txt", {"title": "How are you", "year": 2024, "questions": ["name", "score"]})


_FILES: Mapping[str, Callable[[Path], None]] = {
    "mail_report": _mail_report,
    "order_report": _order_report,
    "crm_sync": _crm_sync,
    "status_watch": lambda _folder: None,
    "inventory": _inventory,
    "metrics": _metrics,
    "release": _release,
    "reminders": _reminders,
    "stock": _stock,
    "survey": _survey,
}


def _write(path: Path, content: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content, indent=1), encoding="utf-8")


def _book(path: Path, **sheets: Sequence[Sequence[object]]) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)


def _database(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        for statement in statements:
            connection.execute(statement)
