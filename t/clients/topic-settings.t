#!/bin/bash
# SPDX-License-Identifier: ISC
# The settings of a topic that change or refuse records: python/topic_settings.py, with the newest librdkafka.
. "$(dirname "$0")/prelude.sh"

need python3
client confluent-kafka confluent-kafka/whole
broker
run "$cache/confluent-kafka/bin/python" -B "$here/python/topic_settings.py" "$BOOTSTRAP" "$(fresh_name settings)"
