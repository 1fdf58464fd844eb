# SPDX-License-Identifier: ISC
# prelude.sh - sourced by the tests of this directory: the clients, a broker to talk to, and TAP for shell.
#
# BOOTSTRAP (host:port) names a broker that runs already; otherwise a daemon is started for the test and DATA_DIR says where
# its data is.

here=$(cd "$(dirname "$0")" && pwd)
cache=${ODRADEK_TEST_CACHE:-$HOME/.cache/odradek-test}
kafka_lib=$cache/kafka-4.1.0
work=
tap_n=0
tap_bad=0

skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

# need PROGRAM... - skips the test where a runtime is absent
need()
{
	local p
	for p; do
		command -v "$p" >/dev/null || skip_all "no $p"
	done
}

# client PART DIRECTORY - fetches a client; skips the test when setup left it out, fails it when setup failed
client()
{
	"$here/setup" "$1" || { echo "Bail out! cannot set up $1"; exit 1; }
	[ -e "$cache/$2" ] || skip_all "no $1"
}

finish()
{
	[ -z "$work" ] || rm -rf "$work"
	[ -z "${own_daemon:-}" ] || daemon_stop
}

# broker - a broker to talk to, and a directory to work in
broker()
{
	work=$(mktemp -d "${TMPDIR:-/tmp}/odradek-clients.XXXXXX")
	trap finish EXIT
	[ -z "${BOOTSTRAP:-}" ] || return 0
	. "$here/../tap/daemon.sh"
	own_daemon=yes
	daemon_start || { echo "Bail out! the daemon does not start"; exit 1; }
	export BOOTSTRAP
}

# ok STATUS NAME
ok()
{
	tap_n=$((tap_n + 1))
	if [ "$1" = 0 ]; then
		echo "ok $tap_n - $2"
	else
		echo "not ok $tap_n - $2"
		tap_bad=$((tap_bad + 1))
	fi
}

# skip NAME WHY
skip()
{
	tap_n=$((tap_n + 1))
	echo "ok $tap_n - $1 # SKIP $2"
}

diag()
{
	sed 's/^/# /' | head -"${1:-30}"
}

# is EXPECTED FOUND NAME
is()
{
	if [ "$1" = "$2" ]; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf 'expected: %s\nfound:    %s\n' "$1" "$2" | diag
	fi
}

# like PATTERN FOUND NAME - an extended regular expression
like()
{
	if grep -qE -- "$1" <<<"$2"; then
		ok 0 "$3"
	else
		ok 1 "$3"
		printf 'expected: %s\nfound:    %s\n' "$1" "$2" | diag
	fi
}

# until_true WHAT COMMAND... - polls, at most 30 seconds
until_true()
{
	local end=$((SECONDS + 30))
	shift
	until "$@"; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.1
	done
}

# a name that nobody used before
fresh_name()
{
	echo "$1-$$-$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')"
}

done_testing()
{
	echo "1..$tap_n"
	[ "$tap_bad" = 0 ] || exit 1
	exit 0
}
