"""References in scripts against what shells really do: where the rule is silent, the value comes out whole."""

import shutil
import subprocess

import pytest

from calibrant import connectors, dialects, rules
from calibrant.expressions.shell import quotings, variable

VALUE = """a  b"; echo 'x' `id` $(id) \\ * $HOME"""
SHELLS = [shell for shell in ("sh", "dash", "bash") if shutil.which(shell)]

SILENT = [
    "printf %s {{ v }}",
    'printf %s "{{ v }}"',
    "printf '%s' {{ v }}",
    "printf %s 'it'{{ v }}",
    "printf %s \\'{{ v }}\\'",
    'printf %s "it\'s {{ v }}"',
    'printf %s "a\\"{{ v }}"',
    "printf %s \\\\{{ v }}",
    'printf %s "\\\\{{ v }}"',
    "# don't\nprintf %s {{ v }}",
    "true # it's\nprintf %s {{ v }}",
    "printf %s a#it {{ v }}",
    "true \\\n# don't\nprintf %s {{ v }}",
    "(true)# don't\nprintf %s {{ v }}",
    "true;# don't\nprintf %s {{ v }}",
    "echo ${#HOME} > /dev/null; printf %s {{ v }}",
    "cat <<END\nit's {{ v }}\nEND",
    "cat <<-END\n\tit's {{ v }}\n\tEND",
    "cat <<'END'\nit's\nEND\nprintf %s {{ v }}",
    "cat <<\\END\nit's\nEND\nprintf %s {{ v }}",
    "cat <<A <<B\nx\nA\nit's {{ v }}\nB",
    "cat <<'A B'\nit's\nA B\nprintf %s {{ v }}",
    "cat <<END | cat\nit's\nEND\nprintf %s {{ v }}",
    'printf %s "$(printf %s {{ v }})"',
    'printf %s "$(printf %s "{{ v }}")"',
    "printf %s \"$(echo 'it' | cat) {{ v }}\"",
    'printf %s "$(# don\'t\nprintf %s {{ v }})"',
    "case a in a) printf %s {{ v }};; esac",
    "case a in (a) printf %s {{ v }};; esac",
    "case a in 'a') printf %s \"{{ v }}\";; esac; true '(' ",
    'printf %s "$(case a in a) printf %s {{ v }};; esac)"',
    "printf %s \"$(case a in a) echo 'it';; esac) {{ v }}\"",
    "f() { printf %s {{ v }}; }; f",
    "printf %s {{ v }} 2>&1",
    'x={{ v }}; printf %s "$x"',
    "printf %s \"`echo 'it'` {{ v }}\"",
    'printf %s "$((1 + (2))) {{ v }}"',
]
TOLD = [
    "printf %s '{{ v }}'",
    "printf %s 'a \"{{ v }}\" b'",
    "printf %s 'a\\\\{{ v }}'",
    "cat <<'END'\n{{ v }}\nEND",
    'cat <<"END"\n{{ v }}\nEND',
    "cat <<\\END\n{{ v }}\nEND",
    "cat <<-'END'\n\t{{ v }}\n\tEND",
    "printf %s \"$(printf %s '{{ v }}')\"",
    "printf %s \"`printf %s '{{ v }}'`\"",
    "printf %s \"$(case a in a) printf %s '{{ v }}';; esac)\"",
    "cat <<END\n$(printf %s '{{ v }}')\nEND",
    "printf %s \\{{ v }}",
    'printf %s "\\{{ v }}"',
    "cat <<END\n\\{{ v }}\nEND",
    'printf %s "${{ v }}"',
    "# it's\nprintf %s '{{ v }}'",
]
BASH_SILENT = ["printf %s $'it\\'s'{{ v }}", "printf %s $'a\\\\'{{ v }}", "cat <<<{{ v }}"]
BASH_TOLD = ["printf %s $'it\\'s {{ v }}'", "printf %s $'{{ v }}'"]


def written(script: str, *, bash: bool = False) -> str | None:
    """Return the script as it is run, None where a place in it has no variable."""
    parts: list[str | None] = []
    for at, part in enumerate(script.split("{{ v }}")):
        parts += [None, part] if at else [part]
    places = iter(quotings(parts, bash=bash))
    out = [part if part is not None else variable("X", next(places)) for part in parts]
    return None if None in out else "".join(part for part in out if part is not None)


def output(shell: str, script: str) -> str:
    ran = subprocess.run(
        [shell, "-c", script], env={"PATH": "/usr/bin:/bin", "X": VALUE, "HOME": "/h"}, capture_output=True, timeout=20
    )
    return ran.stdout.decode()


def told(script: str, shell: str) -> bool:
    block = "\n".join("      " + line for line in script.split("\n"))
    text = f"inputs: {{v: {{sample: x}}}}\nsteps:\n  - id: a\n    shell: {shell}\n    run: |\n{block}\n"
    workflow = dialects.read("a.workflow.yaml", text.replace("{{ v }}", "{{ inputs.v }}"))
    assert workflow is not None
    return "unsafe-interpolation" in {one.code for one in rules.check(workflow, connectors.specs()).findings}


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("script", SILENT)
def test_where_the_rule_is_silent_the_value_comes_out_whole(script: str, shell: str) -> None:
    assert not told(script, shell if shell == "bash" else "sh")
    run = written(script)
    assert run is not None
    assert VALUE in output(shell, run)


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("script", TOLD)
def test_where_it_speaks_no_variable_would_be_replaced(script: str, shell: str) -> None:
    assert told(script, shell if shell == "bash" else "sh")
    assert VALUE not in output(shell, script.replace("{{ v }}", "${X}"))


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize("script", BASH_SILENT)
def test_words_of_bash_alone(script: str) -> None:
    run = written(script, bash=True)
    assert run is not None
    assert not told(script, "bash")
    assert VALUE in output("bash", run)


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
@pytest.mark.parametrize("script", BASH_TOLD)
def test_where_bash_alone_replaces_nothing(script: str) -> None:
    assert told(script, "bash")
    assert VALUE not in output("bash", script.replace("{{ v }}", "${X}"))
