# Sourced by ./run and ./test: installs the Debian packages that are missing, and builds.
packages="g++ cmake ninja-build pkg-config libre2-dev nlohmann-json3-dev libcli11-dev libarchive-dev doctest-dev
libyaml-dev libfmt-dev libvectorscan-dev libzstd-dev liblz4-dev liblzma-dev zlib1g-dev libmbedtls-dev"

# install PACKAGE...: only what is missing, quietly; says what to do where it may not.
install() {
  local missing=""
  for package in "$@"; do
    dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null | grep -qx installed || missing="$missing $package"
  done
  [ -z "$missing" ] && return 0
  local sudo=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || { echo "these Debian packages are missing:$missing" >&2; exit 1; }
    sudo="sudo"
  fi
  echo "installing:$missing" >&2
  $sudo apt-get update -qq >&2
  # shellcheck disable=SC2086
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

# build DIR TYPE [CMAKE-ARGUMENT...]: configures where needed, builds, silent unless it fails or takes long.
build() {
  local dir=$1 type=$2
  shift 2
  # shellcheck disable=SC2086
  install $packages
  if [ ! -f "$dir/build.ninja" ]; then
    cmake -S . -B "$dir" -G Ninja -DCMAKE_BUILD_TYPE="$type" "$@" >"$dir.configure.log" 2>&1 || { cat "$dir.configure.log" >&2; exit 1; }
    rm -f "$dir.configure.log"
    echo "building in $dir, the first time takes some minutes" >&2
  fi
  local log
  log=$(mktemp)
  ninja -C "$dir" >"$log" 2>&1 || { cat "$log" >&2; rm -f "$log"; exit 1; }
  rm -f "$log"
}
