#!/usr/bin/env bash
# Puts an Emacs that the tests can drive (29 or newer, which has eglot) into the cache as `bin/emacs`: the system's own, else
# Debian's newest beside it. The status is not 0 where none can be had, and stderr says why.
set -euo pipefail
# shellcheck source=tests/editors/from-debian.sh
. "$(dirname "$0")/from-debian.sh"

works() { # PROGRAM
  "$1" -Q --batch --eval '(kill-emacs (if (and (>= emacs-major-version 29) (require (quote eglot) nil t)) 0 1))' >/dev/null 2>&1
}

launcher() { # ROOT
  local lisp=("$1"/usr/share/emacs/[0-9]*/lisp) programs=("$1"/usr/libexec/emacs/*/*/) memory
  memory=("${programs[0]}"emacs-*.pdmp)
  cat <<EOF
#!/bin/sh
export EMACSLOADPATH='${lisp[0]}' EMACSPATH='${programs[0]}' EMACSDATA='${lisp[0]%lisp}etc' EMACSDOC='${lisp[0]%lisp}etc'
exec '$1/usr/bin/emacs-nox' --dump-file='${memory[0]}' "\$@"
EOF
}

if own=$(command -v emacs) && works "$own"; then
  mkdir -p "$cache/bin"
  ln -sfn "$own" "$cache/bin/emacs"
elif ! works "$cache/bin/emacs"; then
  # Emacs compiles nothing in the tests, so it needs no compiler; only its library must be there.
  from_debian emacs emacs usr/bin/emacs-nox emacs-nox \
    'emacs-el|binutils.*|libbinutils|libc6-dev|libc-dev-bin|linux-libc-dev|libgcc-.*-dev|lib[a-z]*san[0-9]*|libitm1|libctf.*|libgprofng0|libsframe.*|install-info'
fi
