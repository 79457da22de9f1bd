#!/bin/sh
# Starts a throw-away PostgreSQL for tests and prints its KUNDENPORTAL_DATABASE_URL; "stop" ends it.
# It listens on a Unix socket only, forgets durability for speed, and is as good as new after "stop".
set -eu

project=$(CDPATH= cd -- "$(dirname -- "$0")/.." && pwd)

fail() {
    echo "tests/postgres.sh: $1" >&2
    exit 1
}

# PostgreSQL refuses to run as root: Debian's user "postgres" runs it then.
as_server() {
    if [ "$(id -u)" -eq 0 ]; then
        runuser -u postgres -- "$@"
    else
        "$@"
    fi
}

# A socket's path is limited to 107 bytes, and the server's user must be able to reach it.
directory() {
    mkdir -p "$project/.cache"
    if [ "${#project}" -le 70 ] && as_server test -x "$project/.cache"; then
        echo "$project/.cache/postgres"
    else
        echo "${TMPDIR:-/tmp}/kundenportal-postgres-$(printf '%s' "$project" | cksum | cut -d ' ' -f 1)"
    fi
}

binaries() {
    for candidate in $(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -rV) ""; do
        found=$(PATH="$candidate:$PATH" command -v pg_ctl) && break
    done
    [ -n "${found:-}" ] || fail 'no PostgreSQL found; install it with: apt-get install postgresql'
    dirname "$found"
}

start() {
    if [ ! -f "$base/data/PG_VERSION" ]; then
        rm -rf "$base" && mkdir -p "$base"
        [ "$(id -u)" -ne 0 ] || chown postgres "$base"
        as_server "$bin/initdb" --pgdata="$base/data" --username=kundenportal --auth=trust \
            --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$base.log" 2>&1 || fail "$(cat "$base.log")"
        rm -f "$base.log"
    fi
    as_server "$bin/pg_ctl" status --pgdata="$base/data" >/dev/null 2>&1 ||
        as_server "$bin/pg_ctl" start --wait --silent --pgdata="$base/data" --log="$base/server.log" \
            --options="-c listen_addresses= -c unix_socket_directories=$base -c unix_socket_permissions=0700 \
            -c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200" </dev/null ||
        fail "$(tail -n 20 "$base/server.log")"
    echo "postgresql://kundenportal@/postgres?host=$base"
}

stop() {
    [ ! -f "$base/data/PG_VERSION" ] ||
        as_server "$bin/pg_ctl" stop --silent --mode=immediate --pgdata="$base/data" >/dev/null 2>&1 || true
    rm -rf "$base"
}

cd /
bin=$(binaries)
base=$(directory)
exec 9>"$project/.cache/postgres.lock"
flock 9
case "${1:-start}" in
    start) start 9>&- ;;
    stop) stop 9>&- ;;
    *) fail 'usage: tests/postgres.sh [start|stop]' ;;
esac
