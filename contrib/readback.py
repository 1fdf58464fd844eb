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


def progress(percent):
    """A line that grows in place on a terminal, a line per quarter elsewhere."""
    if sys.stderr.isatty():
        sys.stderr.write("\rread back: %3d %%" % percent + ("\n" if percent == 100 else ""))
    elif percent % 25 == 0:
        sys.stderr.write("read back: %3d %%\n" % percent)


seen = 0
for record in consumer:
    sys.stdout.buffer.write(record.value + b"\n")
    seen += 1
    if seen * 100 // count != (seen - 1) * 100 // count:
        progress(seen * 100 // count)
    if seen == count:
        break
consumer.close()
sys.exit(0 if seen == count else "readback: only %d of %d records came back in time" % (seen, count))
