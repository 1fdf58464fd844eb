#!/bin/bash
# SPDX-License-Identifier: ISC
# Consumer groups with kafka-python: groups/README.
. "$(dirname "$0")/prelude.sh"

need python3 pgrep
client kafka-python kafka-python/whole
group_scenarios kafka-python roundrobin range sticky
