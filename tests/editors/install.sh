#!/usr/bin/env bash
# Installs the real editors that the tests of tests/editors drive: VS Code's workbench (code-server, with the Node that it
# needs), a Chromium to show it, Neovim, Emacs and Helix. They are kept outside the clone, in $CALIBRANT_EDITORS (else
# ~/.cache/calibrant-editors); its folder `bin` is what the tests look into. What is there already is left alone, and what is
# not there whole is made anew, so this can be run, or broken off, at any time. What cannot be had is said loudly, and the
# tests that need it are skipped; the exit status is 0 all the same.
set -uo pipefail

here=$(cd "$(dirname "$0")" && pwd)
cache=${CALIBRANT_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/calibrant-editors}
export CALIBRANT_EDITORS=$cache
code_server_version=4.139.1 # needs Node 24, exactly the major version
mkdir -p "$cache/bin" || exit 2
log=$cache/install.log
exec 9>"$cache/.lock"
if command -v flock >/dev/null; then flock 9; fi # one installer at a time
rm -rf "$cache"/.partial.*
: >"$log"

loudly() { echo "!!! $*" >&2; }

# as_root COMMAND…: by sudo only where it does not ask.
as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# packages NAME…: those of them that are not there yet.
apt_updated=
packages() {
  local name missing=()
  command -v apt-get >/dev/null || return 1
  for name in "$@"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || missing+=("$name")
  done
  [ ${#missing[@]} = 0 ] && return
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null || return 1
  if [ -z "$apt_updated" ]; then as_root apt-get update -qq >>"$log" 2>&1 && apt_updated=yes; fi
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >>"$log" 2>&1
}

# npm_into FOLDER PACKAGE…: all of it or nothing.
npm_into() {
  local target=$1 partial=$cache/.partial.$$
  shift
  for _ in 1 2; do
    rm -rf "$partial"
    if npm install --prefix "$partial" --no-audit --no-fund --unsafe-perm --foreground-scripts "$@" >>"$log" 2>&1; then
      rm -rf "$target" && mv "$partial" "$target"
      return
    fi
  done
  rm -rf "$partial"
  return 1
}

# The folder of a real Node distribution: the npm package `node` puts it beneath itself, under its platform's name.
node_home() {
  local binary
  binary=$(find "$cache/node-24" -path '*/node-*/bin/node' -type f -perm -u+x 2>/dev/null | head -n 1)
  [ -n "$binary" ] && dirname "$(dirname "$binary")"
}

install_node() {
  node_home >/dev/null && return
  echo "installing Node 24"
  command -v npm >/dev/null || packages npm || return 1
  npm_into "$cache/node-24" node@24 && node_home >/dev/null
}

install_code_server() {
  local folder=$cache/code-server-$code_server_version
  if ! "$node/bin/node" "$folder/node_modules/code-server" --version >>"$log" 2>&1; then
    echo "installing code-server $code_server_version (about two minutes)"
    # Its native modules are compiled here.
    packages g++ make python3 pkg-config libkrb5-dev libx11-dev libxkbfile-dev libsecret-1-dev \
      || loudly "the libraries that code-server is built with could not be installed; trying all the same"
    npm_into "$folder" "code-server@$code_server_version" || return 1
  fi
  cat >"$cache/bin/.code-server" <<END
#!/bin/sh
exec "$node/bin/node" "$folder/node_modules/code-server" "\$@"
END
  chmod +x "$cache/bin/.code-server" && mv "$cache/bin/.code-server" "$cache/bin/code-server"
  "$cache/bin/code-server" --version >>"$log" 2>&1
}

# A browser that answers: on some systems the package is a stub that only names another source of it.
find_browser() {
  local name
  for name in chromium google-chrome google-chrome-stable chromium-browser \
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"; do
    name=$(command -v "$name") && "$name" --version >/dev/null 2>&1 && echo "$name" && return
  done
  return 1
}

install_browser() {
  local browser
  if ! browser=$(find_browser); then
    echo "installing Chromium"
    packages chromium fonts-dejavu-core
    browser=$(find_browser) || return 1
  fi
  ln -sfn "$browser" "$cache/bin/browser"
}

if install_node; then
  node=$(node_home)
  export PATH=$node/bin:$PATH npm_config_nodedir=$node
  ln -sfn "$node/bin/node" "$cache/bin/node"
  install_code_server || { rm -f "$cache/bin/code-server"; loudly "code-server could not be installed: the VS Code tests are SKIPPED (see $log)"; }
else
  rm -f "$cache/bin/node" "$cache/bin/code-server"
  loudly "Node 24 could not be installed: the VS Code extension cannot be built, its tests are SKIPPED (see $log)"
fi
install_browser || { rm -f "$cache/bin/browser"; loudly "no Chromium could be found or installed: the VS Code tests are SKIPPED (see $log)"; }

command -v tmux >/dev/null || packages tmux || loudly "tmux could not be installed: the tests in terminals are SKIPPED"
install_other() { # NAME ARGUMENT…
  local name=$1
  shift
  bash "$here/install-$name.sh" "$@" >>"$log" || loudly "$name${1:+ ($1)} could not be installed: its tests are SKIPPED"
}
install_other neovim
install_other neovim --luacheck
install_other emacs
install_other helix
echo "editors in $cache/bin: $(ls "$cache/bin" | tr '\n' ' ')"
