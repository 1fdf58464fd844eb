#!/bin/bash
# SPDX-License-Identifier: ISC
# What the daemon still knows after it was stopped and started, against what Apache Kafka 4.1 knows then.  See README.
here=$(cd "$(dirname "$0")" && pwd)

. "$here/../tap/daemon.sh"
command -v python3 >/dev/null || skip_all "no python3"
daemon_new
meta=metadata.dir=$dir/meta	# of one copy: a disk can go
daemon_start -o "$meta" || bail "the daemon does not start"
BOOTSTRAP=$broker "$here/run" --prepare "$dir/saved" || bail "cannot prepare"
# a second disk comes and goes, as a second node does when Kafka's answers are recorded
daemon_stop
one=$log_dirs
log_dirs=$one,$dir/gone
daemon_start -o "$meta" || bail "the daemon does not start with a second disk"
daemon_stop
log_dirs=$one
daemon_start -o "$meta" || bail "the daemon does not start again"
BOOTSTRAP=$broker "$here/run" --resume "$dir/saved" || { tap_failed=1; exit 1; }
