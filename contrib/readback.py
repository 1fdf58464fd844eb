# SPDX-License-Identifier: ISC
"""readback.py BROKER TOPIC OFFSET COUNT - writes the values of COUNT records of partition 0 from OFFSET on, a line each.

The second client of contrib/quickstart: an implementation of the protocol that shares no code with kcat's."""
import sys
from kafka import KafkaConsumer, TopicPartition

broker, topic, offset, count = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
consumer = KafkaConsumer(bootstrap_servers=broker, enable_auto_commit=False, group_id=None, check_crcs=True,
                         consumer_timeout_ms=30000, max_partition_fetch_bytes=8 << 20)
partition = TopicPartition(topic, 0)
consumer.assign([partition])
consumer.seek(partition, offset)
seen = 0
for record in consumer:
    sys.stdout.buffer.write(record.value + b"\n")
    seen += 1
    if sys.stderr.isatty() and (seen % 2000 == 0 or seen == count):
        sys.stderr.write("\r%d of %d records" % (seen, count) + ("\n" if seen == count else ""))
    if seen == count:
        break
consumer.close()
sys.exit(0 if seen == count else "readback: only %d of %d records came back in time" % (seen, count))
