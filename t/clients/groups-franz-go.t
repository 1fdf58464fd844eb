#!/bin/bash
# SPDX-License-Identifier: ISC
# Consumer groups with franz-go: groups/README.
. "$(dirname "$0")/prelude.sh"

need go python3 pgrep
client franz-go franz-go/client
group_scenarios franz-go cooperative-sticky range roundrobin sticky
