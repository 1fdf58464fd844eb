#!/bin/bash
# SPDX-License-Identifier: ISC
# Consumer groups with kafkajs: groups/README.
. "$(dirname "$0")/prelude.sh"

need node python3 pgrep
client kafkajs kafkajs/node_modules
group_scenarios kafkajs roundrobin
