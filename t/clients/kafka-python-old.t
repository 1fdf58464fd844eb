#!/bin/bash
# SPDX-License-Identifier: ISC
# kafka-python 2.0.2, of 2020, as many still have it: it asks with the oldest requests of all.
. "$(dirname "$0")/prelude.sh"

need python3
client kafka-python-old kafka-python-old/whole
"$cache/kafka-python-old/bin/python" -c 'import kafka' 2>/dev/null || skip_all "kafka-python 2.0.2 does not run on this python"
broker
run "$cache/kafka-python-old/bin/python" -B "$here/python/kafka_python.py" "$BOOTSTRAP" "$(fresh_name kafka-python)"
