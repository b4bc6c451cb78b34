"""Names of packages that projects declare, as they are compared."""

import pytest

from calibrant.toolchains import survey
from calibrant.toolchains.python.requirements import name_of
from toolchains.memory import MemoryFiles, MemoryMachine


@pytest.mark.parametrize(
    ("requirement", "name"),
    [
        ("requests", "requests"),
        ("Flask[async]>=3 ; python_version>'3'", "flask"),
        ("zope.interface~=6", "zope-interface"),
        ("typing_extensions (>=4)", "typing-extensions"),
        ("pip @ https://files.example/pip.whl", "pip"),
        ("git+https://git.example/x.git#egg=My_Name", "my-name"),
        ("https://files.example/a.whl", ""),
        ("./local", ""),
        ("local/dir", ""),
        ("-e .", ""),
        ("$(touch x)", ""),
        ("", ""),
        ("a" * 5_000, ""),
    ],
)
def test_names_of_requirements(requirement: str, name: str) -> None:
    assert name_of(requirement) == name


def packages(**files: str) -> set[str]:
    named = {name.replace("__", "/").replace("_dot_", "."): text for name, text in files.items()}
    return {name for one in survey(MemoryFiles(named), MemoryMachine()).toolchains for name in one.packages}


def test_all_manifests_of_a_python_project_count() -> None:
    assert packages(
        pyproject_dot_toml=(
            '[project]\nname="One"\ndependencies=["a>1", "one[x]"]\n[project.optional-dependencies]\nx=["b"]\n'
            '[dependency-groups]\ndev=["c", {include-group = "x"}]\n[tool.uv]\ndev-dependencies=["d"]\n'
            '[tool.poetry.dependencies]\npython="^3"\nE_e="1"\n[tool.poetry.group.dev.dependencies]\nf="1"\n'
            '[tool.pdm.dev-dependencies]\nt=["g"]\n[tool.hatch.envs.test]\ndependencies=["h"]\n'
        ),
        setup_dot_cfg="[options]\ninstall_requires =\n  i>=1\n  j\n[options.extras_require]\nt = k; l\n  m\n",
        setup_dot_py='setup(install_requires=["n", \'o\'], extras_require={"x": ["p"]})',
        requirements_dot_txt="q\n-r requirements/more.txt\n",
        requirements__more_dot_txt="r==1 --hash=sha256:0\n",
        requirements__other_dot_txt="s\n",
        Pipfile='[packages]\nt="*"\n[dev-packages]\nu={version="*"}\n',
        environment_dot_yml="dependencies:\n- python=3\n- conda-forge::v>=1\n- pip:\n  - w\n",
    ) == {*"abcd", "e-e", *"fghijkmnopqrstuvw", "x"}


def test_packages_of_other_ecosystems() -> None:
    assert packages(go_dot_mod="module m\nrequire a.b/c v1\n") == {"a.b/c"}
    assert packages(Cargo_dot_toml='[package]\nname="x"\n[dependencies]\na="1"\nb={package="real"}\n') == {"a", "real"}
    assert packages(Gemfile='source "x"\ngem "a"\n  gem("b")\n# gem "c"\n') == {"a", "b"}
