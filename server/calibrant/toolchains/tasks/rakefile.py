"""The tasks of a Rakefile (https://ruby.github.io/rake/doc/rakefile_rdoc.html), as far as they are plain to see."""

import re
from collections.abc import Iterator

from calibrant.model.toolchain import Tasks
from calibrant.toolchains.ecosystem import Folder, Runner
from calibrant.toolchains.tasks.listing import MAX_TEXT, Listed, listed, tasks

NAMES = ("rakefile", "Rakefile", "rakefile.rb", "Rakefile.rb")
_WORD = r"(?::([A-Za-z_]\w{0,200}[?!]?)|['\"]([^'\"#{}\s]{1,200})['\"]|([A-Za-z_]\w{0,200}):(?!:))"
_TASK = re.compile(rf"(?:multitask|task|file|directory)[ \t(]{{1,20}}{_WORD}")
_DEFINED = re.compile(r"(?:multitask|task|file|rule|directory)\b(?![ \t]{0,20}[=.])")
_NAMESPACE = re.compile(rf"namespace[ \t(]{{1,20}}{_WORD}[ \t)]{{0,20}}do\b")
_CLASS = re.compile(
    r"(Rake::TestTask|Minitest::TestTask|RSpec::Core::RakeTask|RuboCop::RakeTask|RDoc::Task|YARD::Rake::YardocTask)\."
    r"(?:new|create)\b(?:[ \t(]{1,20}(?::([A-Za-z_]\w{0,200})|['\"]([^'\"]{1,200})['\"]))?"
)
_MADE = {
    "Rake::TestTask": ("test",),
    "Minitest::TestTask": ("test", "test:cmd", "test:isolated", "test:slow", "test:deps"),
    "RSpec::Core::RakeTask": ("spec",),
    "RuboCop::RakeTask": ("rubocop", "rubocop:autocorrect", "rubocop:autocorrect_all", "rubocop:auto_correct"),
    "RDoc::Task": ("rdoc", "rdoc:coverage", "clobber_rdoc", "rerdoc"),
    "YARD::Rake::YardocTask": ("yard",),
}
_REQUIRED = {
    "rake": (),
    "rake/testtask": (),
    "minitest/test_task": (),
    "rspec/core/rake_task": (),
    "rubocop/rake_task": (),
    "rdoc/task": (),
    "yard": (),
    "bundler": (),
    "bundler/setup": (),
    "rake/clean": ("clean", "clobber"),
    "bundler/gem_tasks": (
        *("build", "build:checksum", "clean", "clobber", "install", "install:local", "release"),
        *("release:guard_clean", "release:rubygem_push", "release:source_control_push"),
    ),
}
_REQUIRE = re.compile(r"require[ \t(]{1,20}['\"]([^'\"]{1,200})['\"]")
_UNCERTAIN = re.compile(
    r"\b(?:import|load|require_relative|load_tasks|define_task|each|each_with_index|map|times|eval|instance_eval|send|public_send|"
    r"install_tasks|rule|load_rakefile|autoload|define_method)\b"
)
_OPENS = re.compile(
    r"^(?:if|unless|case|while|until|for|def|class|module|begin)\b|\bdo[ \t]{0,20}(?:\|[^|]{0,200}\|)?[ \t]{0,20}$"
)
_LONGEST_LINE = 1_000
_DEEPEST = 50
"""Blocks in blocks up to which a file is read: every line is looked at with all that it stands in."""


def rake_tasks(text: str) -> Listed:
    """Return the tasks of a Rakefile; whatever is not plain to see may bring others."""
    names: list[str] = []
    whole = len(text) <= MAX_TEXT
    spaces: list[str] = []  # the namespace that each open block is, empty for another block
    for raw in text[:MAX_TEXT].split("\n"):
        line = raw.strip()[:_LONGEST_LINE]
        if not line or line.startswith("#"):
            continue
        if line in ("__END__", "=begin") or line.startswith("<<"):
            whole = False
        prefix = "".join(f"{space}:" for space in spaces if space)
        found, certain = _line(line)
        names.extend(prefix + name for name in found)
        whole = whole and certain
        if len(spaces) > _DEEPEST:
            whole = False
            break
        if re.match(r"end\b", line):
            spaces[-1:] = []
        elif namespace := _NAMESPACE.match(line):
            spaces.append(next(word for word in namespace.groups() if word))
        elif _OPENS.search(_code(line)) and not re.search(r"\bend\b", line):
            spaces.append("")
    return listed((*names, *(["default"] if "default" in names else [])), whole=whole and not spaces)


def _line(line: str) -> tuple[list[str], bool]:
    """Return the tasks that a line makes, and whether it certainly makes no others."""
    required = _REQUIRE.match(line)
    if required:
        return list(_REQUIRED.get(required[1], ())), required[1] in _REQUIRED
    task, made = _TASK.match(line), _CLASS.search(line)
    if task:
        return [next(word for word in task.groups() if word)], True
    if made:
        given = made[2] or made[3]
        usual = _MADE[made[1]]
        first = usual[0]
        return [given + name.removeprefix(first) if given and name.startswith(first) else name for name in usual], True
    return [], not (
        _UNCERTAIN.search(_code(line)) or _DEFINED.match(line) or re.search(r"RakeTask|Rake::|Task\.new", line)
    )


def _code(line: str) -> str:
    """Return a line without its texts and its comment."""
    return re.sub(r"'[^'\n]{0,500}'|\"[^\"\n]{0,500}\"|(?<=\s)#.{0,2000}$", "", line).rstrip()


def detect(folder: Folder) -> Iterator[Tasks]:
    """Yield the tasks of a folder's Rakefile; others may lie in files that are named in its settings."""
    name = folder.first(*NAMES)
    if name:
        found = rake_tasks(folder.read(name))
        # Rails and others load what lies in these folders.
        yield tasks(
            "rake",
            folder,
            name,
            Listed(found.names, found.whole and not folder.has("lib/tasks") and not folder.has("rakelib")),
        )


RUNNER = Runner("rake", NAMES, detect)
