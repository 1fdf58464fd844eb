#!/bin/bash
# SPDX-License-Identifier: ISC
#
# golden/log.tar.xz is a log that Apache Kafka 4.1 wrote (all codecs, tombstones, headers, idempotent and transactional
# producers); golden/left is what Kafka's cleaner left of it, as text.  Ours leaves the same: every batch, every record, every
# aborted transaction.  golden/make made them; cleaner.t compares with a live Kafka.
here=$(cd "$(dirname "$0")" && pwd)
tools=${builddir:-$PWD}/t/clients
[ -x "$tools/compactor" ] && [ -x "$tools/logtext" ] || { echo "1..0 # SKIP compactor and logtext are not built"; exit 0; }
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
export LC_ALL=C

echo 1..3
tar -C "$dir" -xf "$here/golden/log.tar.xz" || { echo "Bail out! golden/log.tar.xz cannot be unpacked"; exit 1; }
# at the time when Kafka cleaned it
got=$("$tools/compactor" -n 1795273412403 -s 1048576 "$dir/c-0")
[ "$got" = 2608 ] && echo "ok 1 - clean up to the active segment" || echo "not ok 1 - clean up to $got, not 2608"
"$tools/logtext" "$dir"/c-0/*.log >"$dir/left"
if cmp -s "$here/golden/left" "$dir/left"; then
	echo "ok 2 - $(wc -l <"$dir/left") batches and records are the same as Kafka's"
else
	echo "not ok 2 - batches and records"
	diff "$here/golden/left" "$dir/left" | head -20 | sed 's/^/# /'
fi
sum=$(cat "$dir"/c-0/*.txnindex | cksum)
[ "$sum" = "3212470155 612" ] && echo "ok 3 - aborted transactions are the same" || echo "not ok 3 - the transaction index: $sum"
