#!/bin/bash
# SPDX-License-Identifier: ISC
# The answers of the daemon against the recorded answers of Apache Kafka 4.1.  See README.
here=$(cd "$(dirname "$0")" && pwd)

. "$here/../tap/daemon.sh"
command -v python3 >/dev/null || skip_all "no python3"
if [ -z "${BOOTSTRAP:-}" ]; then
	daemon_new
	daemon_start -o group.initial.rebalance.delay.ms=0 || bail "the daemon does not start"
	export BOOTSTRAP=$broker
fi
"$here/run" || { tap_failed=1; exit 1; }
