#!/bin/bash
# SPDX-License-Identifier: ISC
# Consumer groups with the Java client: groups/README.
. "$(dirname "$0")/prelude.sh"

need java javac python3 pgrep
client java kafka-4.1.0
group_scenarios java range,consumer roundrobin sticky cooperative-sticky consumer-range
