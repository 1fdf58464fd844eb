#!/bin/bash
# SPDX-License-Identifier: ISC
#
# One log, written by Apache Kafka, cleaned by Kafka's cleaner and by ours: every batch and record that is left is the same.
# Takes a live Kafka and a minute, so it runs only with CLEANER_KAFKA=1.
here=$(cd "$(dirname "$0")" && pwd)
[ -n "${CLEANER_KAFKA:-}" ] || { echo "1..0 # SKIP CLEANER_KAFKA=1 compares with a live Kafka"; exit 0; }
compactor=${builddir:-$PWD}/t/clients/compactor
cp="${ODRADEK_TEST_CACHE:-$HOME/.cache/odradek-test}/kafka-4.1.0/*"
dir=$(mktemp -d)
port=$((10240 + RANDOM % 20000))
export LC_ALL=C
trap '"$here/../compat/kafka" stop "$dir/k"; rm -rf "$dir"' EXIT

fill()
{
	java -cp "$cp" "$here/java/Fill.java" "127.0.0.1:$port" "$1" >"$dir/$1.log" 2>&1
}

# Sealed segments, without what compression makes differ, and with the horizon's time left out
dump()
{
	local files
	files=$(ls "$dir/$1/c-0"/*.log | sort | sed '$d' | paste -sd,)
	java -cp "$cp" kafka.tools.DumpLogSegments --print-data-log --files "$files" 2>/dev/null | grep -av '^Dumping' |
	    sed -E 's/position: [0-9]+ //; s/ size: [0-9]+//; s/ crc: [0-9]+//; s/(deleteHorizonMs: OptionalLong\[)[0-9]+/\1/'
}

echo 1..3
"$here/../compat/kafka" start "$dir/k" "$port" log.cleaner.backoff.ms=500 >/dev/null && fill fill || { echo "Bail out! no Kafka"; exit 1; }
mkdir "$dir/ours" "$dir/theirs"
cp -rp "$dir/k/data/c-0" "$dir/ours/"
fill clean
for _ in $(seq 120); do
	grep -q '^c 0' "$dir/k/data/cleaner-offset-checkpoint" 2>/dev/null && break
	sleep 0.5
done
want=$(sed -n 's/^c 0 //p' "$dir/k/data/cleaner-offset-checkpoint")
cp -rp "$dir/k/data/c-0" "$dir/theirs/"
got=$("$compactor" -s 1048576 "$dir/ours/c-0")
[ -n "$want" ] && [ "$want" = "$got" ] && echo "ok 1 - clean up to offset $want" || echo "not ok 1 - clean up to $got, Kafka up to $want"
dump ours >"$dir/a"
dump theirs >"$dir/b"
[ -s "$dir/b" ] && cmp -s "$dir/a" "$dir/b" && echo "ok 2 - $(wc -l <"$dir/b") lines of Kafka's dump are the same" || echo "not ok 2 - dumps"
bad=0
for f in "$dir"/theirs/c-0/*.txnindex; do
	cmp -s "$f" "$dir/ours/c-0/${f##*/}" || bad=1
done
[ $bad = 0 ] && echo "ok 3 - aborted transactions are the same" || echo "not ok 3 - transaction indexes"
