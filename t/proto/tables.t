#!/bin/sh
# SPDX-License-Identifier: ISC
# tables.t - the generated tables and vectors are those that the generators make from Kafka's schemas.
src=${srcdir:-.}
if [ -z "$KAFKA_SCHEMAS" ] || [ ! -d "$KAFKA_SCHEMAS/messages" ] || ! command -v python3 >/dev/null; then
	echo "1..0 # SKIP KAFKA_SCHEMAS does not name a directory with messages/ and records/, or no python3"
	exit 0
fi
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
echo 1..3
check()
{
	if "$@" >"$tmp/diff" 2>&1; then
		echo "ok - $what"
	else
		echo "not ok - $what"
		sed 's/^/# /;20q' "$tmp/diff"
	fi
}
"$src/src/proto/regen" -o "$tmp" "$KAFKA_SCHEMAS"
what="src/proto/gen is current"
check diff -r "$src/src/proto/gen" "$tmp/src/proto/gen"
what="include/odradek/proto/gen is current"
check diff -r "$src/include/odradek/proto/gen" "$tmp/include/odradek/proto/gen"
"$src/t/proto/vectors-make" "$KAFKA_SCHEMAS" >"$tmp/vectors.txt"
what="vectors.txt is current"
check cmp "$src/t/proto/vectors.txt" "$tmp/vectors.txt"
