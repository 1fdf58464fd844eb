# SPDX-License-Identifier: ISC
"""How a member of a group is started, by client; each takes one argument more, a JSON object.  See README."""
import os
import sys

here = os.path.dirname(os.path.abspath(__file__))
cache = os.environ.get("ODRADEK_TEST_CACHE", os.path.expanduser("~/.cache/odradek-test"))
kafka_lib = os.path.join(cache, "kafka-4.1.0")

COMMANDS = {
    "confluent": [sys.executable, "-B", os.path.join(here, "member_confluent.py")],
    "kafka-python": [os.path.join(cache, "kafka-python", "bin", "python"), "-B", os.path.join(here, "member_kafka_python.py")],
    "kafkajs": ["node", os.path.join(here, "member.js")],
    "franz-go": [os.path.join(cache, "franz-go", "client"), "member"],
    "java": ["java", "-Xmx96M", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dorg.slf4j.simpleLogger.defaultLogLevel=off", "-cp",
             os.environ.get("MEMBER_CLASSES", ".") + ":" + os.path.join(kafka_lib, "*"), "Member"],
}
