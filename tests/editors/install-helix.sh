#!/usr/bin/env bash
# Puts a Helix that the tests can drive into the cache as `bin/hx`: the system's own, else Debian's newest beside it. The status is
# not 0 where none can be had, and stderr says why.
set -euo pipefail
# shellcheck source=tests/editors/from-debian.sh
. "$(dirname "$0")/from-debian.sh"

works() { # PROGRAM
  "$1" --version 2>/dev/null | grep -q '^helix 2[5-9]\.'
}

launcher() { # ROOT
  cat <<EOF
#!/bin/sh
HELIX_RUNTIME='$1/usr/lib/hx/runtime' exec '$1/usr/lib/hx/hx' "\$@"
EOF
}

if own=$(command -v hx) && works "$own"; then
  mkdir -p "$cache/bin"
  ln -sfn "$own" "$cache/bin/hx"
elif ! works "$cache/bin/hx"; then
  from_debian helix hx usr/lib/hx/hx hx 'none'
fi
