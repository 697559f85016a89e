# shellcheck shell=bash
# What the other scripts here share; to be sourced. Leaves the caller in the project's root.

cd "$(dirname "${BASH_SOURCE[0]}")/.." || exit 1

# say WORDS…: tells what happens, on standard error.
say() {
    printf '==> %s\n' "$*" >&2
}

# as_root COMMAND…: runs it as root, through sudo if need be.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then
        "$@"
    else
        sudo "$@"
    fi
}

# has_postgres: whether the server's programs are here, version 15 or newer.
has_postgres() {
    local program version
    for program in "$(command -v postgres)" "$(pg_config --bindir 2>/dev/null)/postgres" \
        /usr/lib/postgresql/*/bin/postgres; do
        [ -x "$program" ] || continue
        # A line such as: postgres (PostgreSQL) 15.4 (Debian 15.4-1)
        version=$("$program" --version | awk '{ split($3, parts, "."); print parts[1] + 0 }')
        [ "$version" -ge 15 ] && return
    done
    return 1
}

# postgres_package: the server's package that apt offers, the oldest that will do first.
postgres_package() {
    local major
    for major in 15 16 17 18; do
        if [ -n "$(apt-cache madison "postgresql-$major" 2>/dev/null)" ]; then
            printf 'postgresql-%s\n' "$major"
            return
        fi
    done
    say "apt offers no PostgreSQL of version 15 or newer: see https://www.postgresql.org/download/linux/"
    return 1
}

# missing_packages: those of what this project needs that aren't here, one a line; `postgresql` is any version's.
missing_packages() {
    command -v pkg-config >/dev/null || echo pkg-config
    [ -e /usr/include/postgresql/libpq-fe.h ] || pkg-config --exists libpq 2>/dev/null || echo libpq-dev
    [ -e /usr/include/openssl/ssl.h ] || pkg-config --exists openssl 2>/dev/null || echo libssl-dev
    has_postgres || echo postgresql
    command -v valgrind >/dev/null || echo valgrind
    command -v strip >/dev/null || echo binutils
}

# install_missing: installs what is missing with apt-get, after an update; does nothing if nothing is.
install_missing() {
    local missing=() names=() name
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -gt 0 ] || return 0
    if ! command -v apt-get >/dev/null; then
        say "missing: ${missing[*]} (Debian's names); there is no apt-get here, please install them"
        return 1
    fi
    if [ "$(id -u)" -ne 0 ] && ! command -v sudo >/dev/null; then
        say "missing: ${missing[*]}; please install them as root: apt-get install ${missing[*]}"
        return 1
    fi

    say "installing ${missing[*]}"
    as_root apt-get -qq update || return
    for name in "${missing[@]}"; do
        if [ "$name" = postgresql ]; then
            name=$(postgres_package) || return
        fi
        names+=("$name")
    done
    # In a subshell, so that its trap is its own.
    (without_main_cluster && install_packages "${names[@]}")
}

install_packages() {
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@" >&2
}

# without_main_cluster: until this (sub)shell ends, Debian's package makes and starts no cluster of its own when it is
# installed (pg_createcluster(8), create_main_cluster): this project has its own ones. One already here stays as it is.
without_main_cluster() {
    local folder=/etc/postgresql-common/createcluster.d
    # The trap runs when the function is long over, so its words are put in now.
    # shellcheck disable=SC2064
    trap "as_root rm -f '$folder/entitled.conf'; as_root rmdir '$folder' 2>/dev/null || true" EXIT
    as_root mkdir -p "$folder" &&
        printf 'create_main_cluster = false\n' | as_root tee "$folder/entitled.conf" >/dev/null
}

# build_release PRODUCT…: builds them as they are to run in production. The compiler may look into other modules' code:
# the way of a call leads through eight of them, and without that a tenth of its time goes to generic code.
build_release() {
    local product
    for product in "$@"; do
        build -c release -Xswiftc -cross-module-optimization --product "$product"
    done
}

# build ARGUMENTS…: swift build with them; says nothing but its errors.
build() {
    local output
    if ! command -v swift >/dev/null; then
        say "Swift 6.2 or newer is needed: https://www.swift.org/install/linux/"
        return 1
    fi
    say "building${*:+ ($*)}; the first time takes some minutes"
    if ! output=$(swift build "$@" 2>&1); then
        printf '%s\n' "$output" >&2
        return 1
    fi
}
