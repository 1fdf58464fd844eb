# SPDX-License-Identifier: ISC
#
# daemon.sh - for tests in bash: a daemon of one's own, and TAP.  Use:
#
#	#!/bin/bash
#	. "${srcdir:-.}/t/tap/daemon.sh"
#	daemon_new			# private directory $dir, free port $port, log $log
#	daemon_start -o num.partitions=3
#	ok "it answers" kcat -b "$broker" -L
#	daemon_stop
#	done_testing
#
# Everything is waited for by a condition with a bound; nothing sleeps for a guess.  The daemon and the directory are gone
# when the test ends, however it ends; the log is shown if a test failed.

srcdir=${srcdir:-$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)}
builddir=${builddir:-$PWD}
ODRADEKD=${ODRADEKD:-$builddir/odradekd}
LC_ALL=C
export LC_ALL

tap_count=0
tap_failed=0
tap_out=$(mktemp "${TMPDIR:-/tmp}/odradek-tap.XXXXXX")
trap 'rm -f "$tap_out"' EXIT
daemon=		# pid of the supervisor while it runs
ready_pid=

diag()
{
	printf '%s\n' "$*" | sed 's/^/# /'
}

skip_all()
{
	echo "1..0 # SKIP $*"
	exit 0
}

bail()
{
	echo "Bail out! $*"
	exit 255
}

# ok NAME COMMAND... - passes if the command does; what it printed is shown only if it fails
ok()
{
	local name=$1
	shift
	tap_count=$((tap_count + 1))
	# not in a subshell: the command may be daemon_start
	if "$@" >"$tap_out" 2>&1; then
		echo "ok $tap_count - $name"
		return 0
	fi
	echo "not ok $tap_count - $name"
	tap_failed=$((tap_failed + 1))
	diag "$*"
	[ ! -s "$tap_out" ] || diag "$(cat "$tap_out")"
	return 1
}

# is NAME WANT GOT
is()
{
	tap_count=$((tap_count + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $tap_count - $1"
		return 0
	fi
	echo "not ok $tap_count - $1"
	tap_failed=$((tap_failed + 1))
	diag "wanted: $2"
	diag "got:    $3"
	return 1
}

# like NAME EXTENDED_REGEX TEXT
like()
{
	tap_count=$((tap_count + 1))
	if printf '%s\n' "$3" | grep -Eq -- "$2"; then
		echo "ok $tap_count - $1"
		return 0
	fi
	echo "not ok $tap_count - $1"
	tap_failed=$((tap_failed + 1))
	diag "wanted: $2"
	diag "got:    $3"
	return 1
}

skip()
{
	tap_count=$((tap_count + 1))
	echo "ok $tap_count - $1 # skip $2"
}

done_testing()
{
	echo "1..$tap_count"
	[ "$tap_failed" -eq 0 ]
	exit
}

# wait_for SECONDS COMMAND... - until the command succeeds; false if it does not in time
wait_for()
{
	local end=$((SECONDS + $1 + 1))
	shift
	until "$@" >/dev/null 2>&1; do
		[ "$SECONDS" -lt "$end" ] || return 1
		sleep 0.02
	done
}

# free_port N - a port p such that p, p+10, ... p+10(N-1) are all free; below those that the kernel gives to clients, so that
# nobody's connection takes one
free_port()
{
	perl -MIO::Socket::INET -e '
		for (1 .. 100) {
			my $p = 10240 + int rand 21760;
			my @s = map { IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1", LocalPort => $p + 10 * $_) || undef }
				0 .. $ARGV[0] - 1;
			next if grep { !defined } @s;
			print $p;
			exit 0;
		}
		exit 1' "${1:-1}"
}

# daemon_new [DISKS] - makes $dir, and sets $port, $broker, $log, $log_dirs
daemon_new()
{
	local i disks=${1:-1}
	[ -x "$ODRADEKD" ] || skip_all "odradekd is not built"
	dir=$(mktemp -d "${TMPDIR:-/tmp}/odradek-t.XXXXXX") || bail "no temporary directory"
	trap daemon_cleanup EXIT
	trap 'exit 1' HUP INT TERM
	port=$(free_port "$disks") || bail "no free port"
	broker=127.0.0.1:$port
	log=$dir/log
	log_dirs=$dir/data
	for ((i = 1; i < disks; i++)); do
		log_dirs=$log_dirs,$dir/data$i
	done
	: >"$log"
}

# daemon_start [OPTION...] - starts it and waits until it is ready; false, with $daemon empty and $status set, if it is not
daemon_start()
{
	local word
	coproc READY { exec perl "$srcdir/t/tap/ready" "$dir/notify" "${READY_TIMEOUT:-60}"; }
	ready_pid=$READY_PID
	exec {ready_in}>&"${READY[1]}" {ready_out}<&"${READY[0]}"
	# bash would hold its own ends open, and the reader would never see the end
	eval "exec ${READY[1]}>&- ${READY[0]}<&-"
	read -r -t 30 word <&"$ready_out"
	[ "$word" = bound ] || bail "no notification socket"
	NOTIFY_SOCKET=$dir/notify "$ODRADEKD" -o listeners="PLAINTEXT://127.0.0.1:$port" -o log.dirs="$log_dirs" \
		-o run.dir="$dir/run" "$@" </dev/null >>"$log" 2>&1 {ready_in}>&- {ready_out}<&- &
	daemon=$!
	echo "$daemon" >&"$ready_in"
	read -r -t $((${READY_TIMEOUT:-60} + 5)) word <&"$ready_out"
	[ "$word" = READY ] && return 0
	diag "the daemon is not ready: $word"
	[ "$word" = dead ] || kill -KILL "$daemon"
	daemon_reap
	return 1
}

# collects the daemon's exit status into $status
daemon_reap()
{
	wait "$daemon"
	status=$?
	daemon=
	exec {ready_in}>&- {ready_out}<&-
	wait "$ready_pid" 2>/dev/null
	ready_pid=
}

# daemon_stop [SIGNAL] - TERM by default; waits for the end, bounded; $status is the exit status
daemon_stop()
{
	local children
	[ -n "$daemon" ] || return 0
	children=$(daemon_children)
	kill -"${1:-TERM}" "$daemon"
	wait_for 60 gone "$daemon" || kill -KILL "$daemon"
	daemon_reap 2>/dev/null
	wait_for 30 gone $children || diag "children outlive the daemon: $children"
}

# gone PID... - true if none of them runs
gone()
{
	local p line
	for p; do
		{ read -r line <"/proc/$p/stat"; } 2>/dev/null || continue
		case ${line##*) } in
		[ZX]*) ;;
		*) return 1 ;;
		esac
	done
}

daemon_children()
{
	[ -z "$daemon" ] || cat "/proc/$daemon/task/$daemon/children" 2>/dev/null
}

# daemon_pid KIND - pids of the children whose title begins with this, "writer" or "acceptor.2"; false if there is none
daemon_pid()
{
	local p title found=
	for p in $(daemon_children); do
		title=$(tr '\0' ' ' <"/proc/$p/cmdline" 2>/dev/null)
		title=${title#odradekd: }
		case ${title%% *} in
		"$1" | "$1".*) found="$found $p" ;;
		esac
	done
	[ -n "$found" ] && echo $found
}

# daemon_kill_child KIND [SIGNAL] - kills the first of the kind (KILL by default) and waits until it is gone; its pid is in $killed
daemon_kill_child()
{
	killed=$(daemon_pid "$1") || return 1
	killed=${killed%% *}
	kill -"${2:-KILL}" "$killed" && { [ "${2:-KILL}" != KILL ] || wait_for 30 gone "$killed"; }
}

# daemon_replaced KIND PID - true when a child of this kind runs that is not this one
daemon_replaced()
{
	local p
	for p in $(daemon_pid "$1"); do
		[ "$p" = "$2" ] || return 0
	done
	return 1
}

daemon_cleanup()
{
	local code=$? children
	trap - EXIT
	if [ -n "$daemon" ]; then
		children=$(daemon_children)
		kill -KILL "$daemon" $children 2>/dev/null
		daemon_reap 2>/dev/null
	fi
	if [ "$tap_failed" -gt 0 ] || [ "$code" -ne 0 ]; then
		diag "the daemon's log:"
		[ ! -f "$log" ] || diag "$(tail -n 60 "$log")"
	fi
	[ -n "${KEEP:-}" ] && diag "kept: $dir" || rm -rf "$dir"
	rm -f "$tap_out"
	exit "$code"
}
