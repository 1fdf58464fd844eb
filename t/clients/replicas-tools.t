#!/bin/bash
# SPDX-License-Identifier: ISC
# Apache Kafka's own command-line tools for replicas, 4.1, against three nodes.
. "$(dirname "$0")/prelude.sh"

need java javac
client java kafka-4.1.0
NODES=3
broker
classes=$work/classes
javac -nowarn -d "$classes" -cp "$kafka_lib/*" "$here/java/Tools.java" "$here/java/ReplicaTools.java" || bail "ReplicaTools.java does not compile"
run java -Xmx256M -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel="${LOG:-off}" \
	-cp "$classes:$kafka_lib/*" ReplicaTools "$BOOTSTRAP" "$(fresh_name replicas)" "$work"
