# SPDX-License-Identifier: ISC
# prelude.sh - sourced by the tests of this directory: the clients, a broker to talk to, and TAP (t/tap/daemon.sh).
#
# BOOTSTRAP (host:port) names a broker that runs already, of any make, and DATA_DIR, if set, where its data is; otherwise a
# daemon is started for the test.

here=$(cd "$(dirname "$0")" && pwd)
. "$here/../tap/daemon.sh"
cache=${ODRADEK_TEST_CACHE:-$HOME/.cache/odradek-test}
kafka_lib=$cache/kafka-4.1.0

# need PROGRAM... - skips the test where a runtime is absent
need()
{
	local p
	for p; do
		command -v "$p" >/dev/null || skip_all "no $p"
	done
}

# client PART FILE - fetches a client; skips the test when setup left it out, fails it when setup failed
client()
{
	"$here/setup" "$1" || { echo "not ok 1 - $1 can be fetched"; echo 1..1; exit 1; }
	[ -e "$cache/$2" ] || skip_all "no $1"
}

# broker [OPTION...] - a broker to talk to, and a directory to work in; the options are for a daemon of our own, which has $NODES disks
broker()
{
	if [ -z "${BOOTSTRAP:-}" ]; then
		daemon_new "${NODES:-1}"
		work=$dir/work
		mkdir "$work"
		daemon_start "$@" || bail "the daemon does not start"
		export BOOTSTRAP=$broker DATA_DIR=$log_dirs
	else
		work=$(mktemp -d "${TMPDIR:-/tmp}/odradek-clients.XXXXXX") || bail "no temporary directory"
		trap 'rm -rf "$work"' EXIT
		trap 'exit 1' HUP INT TERM
	fi
}

# run COMMAND... - for a test that is a program: its status is the test's, and the daemon's log is shown if it failed
run()
{
	"$@" || { tap_failed=1; exit 1; }
	exit 0
}

# group_scenarios CLIENT QUICK [MORE...] - the scenarios of groups/ with these protocols; those after the first only in the full form
group_scenarios()
{
	local client=$1 protocols=$2

	shift 2
	[ -z "${ODRADEK_TEST_FULL:-}" ] || protocols=$(IFS=,; echo "$protocols${*:+,$*}")
	client confluent-kafka confluent-kafka/whole	# the driver produces with it
	# what makes a dead member noticed within seconds, and a first one served at once
	broker -o group.initial.rebalance.delay.ms=0 -o group.consumer.min.session.timeout.ms=1000 \
		-o group.consumer.min.heartbeat.interval.ms=100 \
		-o group.consumer.heartbeat.interval.ms=500
	[ -z "$daemon" ] || export ODRADEK_PID=$daemon
	export MEMBER_CLASSES=$work/classes builddir
	[ "$client" != java ] || javac -nowarn -d "$MEMBER_CLASSES" -cp "$kafka_lib/*" "$here/groups/Member.java" ||
		bail "Member.java does not compile"
	run "$cache/confluent-kafka/bin/python" -B "$here/groups/scenarios.py" "$BOOTSTRAP" "$client" "$protocols"
}

# a name that nobody used before
fresh_name()
{
	echo "$1-$$-$(od -An -N3 -tx1 /dev/urandom | tr -d ' ')"
}
