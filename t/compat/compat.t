#!/bin/bash
# SPDX-License-Identifier: ISC
# The answers of the daemon against the recorded answers of Apache Kafka 4.1.  See README.
here=$(cd "$(dirname "$0")" && pwd)

command -v python3 >/dev/null || { echo "1..0 # SKIP no python3"; exit 0; }
if [ -z "${BOOTSTRAP:-}" ]; then
	. "$here/../tap/daemon.sh"
	trap daemon_stop EXIT
	daemon_start || { echo "Bail out! the daemon does not start"; exit 1; }
	export BOOTSTRAP
fi
"$here/run"
