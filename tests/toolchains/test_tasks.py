"""What is read off task runners' files. The expected names were compared with what the tools themselves list.

That is: `make -pnrR` (GNU make 4.3), `just --dump` (1.59), `tox -a` and `tox config -e` (4.67), `nox -l --json` (2026.10) and
`rake -P`.
"""

from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calibrant.toolchains import survey
from calibrant.toolchains.calls import quoted_path
from calibrant.toolchains.gradle_script import included, read_script
from calibrant.toolchains.tasks import justfile, makefile, nox, rakefile, tox
from calibrant.toolchains.tasks.listing import Listed
from toolchains.memory import MemoryFiles, MemoryMachine

MAKEFILES = {
    "plain": (".PHONY: all test\nall: test\ntest:\n\techo hi: there\nlint: ; ruff check\n", "all test lint", True),
    "a variable": ("NAME := app\nV ?= 1\n$(NAME): main.c\n\tcc $<\nexport FOO = a:b\n", "app", True),
    "a variable that is not plain": ("N ?= app\n$(N):\n\tcc\ntest:\n", "test", False),
    "given twice": ("N = a\nN = b\n$(N):\n\tcc\n", "", False),
    "either branch": ("ifeq ($(OS),X)\nwin:\n\techo\nelse\nunix:\n\techo\nendif\n", "win unix", True),
    "a pattern": ("%.o: %.c\n\tcc\nall: a.o\n", "all", False),
    "a static pattern": ("OBJS = a.o b.o\n$(OBJS): %.o: %.c\n\tcc\n", "a.o b.o", True),
    "suffixes": (".c.o:\n\tcc\nall:\n", "all", False),
    "a text": ('define HELP\nnot: one\nendef\nhelp:\n\t@echo "$$HELP"\n', "help", True),
    "a text that never ends": ("a:\ndefine X\nb:\n", "a", False),
    "continued": ("A = 1 \\\n  2: 3\nfoo: \\\n  bar\n\techo\nbar:\n", "foo bar", True),
    "comments": ("# x: y\nfoo: # a: b\n\techo # c: d\n", "foo", True),
    "a variable of a target": ("foo: CFLAGS = -O2\nfoo: bar\nonly: X := 1\nbar:\n", "foo bar", True),
    "grouped": ("a.h a.c &: x.y\n\tyacc\nx.y:\n", "a.h a.c x.y", True),
    "phony only": (".PHONY: docs\n", "docs", True),
    "indented": ("  one: foo\n\techo\ntwo :\n\techo\n", "one two", True),
    "a condition in a recipe": ("test:\nifdef X\n\techo x: y\nendif\nother:\n", "test other", True),
    "evaluated": ("$(eval x: ; echo)\ntest:\n", "test", False),
    "called": ("$(call rules,a,b)\ntest:\n", "test", False),
    "spoken": ("$(info hello: you)\ntest:\n", "test", True),
    "worked out": ("$(addprefix t-,$(PKGS)):\n\techo\ntest:\n", "test", False),
    "anything": (".DEFAULT:\n\techo\ntest:\n", "test", False),
    "included": ("include more.mk\ntest:\n", "one test", True),
    "included, not there": ("-include .env\ntest:\n", "test", False),
    "included by a pattern": ("include *.mk\ntest:\n", "test", False),
    "of another make": (".if defined(X)\n.endif\ntest:\n", "test", False),
    "half-typed": ("test:\n\techo\nlin", "test", False),
    "line ends of Windows": ("all: test\r\ntest:\r\n\techo\r\n", "all test", True),
}


@pytest.mark.parametrize(("text", "names", "whole"), MAKEFILES.values(), ids=MAKEFILES)
def test_targets(text: str, names: str, whole: bool) -> None:
    more = {"more.mk": "one:\n\techo\n"}
    assert makefile.targets(text, lambda name: more.get(name, "")) == Listed(tuple(names.split()), whole)


def test_a_makefile_that_includes_itself_ends() -> None:
    text = "include Makefile\ntest:\n"
    assert makefile.targets(text, lambda _: text) == Listed(("test",), False)


JUSTFILES = {
    "plain": (
        (
            "set shell := ['bash', '-c']\nx := '''\nfoo:\n  bar\n'''\nexport Y := \"1\"\nalias t := test\n\ndefault: test\n\n"
            "test *args='a:b': build\n  echo {{args}}\n\n@build:\n  echo\n\n[private]\n_hid:\n  echo\n\n# c: d\n[group('x')]\n"
            'lint a b="x":\n  echo\n'
        ),
        "t default test build _hid lint",
        True,
    ),
    "lines in quotes": (
        "foo := `echo\n hi`\nbar:\n  #!/usr/bin/env python\n  print('x')\n\n  print(2)\nbaz: bar && qux\nqux:\n",
        "bar baz qux",
        True,
    ),
    "values": (
        "x := if 'a' == 'b' { 'c' } else { 'd' }\n_x := 'q:'\nfoo x=('a' + 'b'):\n  echo \\\n  bar\n",
        "foo",
        True,
    ),
    "those above too": ("set fallback\na:\n", "a", False),
    "imported": ("import 'more.just'\na:\n", "one a", True),
    "imported, not there": ("import? 'x.just'\na:\n", "a", False),
    "a module": ("mod sub\na:\n", "sub a", False),
    "half-typed": ("a:\n  echo\nb x", "a", False),
}


@pytest.mark.parametrize(("text", "names", "whole"), JUSTFILES.values(), ids=JUSTFILES)
def test_recipes(text: str, names: str, whole: bool) -> None:
    more = {"more.just": "one:\n  echo\n"}
    assert justfile.recipes(text, lambda name: more.get(name, "")) == Listed(tuple(names.split()), whole)


@pytest.mark.parametrize(
    ("text", "names", "whole"),
    [
        (
            (
                "[tox]\nenvlist = py{310,311}-{a,b}, lint\n  docs\n[testenv]\ndeps =\n  a: x\n  cov: coverage\n"
                "[testenv:type]\n[testenv:x{1,2}]\n"
            ),
            "py310-a py310-b py311-a py311-b lint docs type x1 x2 a cov",
            True,
        ),
        ("[tox]\nenv_list =\n    lint # c\n    3.{11-13}\n[testenv]\ncommands = pytest\n", "lint 3.11 3.12 3.13", True),
        ("[testenv]\ncommands=pytest\n[testenv:foo]\n[testenv:bar-baz]\n", "py foo bar-baz", True),
        ("[tox]\nenvlist = {[base]envs}\n[testenv:foo]\n", "foo", False),
        ("[tox]\nenvlist = py{310,311\n[testenv:foo]\n", "311 foo", False),
    ],
)
def test_environments(text: str, names: str, whole: bool) -> None:
    found = tox.from_ini(text)
    assert found is not None
    assert found.whole is whole
    assert list(found.names) == names.split()


def test_environments_of_toml() -> None:
    found = tox.from_toml({"env_list": ["3.13", "lint"], "env": {"docs": {}}})
    assert {"lint", "docs", "3.13"} <= set(found.names)
    assert found.whole
    assert not tox.from_toml({"env_list": ["a", {"product": [["b"]]}]}).whole
    assert tox.from_ini("[tox\nx") is None
    assert len(tox.expanded("{a,b}" * 40)) == 1


@pytest.mark.parametrize(
    ("text", "names", "whole"),
    [
        (
            (
                "import nox\nP=['3.11','3.12']\n@nox.session\ndef lint(s): ...\n@nox.session(python=P)\ndef tests(s): ...\n"
                "@nox.session(name='type-check', python='3.12')\ndef tc(s): ...\n@nox.session(python=P[-1])\ndef q(s): ...\n"
            ),
            ["lint", "tests", "tests-3.11", "tests-3.12", "type-check", "q"],
            True,
        ),
        (
            (
                "import nox\n@nox.session(py=['3.11'])\n@nox.parametrize('dj',['1'])\n@nox.parametrize('a,b',[(1,'x')])\n"
                "def t(s,dj,a,b): ...\n"
            ),
            ["t", "t-3.11", "t-3.11(a=1, b='x', dj='1')"],
            True,
        ),
        ("import nox\n@nox.session(python=versions())\ndef t(s): ...\n", ["t"], False),
        ("import nox\nfor n in 'ab':\n    nox.session(name=n)(print)\n", [], False),
        ("from common import *\nimport nox\n@nox.session\ndef t(s): ...\n", ["t"], False),
        ("import beside\nimport nox\n@nox.session\ndef t(s): ...\n", ["t"], False),
        ("import nox\n@nox.session(name=N)\ndef t(s): ...\n", [], False),
        ("import nox\n@made\ndef t(s): ...\n", [], False),
    ],
)
def test_sessions(text: str, names: list[str], whole: bool) -> None:
    assert nox.sessions(text, ["beside"]) == Listed(tuple(names), whole)


def test_tasks_of_rake() -> None:
    text = (
        "require 'rake/testtask'\nRake::TestTask.new(:unit) do |t|\n  t.libs << 'test'\nend\ndesc 'x'\ntask default: [:test]\n"
        "task :lint, [:a] => :test do |t, args|\n  if true\n    puts 1\n  end\nend\nnamespace :db do\n  task :migrate do\n"
        "    puts 1\n  end\n  task 'seed' => :migrate\nend\ntask(:z)\nfile 'a.txt' => [] do\nend\n"
    )
    found = ("unit", "default", "lint", "db:migrate", "db:seed", "z", "a.txt")
    assert rakefile.rake_tasks(text) == Listed(found, True)
    assert not rakefile.rake_tasks("Rails.application.load_tasks\n").whole
    assert not rakefile.rake_tasks("%w[a b].each { |n| task n }\n").whole
    assert not rakefile.rake_tasks("require 'sinatra/activerecord/rake'\n").whole
    assert not rakefile.rake_tasks("namespace :db do\n  task :x\n").whole
    for odd in ("do\n", "namespace :a do\n task :b\n", "# " * 100, "'a' do\n"):
        assert not rakefile.rake_tasks("Rails\n" + odd * 100_000 + "task :x\n").whole


def test_a_gradle_script() -> None:
    groovy = read_script(
        "plugins {\n  id 'java'\n  id(\"com.diffplug.spotless\") version '6.0'\n}\n// task no\n"
        "java { toolchain { languageVersion = JavaLanguageVersion.of(17) } }\ntask hello { doLast { println 'x' } }\n"
        "tasks.register('docs', Copy) { }\ndependencies { testImplementation 'org.junit.jupiter:junit-jupiter:5.10.0' }\n"
    )
    assert groovy.plugins == ("java", "com.diffplug.spotless")
    assert (groovy.tasks, groovy.java) == (("hello", "docs"), "17")
    assert groovy.libraries == {"org.junit.jupiter:junit-jupiter"}
    assert {"compileJava", "spotlessCheck", "hello"} <= set(groovy.offered())
    assert not groovy.complete()
    kotlin = read_script(
        'plugins {\n    `java-library`\n    application\n    kotlin("jvm") version "2.0"\n}\n'
        "java.sourceCompatibility = JavaVersion.VERSION_1_8\nval docs by tasks.registering(Copy::class) { }\n"
    )
    assert kotlin.plugins == ("java-library", "application", "org.jetbrains.kotlin.jvm")
    assert (kotlin.tasks, kotlin.java) == (("docs",), "8")
    assert read_script("plugins { id 'java' }\nrepositories { mavenCentral() }\n").complete()
    assert not read_script("apply plugin: 'java'\nsubprojects { apply plugin: 'java' }\n").complete()
    assert read_script("plugins {\n  id 'java'\n  id 'war' apply false\n}\n").plugins == ("java",)
    assert included("include 'a', ':b:c'\ninclude(\"d\")\n// include 'e'\n") == ("a", "b/c", "d")


TEXTS = st.text(st.sampled_from("abc:=\\\n\t \"'`#${}()[]%.,-@|<>!&;0" + "é"), max_size=300) | st.text(max_size=200)
READERS = (
    makefile.targets,
    justfile.recipes,
    tox.from_ini,
    nox.sessions,
    rakefile.rake_tasks,
    read_script,
    included,
    tox.expanded,
)


@given(TEXTS)
@settings(deadline=None)
def test_no_text_raises(text: str) -> None:
    for read in READERS:
        read(text)
        read("include 'a'\nx: \\\n" + text + "\ntask(" + text)


@pytest.mark.parametrize(
    "piece", ["a", "(", "$(", "${a", "{", "'", '"', "\\", "a:", "/*", "//", "task ", "@", "\t", " ", "`", "a,"]
)
def test_long_texts_are_read_to_their_end(piece: str) -> None:
    for read in READERS:
        read(piece * (60_000 // len(piece)))


@given(
    TEXTS,
    st.sampled_from(["<a>", '{"scripts": {', '{"packages": {"": {', "importers:\n\n  .:\n", "# yarn\n"]),
)
@settings(deadline=None)
def test_no_manifest_or_lock_file_raises(text: str, before: str) -> None:
    """Whatever stands in the files that a survey of Node, Java and .NET reads."""
    files = _Texts(dict.fromkeys(_Texts.NAMES, before + text))
    found = survey(files, _Bare())
    assert {one.ecosystem for one in found.toolchains} <= {"node", "java", "dotnet"}


class _Texts:
    NAMES = (
        *(
            "package.json",
            "package-lock.json",
            "yarn.lock",
            "pnpm-lock.yaml",
            "bun.lock",
            "pnpm-workspace.yaml",
            ".nvmrc",
        ),
        *(
            "pom.xml",
            "core/pom.xml",
            "build.gradle",
            "settings.gradle",
            "a/package.json",
            "A.csproj",
            "B.sln",
            "C.slnx",
        ),
        *("global.json", "packages.lock.json", "Directory.Build.props", "tsconfig.json", ".tool-versions", "mise.toml"),
    )

    folder = "/w"

    def __init__(self, texts: dict[str, str]) -> None:
        self.texts = texts

    def names(self) -> list[str]:
        return ["a/", "core/", *self.texts]

    def closed(self) -> list[str]:
        return []

    def whole(self) -> bool:
        return True

    def read(self, path: str) -> str:
        return self.texts.get(path, "")

    def newer(self, one: str, other: str) -> bool:
        return False

    def holds(self, path: str) -> bool:
        return path in self.texts

    def listed(self, folder: str) -> list[str]:
        return []


class _Bare:
    environ: Mapping[str, str] = {"HOME": "/h"}

    def program(self, name: str) -> str:
        return ""

    def read(self, path: str) -> str:
        return ""

    def listed(self, folder: str) -> list[str]:
        return []


def test_paths_that_look_like_options_are_none() -> None:
    assert quoted_path("-p:x.sln") == "./-p:x.sln"
    assert quoted_path("--x y/...") == "'./--x y/...'"
    assert quoted_path("a.sln") == "a.sln"
    made = survey(MemoryFiles({"go.work": "go 1.22\nuse (\n\t-exec=x\n)\n"}), MemoryMachine({}, {}))
    assert [one.commands.test for one in made.toolchains] == ["go test ./-exec=x/..."]


def test_a_key_of_very_many_parts_is_not_read() -> None:
    made = survey(MemoryFiles({"Cargo.toml": "a." * 150_000 + "b = 1\n"}), MemoryMachine({}, {}))
    assert all(one.confidence < 0.9 for one in made.toolchains)
