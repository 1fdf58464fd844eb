#!/bin/bash
# SPDX-License-Identifier: ISC
# confluent-kafka for Python, with the newest librdkafka in it: python/confluent.py.
. "$(dirname "$0")/prelude.sh"

need python3
client confluent-kafka confluent-kafka/whole
broker
run "$cache/confluent-kafka/bin/python" -B "$here/python/confluent.py" "$BOOTSTRAP" "$(fresh_name confluent)"
