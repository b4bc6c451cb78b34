"""The programs whose commands are understood, and how their arguments are written (each one's own documentation)."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from calibrant.rules.commands.arguments import Program, program

_PIP = program(
    "-e --editable -t --target --prefix --root -i --index-url --extra-index-url -f --find-links --platform --python-version"
    " --implementation --abi --src --progress-bar --timeout --retries --proxy --trusted-host --cert --log --cache-dir"
    " --config-settings -C --global-option --only-binary --no-binary --upgrade-strategy --use-feature --report --python"
    " --build-constraint --group --exists-action --client-cert --keyring-provider",
    files="-r --requirement -c --constraint",
    known=True,
)
_UV = program(
    "-p --python --with --with-editable --with-requirements --extra --no-extra --group --no-group --only-group --package"
    " --env-file --index --default-index -i --index-url --extra-index-url -f --find-links --config-file --cache-dir"
    " --resolution --prerelease --link-mode --config-setting --color -P --upgrade-package --refresh-package -e --editable"
    " --no-install-package --index-strategy --keyring-provider --exclude-newer --target --prefix --python-preference",
    folder="--project --directory",
    files="-r --requirement --requirements -c --constraint --constraints",
    known=True,
    runs="run",
)
_NPM = program(
    "-w --workspace --registry --tag --omit --include --loglevel --cache --userconfig --globalconfig --script-shell"
    " --install-strategy --otp --before --location --access --scope --fetch-retries --fetch-timeout --maxsockets",
    "-s --silent --if-present --ignore-scripts --legacy-peer-deps --strict-peer-deps --force -f --prefer-offline --offline"
    " --production --global -g --save-dev -D --save -S --save-exact -E -d -dd -ddd --quiet -q --workspaces -ws --verbose"
    " --include-workspace-root -iwr --unsafe-perm --foreground-scripts --audit --fund --progress --dry-run --yes -y --json"
    " --package-lock-only --prefer-dedupe --prefer-online",
    "--prefix -C",
)
_PNPM = program(
    "-F --filter --filter-prod --reporter --loglevel --store-dir --registry --network-concurrency --workspace-concurrency"
    " --child-concurrency --virtual-store-dir --lockfile-dir --modules-dir --config --resume-from --test-pattern",
    "-r --recursive --frozen-lockfile --prefer-offline --offline --ignore-scripts -P --prod -D --dev --silent -s --stream"
    " --aggregate-output --parallel --if-present -w --workspace-root --force --shamefully-hoist --strict-peer-dependencies"
    " --prefer-frozen-lockfile --fix-lockfile -g --global --lockfile-only --include-workspace-root --bail --sort --color"
    " --ignore-workspace",
    "-C --dir",
    runs="run run-script exec dlx",
)
_YARN = program(
    "--registry --cache-folder --modules-folder --network-timeout --network-concurrency --mutex --use-yarnrc --mode",
    "--frozen-lockfile --immutable --immutable-cache --check-cache --pure-lockfile --production --prefer-offline --offline"
    " --ignore-scripts --ignore-engines --non-interactive --silent -s --verbose --force --inline-builds --check-files"
    " --ignore-optional --ignore-platform --refresh-lockfile --json --flat --har --skip-integrity-check",
    "--cwd",
    runs="run exec dlx node",
)
_BUN = program(
    "--registry --cache-dir --backend --omit --filter -c --config --env-file --preload -r --shell",
    "--frozen-lockfile --production -p --ignore-scripts --silent --verbose --bun -b --force -f -y --yarn --watch --hot",
    "--cwd",
    runs="run x",
)
_MAKE = program(
    "-I --include-dir -o --old-file --assume-old -W --what-if --new-file --assume-new --eval",
    folder="-C --directory",
    files="-f --file --makefile",
    known=True,
)
_GRADLE = program(
    "-x --exclude-task -I --init-script -c --settings-file -g --gradle-user-home --max-workers --console --warning-mode"
    " --tests --project-cache-dir --include-build -F --dependency-verification --priority --write-locks --update-locks",
    "-q --quiet -s --stacktrace -S --full-stacktrace -i --info -d --debug -w --warn --daemon --parallel --build-cache"
    " --scan --continue --offline --rerun-tasks --refresh-dependencies --configuration-cache --profile --stop --status"
    " --configure-on-demand -m --dry-run -U -a -t --continuous --rerun -h --help -v --version",
    "-p --project-dir",
    "-b --build-file",
)
_MAVEN = program(
    "-P --activate-profiles -pl --projects -T --threads -s --settings -gs --global-settings -t --toolchains -rf --resume-from"
    " -l --log-file -D --define -b --builder -gt --global-toolchains --color",
    "-ff -fae -fn -llr",
    files="-f --file",
    known=True,
)
_PYTHON = program("-X -W -c -m --check-hash-based-pycs", known=True, itself=True)

PROGRAMS: Final[Mapping[str, Program]] = MappingProxyType(
    {
        "pip": _PIP,
        "uv": _UV,
        "poetry": program(
            "--with --without --only -E --extras", folder="-C --directory -P --project", known=True, runs="run"
        ),
        "pdm": program(
            "-G --group -L --lockfile --with --without --venv --config", folder="-p --project", known=True, runs="run"
        ),
        "pipenv": program(
            "--python --categories --extra-pip-args --pypi-mirror -e -r -i --index", known=True, runs="run"
        ),
        "npm": _NPM,
        "pnpm": _PNPM,
        "yarn": _YARN,
        "bun": _BUN,
        "make": _MAKE,
        "just": program(
            "--set --shell --shell-arg --dotenv-path --dotenv-filename -E --chooser --color --command-color",
            "-n --dry-run -q --quiet -v --verbose --yes --highlight --unstable -u --unsorted -l --list --summary --evaluate",
            "-d --working-directory",
            "-f --justfile",
            itself=True,
        ),
        "tox": program(
            "-e --workdir --work-dir --result-json -x --override -n --runner --parallel-live -p --parallel --root -f -m -s"
            " --skip-missing-interpreters",
            files="-c --conf",
            known=True,
        ),
        "nox": program(
            "-s --session --sessions -t --tags -p --python --pythons -k --keywords -db --envdir -f --noxfile",
            known=True,
        ),
        "gradle": _GRADLE,
        "mvn": _MAVEN,
        "cargo": program(
            "-p --package --features -F --target --profile -j --jobs --bin --test --example --bench --exclude --color -Z"
            " --config --message-format --target-dir",
            folder="-C",
            files="--manifest-path",
            known=True,
        ),
        "go": program(
            "-run -timeout -tags -coverprofile -covermode -coverpkg -count -cpu -parallel -o -ldflags -gcflags -mod -modfile"
            " -bench -benchtime -p -shuffle -exec -vet -asmflags -skip -fuzz -fuzztime -outputdir -pkgdir -overlay",
            folder="-C",
            known=True,
            runs="run",
        ),
        "dotnet": program(
            "-c --configuration -f --framework -r --runtime -o --output -v --verbosity --filter -l --logger -s --source"
            " --results-directory --settings --collect --configfile -a --arch --os --project --test-adapter-path -d --diag",
            known=True,
        ),
        "bundle": program(
            "--jobs -j --retry --path --without --with --binstubs --standalone",
            files="--gemfile",
            known=True,
            runs="exec",
        ),
        "python": _PYTHON,
        "node": program(
            "-r --require --import --loader --experimental-loader -e --eval -p --print -C --conditions",
            known=True,
            itself=True,
        ),
        "bash": program("-o -O -c", known=True, itself=True),
    }
)
"""By the name that a call has them under; `python3`, `pip3`, `gradlew` and the like are called by another's name there."""
