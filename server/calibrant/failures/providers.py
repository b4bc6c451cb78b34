"""What brings a program that is not there: its package, and what installs that."""

from collections.abc import Mapping

import msgspec


class Provider(msgspec.Struct, frozen=True):
    """Where a program comes from; `installer` is pip, npm, apt, gem, go, cargo or rustup."""

    installer: str
    package: str


_WORDS: Mapping[str, str] = {
    "pip": (
        "alembic ansible=ansible basedpyright ansible-lint ansible-playbook=ansible-core aws=awscli bandit black celery cfn-lint "
        "codespell conan coverage cookiecutter deptry detect-secrets django-admin=Django dvc fastapi=fastapi[standard] "
        "flake8 flask=Flask gitlint gunicorn hatch http=httpie hypercorn ipython isort jupyter=jupyterlab "
        "lint-imports=import-linter locust markdown-it=markdown-it-py meson mkdocs mypy nbqa=nbqa nox pdm pip-audit "
        "pip-compile=pip-tools pip-licenses pip-sync=pip-tools pipenv pipx poe=poethepoet poetry pre-commit "
        "py.test=pytest pylint pyrefly pyright pytest reuse ruff safety scrapy=Scrapy semgrep sphinx-build=sphinx sqlfluff "
        "streamlit tox twine ty uv uvicorn vulture yamllint yapf"
    ),
    "npm": (
        "ava astro biome=@biomejs/biome bun c8 commitlint=@commitlint/cli concurrently cross-env cypress "
        "depcruise=dependency-cruiser drizzle-kit esbuild eslint expo grunt=grunt-cli gulp=gulp-cli htmlhint http-server "
        "husky jasmine jest jshint knex lerna license-checker lint-staged markdownlint=markdownlint-cli mocha "
        "nest=@nestjs/cli netlify=netlify-cli newman next ng=@angular/cli nodemon nuxt=nuxt nx nyc oxlint parcel "
        "playwright=@playwright/test pnpm prettier prisma react-scripts rimraf rollup secretlint semantic-release "
        "sequelize=sequelize-cli serve stylelint svelte-check tap tap-spec ts-node tsc=typescript tsup tsx turbo typedoc "
        "typeorm vercel vite vitest vue-cli-service=@vue/cli-service vue-tsc webpack=webpack-cli wrangler xo yarn"
    ),
    "apt": (
        "add-apt-repository=software-properties-common ant autoconf automake bc bison bundle=bundler bzip2 cc=gcc ccache "
        "clang clang-format clang-tidy cmake column=bsdextrautils composer convert=imagemagick cppcheck curl dig=dnsutils "
        "docker=docker.io dot=graphviz doxygen envsubst=gettext-base expect ffmpeg file flex g++ gcc gdb gem=ruby git "
        "git-lfs go=golang-go gpg=gnupg gradle htop identify=imagemagick ip=iproute2 java=default-jre javac=default-jdk "
        "jq killall=psmisc ld=binutils lsb_release=lsb-release lsof lua=lua5.4 m4 make msgfmt=gettext mvn=maven "
        "mysql=default-mysql-client mysqldump=default-mysql-client nc=netcat-openbsd netcat=netcat-openbsd "
        "ninja=ninja-build node=nodejs npm=npm npx=npm openssl pandoc parallel patch pdflatex=texlive-latex-base "
        "pdftotext=poppler-utils perl pg_dump=postgresql-client pg_isready=postgresql-client php=php-cli "
        "ping=iputils-ping pip=python3-pip pip3=python3-pip pkg-config protoc=protobuf-compiler ps=procps "
        "psql=postgresql-client python=python-is-python3 python3 redis-cli=redis-tools redis-server rpm rsync ruby "
        "scp=openssh-client shellcheck socat sqlite3 ssh=openssh-client ssh-keygen=openssh-client strace sudo tmux tree "
        "unzip uuidgen=uuid-runtime valgrind vim wget xmllint=libxml2-utils xvfb-run=xvfb xz=xz-utils zip zstd"
    ),
    "gem": "brakeman cucumber fastlane jekyll puma rackup=rack rails rake rspec rubocop solargraph standardrb=standard steep",
    "go": (
        "dlv=github.com/go-delve/delve/cmd/dlv golangci-lint=github.com/golangci/golangci-lint/v2/cmd/golangci-lint "
        "goimports=golang.org/x/tools/cmd/goimports "
        "gosec=github.com/securego/gosec/v2/cmd/gosec gotestsum=gotest.tools/gotestsum "
        "govulncheck=golang.org/x/vuln/cmd/govulncheck staticcheck=honnef.co/go/tools/cmd/staticcheck"
    ),
    "cargo": "cargo-audit cargo-deny cargo-make cargo-nextest cargo-watch cross=cross just sqlx=sqlx-cli wasm-pack",
    "rustup": "cargo rustc rustfmt=rustfmt cargo-clippy=clippy cargo-fmt=rustfmt",
}
"""For each installer the programs that it brings; `program=package` where the package has another name."""


def _providers() -> dict[str, Provider]:
    out: dict[str, Provider] = {}
    for installer, words in _WORDS.items():
        for word in words.split():
            program, _, package = word.partition("=")
            out.setdefault(program, Provider(installer, package or program))
    return out


PROVIDERS: Mapping[str, Provider] = _providers()
"""Programs by name."""

_COMMANDS: Mapping[str, str] = {
    "pip": "python3 -m pip install {}",
    "npm": "npm install --save-dev {}",
    "apt": "apt-get install {}",
    "gem": "gem install {}",
    "go": "go install {}@latest",
    "cargo": "cargo install {}",
    "rustup": "rustup component add {}",
}


def provider_of(program: str) -> Provider | None:
    """Return what brings a program, by its name without folders; None where that is not known."""
    return PROVIDERS.get(program.rpartition("/")[2])


def command_of(provider: Provider) -> str:
    """Return the command that installs it, for people to read: nothing here runs it."""
    return _COMMANDS[provider.installer].format(provider.package)
