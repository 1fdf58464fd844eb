#!/bin/bash
# SPDX-License-Identifier: ISC
# What the daemon still knows after it was stopped and started, against what Apache Kafka 4.1 knows then.  See README.
here=$(cd "$(dirname "$0")" && pwd)

. "$here/../tap/daemon.sh"
command -v python3 >/dev/null || skip_all "no python3"
daemon_new
daemon_start || bail "the daemon does not start"
BOOTSTRAP=$broker "$here/run" --prepare "$dir/saved" || bail "cannot prepare"
daemon_stop
daemon_start || bail "the daemon does not start again"
BOOTSTRAP=$broker "$here/run" --resume "$dir/saved" || { tap_failed=1; exit 1; }
