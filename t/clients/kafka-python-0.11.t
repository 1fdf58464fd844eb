#!/bin/bash
# SPDX-License-Identifier: ISC
# kafka-python 2.0.2 with api_version 0.11: the oldest requests that a broker of today must take.
. "$(dirname "$0")/prelude.sh"

need python3
client kafka-python-old kafka-python-old/whole
"$cache/kafka-python-old/bin/python" -c 'import kafka' 2>/dev/null || skip_all "kafka-python 2.0.2 does not run on this python"
broker
run "$cache/kafka-python-old/bin/python" -B "$here/python/kafka_python.py" "$BOOTSTRAP" "$(fresh_name kafka-python)" 0.11.0
