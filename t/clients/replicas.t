#!/bin/bash
# SPDX-License-Identifier: ISC
# Producers and consumers while writers are killed and stopped and leaders move: replicas/failures.py.  With
# ODRADEK_TEST_FULL=1, consumers of more clients, and for longer; CONSUMERS names others.
. "$(dirname "$0")/prelude.sh"

need java javac pgrep
client java kafka-4.1.0
client confluent-kafka confluent-kafka/whole
consumers=${CONSUMERS:-confluent,java}
seconds=6
if [ -n "${ODRADEK_TEST_FULL:-}" ]; then
	consumers=$consumers,franz-go,kafka-python,kafkajs
	seconds=90
	for part in franz-go:franz-go/client kafka-python:kafka-python kafkajs:kafkajs/node_modules; do
		client "${part%%:*}" "${part#*:}"
	done
fi
[ -z "${BOOTSTRAP:-}" ] || skip_all "processes of the daemon are killed: it must be our own"
NODES=3
broker -o group.initial.rebalance.delay.ms=0 -o broker.session.timeout.ms=1000 -o replica.lag.time.max.ms=2000
export ODRADEK_PID=$daemon MEMBER_CLASSES=$work/classes
javac -nowarn -d "$MEMBER_CLASSES" -cp "$kafka_lib/*" "$here/groups/Member.java" "$here/replicas/Steady.java" ||
	bail "Member.java or Steady.java does not compile"
run "$cache/confluent-kafka/bin/python" -B "$here/replicas/failures.py" "$BOOTSTRAP" "$consumers" "${SECONDS_OF_FAULTS:-$seconds}"
