#!/bin/bash
# SPDX-License-Identifier: ISC
# Apache Kafka's own command-line tools for consumer groups, 4.1.
. "$(dirname "$0")/prelude.sh"

need java javac
client java kafka-4.1.0
broker -o group.initial.rebalance.delay.ms=0
classes=$work/classes
javac -nowarn -d "$classes" -cp "$kafka_lib/*" "$here/java/Tools.java" "$here/java/GroupTools.java" || bail "GroupTools.java does not compile"
run java -Xmx256M -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel="${LOG:-off}" \
	-cp "$classes:$kafka_lib/*" GroupTools "$BOOTSTRAP" "$(fresh_name tools)"
