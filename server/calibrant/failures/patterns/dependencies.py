"""How interpreters report a module that is not there.

Samples of Python 3.11, Node.js 20, jest 30, vitest 4, webpack 5, Go 1.19, Ruby 3.1, Perl 5.36.
"""

from collections.abc import Mapping

from calibrant.failures.distributions import distribution_of, is_own, of_python
from calibrant.failures.pattern import Pattern
from calibrant.model.issue import Kind

_INSTALL = "Install it where the step runs, or add it to the project's dependencies."
_OWN = (
    "It is the project's own: run the command in the project's folder, install the project where the step runs, "
    "or name the folder that holds it in PYTHONPATH."
)
_GONE = "This Python does not have it: use another version or build of Python, or a package that takes its place."


def python_module(groups: Mapping[str, str]) -> Mapping[str, str]:
    """Return which distribution brings a module, whether it is the project's own, and what to do."""
    module = groups.get("module", "")
    package = distribution_of(module)
    first, dotted, _ = module.partition(".")
    if is_own(module):
        return {"package": "", "own": "yes", "advice": _OWN}
    if of_python(module):
        return {"package": "", "own": "", "advice": _GONE}
    if package.replace("-", "_").lower() == first.lower():
        there = f"‘{first}’ itself is there: check the module's name, and which version of ‘{package}’ is installed."
        return {"package": package, "own": "", "advice": there if dotted else _INSTALL}
    advice = f"Install ‘{package}’, which brings it, where the step runs, or add that to the project's dependencies."
    return {"package": package, "own": "", "advice": advice}


def own_module(_groups: Mapping[str, str]) -> Mapping[str, str]:
    """Say that a module is the project's own."""
    return {"package": "", "own": "yes", "advice": _OWN}


def node_module(groups: Mapping[str, str]) -> Mapping[str, str]:
    """Return the package of a module (`@a/b/c` → `@a/b`), or that it is a file of the project's own."""
    module = groups.get("module", "")
    if module.startswith((".", "/", "~", "#")) or module[1:3] == ":\\":
        advice = "It is a file of the project: correct its path, or build what makes it first."
        return {"package": "", "own": "yes", "advice": advice}
    parts = module.split("/")
    package = "/".join(parts[:2] if module.startswith("@") else parts[:1]).removeprefix("node:")
    advice = f"Install the project's packages where the step runs, or add it: ‘npm install {package}’."
    return {"package": package, "own": "", "advice": advice}


PATTERNS: tuple[Pattern, ...] = (
    Pattern(
        name="python-own-module",
        regex=(
            r"^(?: {2}File \")?(?![^\n]{0,300}site-packages)(?:[^\"\n:]{0,200}/)?(?P<module>[A-Za-z_]\w{0,60})/"
            r"[^\"\n:/]{1,100}\.py\"?(?:, line |:)\d{1,6}(?:, |: )in [^\n]{1,100}\n(?:[^\n]{0,300}\n){1,12}?"
            r"(?:E {1,8})?ModuleNotFoundError: No module named '(?P=module)'$"
        ),
        kind=Kind.RUNTIME,
        code="python-missing-dep",
        confidence=0.975,
        message="The project's own Python module ‘{module}’ cannot be found from where this step runs.",
        hint="{advice}",
        subject="{module}",
        shared=True,
        more=own_module,
        matching=(
            (
                'Traceback (most recent call last):\n  File "/home/user/p/src/app/main.py", line 1, in <module>\n'
                "    from app.util import x\nModuleNotFoundError: No module named 'app'"
            ),
            "src/app/cli.py:1: in <module>\n    from app.util import x\nE   ModuleNotFoundError: No module named 'app'",
        ),
        non_matching=(
            (
                'Traceback (most recent call last):\n  File "/home/user/p/y.py", line 1, in <module>\n'
                "    import yaml2; import yaml\n    ^^^^^^^^^^^^\nModuleNotFoundError: No module named 'yaml2'"
            ),
        ),
    ),
    Pattern(
        name="python-missing-module",
        regex=r"^(?:E {1,8}|Error: )?ModuleNotFoundError: No module named '(?P<module>[^'\n]{1,200})'",
        kind=Kind.RUNTIME,
        code="python-missing-dep",
        confidence=0.97,
        message="The Python module ‘{module}’ is not installed where this step runs.",
        hint="{advice}",
        subject="{module}",
        shared=True,
        more=python_module,
        matching=(
            (
                'Traceback (most recent call last):\n  File "/home/user/p/y.py", line 1, in <module>\n'
                "    import yaml2; import yaml\n    ^^^^^^^^^^^^\nModuleNotFoundError: No module named 'yaml2'"
            ),
            "tests/test_a.py:1: in <module>\n    import app\nE   ModuleNotFoundError: No module named 'app'",
            "ModuleNotFoundError: No module named 'json.decoder.x'; 'json.decoder' is not a package",
        ),
        non_matching=("except ModuleNotFoundError: pass", "No module named 'requests'"),
    ),
    Pattern(
        name="python-missing-main-module",
        regex=r"^(?:[^\s:]{0,200}/)?python[\d.]{0,8}: No module named '?(?P<module>[\w.]{1,200})'?$",
        kind=Kind.RUNTIME,
        code="python-missing-dep",
        confidence=0.97,
        message="The Python module ‘{module}’ is not installed where this step runs.",
        hint="{advice}",
        subject="{module}",
        shared=True,
        more=python_module,
        matching=("/usr/bin/python3: No module named pytst", "/usr/local/bin/python3.11: No module named build"),
        non_matching=("my python: No module", "ruby: No module named x"),
    ),
    Pattern(
        name="node-missing-module",
        regex=(
            r"^ {0,2}(?:Uncaught |Caused by: |Exception during run: )?(?:\[?Error|Error \[ERR_MODULE_NOT_FOUND\]|"
            r"Module not found: Error)"
            r": (?:Cannot find (?:module|package)|Can't resolve) '(?P<module>[^'\n]{1,300})'"
        ),
        kind=Kind.RUNTIME,
        code="node-missing-dep",
        confidence=0.97,
        message="The JavaScript module ‘{module}’ cannot be found.",
        hint="{advice}",
        subject="{module}",
        shared=True,
        more=node_module,
        matching=(
            "Error: Cannot find module 'express2'\nRequire stack:\n- /home/user/n/a.cjs",
            "Error [ERR_MODULE_NOT_FOUND]: Cannot find package 'chalk2' imported from /home/user/n/b.mjs",
            "ERROR in ./b.mjs 1:0-16\nModule not found: Error: Can't resolve 'chalk2' in '/home/user/n'",
            " FAIL  b.spec.mjs [ b.spec.mjs ]\nError: Cannot find package 'left-padx' imported from /home/user/n/j/b.spec.mjs",
        ),
        non_matching=(
            "t.ts(1,15): error TS2307: Cannot find module 'express3' or its corresponding type declarations.",
            'npm error Missing script: "tset"',
        ),
    ),
    Pattern(
        name="jest-missing-module",
        regex=r"^ {1,8}Cannot find module '(?P<module>[^'\n]{1,300})' from '(?P<file>[^'\n]{1,300})'",
        kind=Kind.RUNTIME,
        code="node-missing-dep",
        confidence=0.97,
        message="The JavaScript module ‘{module}’, which {file} asks for, cannot be found.",
        hint="{advice}",
        subject="{module}",
        shared=True,
        more=node_module,
        matching=(
            "FAIL ./a.test.js\n  ● a\n\n    Cannot find module 'left-padx' from 'a.test.js'\n\n    > 1 | test('a')",
        ),
        non_matching=("Cannot find module 'left-padx' is what it says",),
    ),
    Pattern(
        name="bundler-missing-module",
        regex=r"(?:Could not resolve|failed to resolve import) \"(?P<module>[^\"\n]{1,300})\"",
        kind=Kind.RUNTIME,
        code="node-missing-dep",
        confidence=0.97,
        message="The JavaScript module ‘{module}’ cannot be found.",
        hint="{advice}",
        subject="{module}",
        more=node_module,
        matching=(
            '✘ [ERROR] Could not resolve "reactx"\n\n    a.js:1:14:',
            '[vite]: Rolldown failed to resolve import "reactx" from "/home/user/project/a.js".',
        ),
        non_matching=("Could not resolve host: x",),
    ),
    Pattern(
        name="go-missing-module",
        regex=r"no required module provides package (?P<module>[^\s;:]{1,200})",
        kind=Kind.RUNTIME,
        code="missing-dep",
        confidence=0.97,
        message="The Go package ‘{module}’ is not among the module's requirements.",
        hint="Add it with ‘go get {module}’.",
        subject="{module}",
        shared=True,
        matching=(
            "main.go:2:8: no required module provides package github.com/a/b; to add it:\n\tgo get github.com/a/b",
        ),
        non_matching=("go: downloading github.com/a/b v1.0.0",),
    ),
    Pattern(
        name="ruby-missing-gem",
        regex=(
            r"(?:`|')require(?:_relative)?': cannot load such file -- (?P<module>[^\s(]{1,200}) \(LoadError\)|"
            r"^Could not find (?P<gem>[\w-]{1,100})-\d[\w.]{0,20}(?:, [^\n]{1,300})? in "
            r"(?:any of the sources|locally installed gems)"
        ),
        kind=Kind.RUNTIME,
        code="missing-dep",
        confidence=0.96,
        message="The Ruby library ‘{module}{gem}’ is not installed where this step runs.",
        hint="Add it to the Gemfile and run ‘bundle install’, then call the program through ‘bundle exec’.",
        subject="{module}{gem}",
        shared=True,
        matching=(
            (
                "<internal:/usr/lib/ruby/vendor_ruby/rubygems/core_ext/kernel_require.rb>:85:in `require': "
                "cannot load such file -- nokogirix (LoadError)\n\tfrom -e:1:in `<main>'"
            ),
        ),
        non_matching=("Could not locate Gemfile",),
    ),
    Pattern(
        name="perl-missing-module",
        regex=r"^Can't locate [\w/]{1,200}\.pm in @INC \(you may need to install the (?P<module>[\w:]{1,200}) module\)",
        kind=Kind.RUNTIME,
        code="missing-dep",
        confidence=0.97,
        message="The Perl module ‘{module}’ is not installed where this step runs.",
        hint=_INSTALL,
        subject="{module}",
        shared=True,
        matching=(
            "Can't locate Foo/Bar.pm in @INC (you may need to install the Foo::Bar module) (@INC contains: /etc/perl)",
        ),
        non_matching=("BEGIN failed--compilation aborted at -e line 1.",),
    ),
)
