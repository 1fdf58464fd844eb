#!/bin/bash
# SPDX-License-Identifier: ISC
# kafka-python, the newest release: python/kafka_python.py.
. "$(dirname "$0")/prelude.sh"

need python3
client kafka-python kafka-python/whole
broker
run "$cache/kafka-python/bin/python" -B "$here/python/kafka_python.py" "$BOOTSTRAP" "$(fresh_name kafka-python)"
