#!/bin/bash
# SPDX-License-Identifier: ISC
# Consumer groups with confluent-kafka (the newest librdkafka): groups/README.
. "$(dirname "$0")/prelude.sh"

need python3 pgrep
group_scenarios confluent cooperative-sticky,consumer range roundrobin consumer-range
