#!/bin/bash
# SPDX-License-Identifier: ISC
# The Java client of Apache Kafka 4.1: java/Client.java.
. "$(dirname "$0")/prelude.sh"

need java javac
client java kafka-4.1.0
broker
classes=$work/classes
javac -nowarn -d "$classes" -cp "$kafka_lib/*" "$here/java/Client.java" || bail "Client.java does not compile"
run java -Xmx256M -XX:TieredStopAtLevel=1 -Dorg.slf4j.simpleLogger.defaultLogLevel="${LOG:-off}" -cp "$classes:$kafka_lib/*" \
	Client "$BOOTSTRAP" "$(fresh_name java)"
