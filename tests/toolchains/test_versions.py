import pytest

from calibrant.toolchains.go import read_module
from calibrant.toolchains.versions import excludes, newest, number_in


@pytest.mark.parametrize(
    ("asked", "out", "within"),
    [
        (">=3.11", ["3.10.9", "2.7", "3.9"], ["3.11", "3.11.0", "3.12.1", "4"]),
        (">=3.11.4", ["3.11.3", "3.10"], ["3.11", "3.11.4", "3.12"]),
        (">3.11", ["3.10"], ["3.11.2", "3.12"]),
        (">3.11.2", ["3.11.2"], ["3.11.3", "3.11"]),
        ("<3.12", ["3.12", "3.12.1", "4.0"], ["3.11.9", "3"]),
        ("<=3.11", ["3.12"], ["3.11.2", "3.10"]),
        (">=3.8,<4", ["3.7", "4.0"], ["3.8", "3.13.1"]),
        (">=3.8 <3.12", ["3.12.0", "3.7"], ["3.11"]),
        ("~=3.8", ["3.7", "4.1"], ["3.9"]),
        ("~=3.8.2", ["3.9", "3.8.1"], ["3.8.2", "3.8"]),
        ("^3.9", ["3.8", "4.0"], ["3.9", "3.14"]),
        ("^0.2", ["0.3", "0.1"], ["0.2.5"]),
        ("~3.11", ["3.12", "3.10"], ["3.11.9"]),
        ("==3.11.*", ["3.12", "3.10.1"], ["3.11", "3.11.7"]),
        ("3.11", ["3.12"], ["3.11.7"]),
        ("=3.10", ["3.11"], ["3.10.2"]),
        ("!=3.9.*", ["3.9.1"], ["3.10"]),
        (">=3.8,!=3.9.7", ["3.9.7"], ["3.9.8", "3.9"]),
        ("<3 || >=3.11", ["3.10"], ["2.7", "3.12"]),
        ("stable", [], ["1.2", ""]),
        ("", [], ["3.11"]),
        (">=", [], ["3.11"]),
        ("==3.11.*.4 or so", [], ["2.7"]),
    ],
)
def test_what_a_range_surely_leaves_out(asked: str, out: list[str], within: list[str]) -> None:
    assert [version for version in (*out, *within) if excludes(asked, version)] == out


def test_numbers_in_texts() -> None:
    assert number_in("go1.22.5") == "1.22.5"
    assert number_in("cpython-3.12.4-linux-x86_64", 1) == "3.12.4"
    assert number_in("python3", 1) == ""
    assert newest(["3.9.1", "3.12.0", "3.2"]) == "3.12.0"
    assert newest([]) == ""


def test_a_go_mod_is_read_line_by_line() -> None:
    module = read_module(
        'module "example.org/m" // name\ngo 1.21.0\nrequire(\n\ta.b/c v1.0.0 // indirect\n)\nreplace a.b/c v1.0.0 => ../c\n'
        "require d.e/f v2.0.0+incompatible\nexclude x.y/z v1.0.0\nretract [v1.0.0, v1.9.9]\ntool a.b/c/cmd\nrequire (\n\tg.h/i"
    )
    assert (module.name, module.go) == ("example.org/m", "1.21.0")
    assert module.needs == (("a.b/c", "v1.0.0"), ("d.e/f", "v2.0.0+incompatible"))
    assert module.replaced == {"a.b/c"}
