#!/usr/bin/env bash
# Puts a Neovim that the tests can drive (0.11 or newer) into the cache as `bin/nvim`: the system's own, else Debian's newest
# beside it. With `--luacheck` it puts luacheck there as `bin/luacheck`, which Debian's Neovim runs, whatever the system has. What
# was put there is printed. The status is not 0 where it cannot be had, and stderr says why.
set -euo pipefail
# shellcheck source=tests/editors/from-debian.sh
. "$(dirname "$0")/from-debian.sh"

works() { # PROGRAM
  case $1 in
    */luacheck) "$1" --version 2>&1 </dev/null | grep -q '^Luacheck' ;;
    *) [ "$("$1" --clean --headless -u NONE +'lua io.stdout:write(vim.fn.has("nvim-0.11"))' +qa 2>/dev/null </dev/null)" = 1 ] ;;
  esac
}

launcher() { # ROOT
  local libraries=("$1"/usr/lib/*/lua/5.1)
  if [ "$wanted" = luacheck ]; then
    cat <<EOF
#!/bin/sh
export LUA_PATH='$1/usr/share/lua/5.1/?.lua;$1/usr/share/lua/5.1/?/init.lua' LUA_CPATH='${libraries[0]}/?.so'
export VIMRUNTIME='$1/usr/share/nvim/runtime'
exec '$1/usr/bin/nvim' -l '$1/usr/bin/luacheck' "\$@"
EOF
  else
    cat <<EOF
#!/bin/sh
VIMRUNTIME='$1/usr/share/nvim/runtime' exec '$1/usr/bin/nvim' "\$@"
EOF
  fi
}

case ${1:-} in
  '') wanted=nvim ;;
  --luacheck) wanted=luacheck ;;
  *) fail "the only argument is --luacheck" ;;
esac
if [ "$wanted" = nvim ] && own=$(command -v nvim) && works "$own"; then
  mkdir -p "$cache/bin"
  ln -sfn "$own" "$cache/bin/nvim"
elif ! works "$cache/bin/$wanted" && ! place neovim "$wanted"; then # the packages that brought the one have the other too
  from_debian neovim "$wanted" usr/bin/nvim 'neovim lua-check' 'none'
fi
echo "$cache/bin/$wanted"
