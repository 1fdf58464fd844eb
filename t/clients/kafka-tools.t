#!/bin/bash
# SPDX-License-Identifier: ISC
# Apache Kafka's own command-line tools, 4.1.
. "$(dirname "$0")/prelude.sh"

need java
client java kafka-4.1.0
broker

tools=org.apache.kafka.tools

# tool CLASS ARGUMENT... - stdout and stderr together in $out, the status returned
tool()
{
	out=$(java -Xmx256M -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Xshare:auto -Dorg.slf4j.simpleLogger.defaultLogLevel=error \
		-cp "$kafka_lib/*" "$@" 2>&1 <"${stdin:-/dev/null}")
}

topic=$(fresh_name tools)

tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --create --topic "$topic" --partitions 1 --replication-factor 1 \
	--config retention.ms=86400000 --config segment.bytes=2097152
like "Created topic $topic" "$out" "kafka-topics --create"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --create --topic "$topic"
like "Topic '$topic' already exists" "$out" "kafka-topics --create again"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --describe --topic "$topic"
like "Topic: $topic.*PartitionCount: 1.*ReplicationFactor: 1.*Configs: .*retention.ms=86400000" "$out" "kafka-topics --describe"
like "Partition: 0.*Leader: [0-9]+.*Isr: [0-9]+" "$out" "kafka-topics --describe: the partitions"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --list
like "^$topic\$" "$out" "kafka-topics --list"

# records of every kind through the console
{
	for i in $(seq 500); do
		printf 'h1:a%d,h2:b\tkey%d\tvalue %d\n' "$i" "$i" "$i"
	done
	printf 'NULL\tNULL\tno key, no headers\n'
	printf 'h1:x\tlast\tNULL\n'
} >"$work/in"
stdin=$work/in
tool $tools.ConsoleProducer --bootstrap-server "$BOOTSTRAP" --topic "$topic" --property parse.key=true --property parse.headers=true \
	--property null.marker=NULL --compression-codec zstd
[ "$?" = 0 ] && [ -z "$out" ]
ok $? "kafka-console-producer"
[ -z "$out" ] || diag <<<"$out"
unset stdin

tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic"
is "$topic:0:502" "$out" "kafka-get-offsets"
tool $tools.consumer.ConsoleConsumer --bootstrap-server "$BOOTSTRAP" --topic "$topic" --partition 0 --offset earliest \
	--max-messages 502 --property print.key=true --property print.headers=true --property null.literal=NULL --timeout-ms 20000
grep -v '^Processed a total' <<<"$out" >"$work/got"
sed 's/^NULL\t/NO_HEADERS\t/' "$work/in" >"$work/want"
diff "$work/want" "$work/got" >"$work/diff"
ok $? "kafka-console-consumer --partition: the same records"
diag 10 <"$work/diff"

tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --alter --topic "$topic" --partitions 3
ok $? "kafka-topics --alter --partitions"
tool $tools.ProducerPerformance --topic "$topic" --num-records 20000 --record-size 100 --throughput -1 \
	--producer-props "bootstrap.servers=$BOOTSTRAP" acks=all enable.idempotence=true
like "20000 records sent" "$out" "kafka-producer-perf-test"
tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic" --time latest
is 20502 "$(awk -F: '{ n += $3 } END { print n }' <<<"$out")" "kafka-get-offsets --time latest"
end0=$(awk -F: '$2 == 0 { print $3 }' <<<"$out")
tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic" --partitions 0 --time max-timestamp
like "^$topic:0:[0-9]+\$" "$out" "kafka-get-offsets --time max-timestamp"

tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --alter --entity-type topics --entity-name "$topic" \
	--add-config max.message.bytes=123456,cleanup.policy=[compact,delete] --delete-config retention.ms
like "Completed updating config for topic $topic" "$out" "kafka-configs --alter"
described()
{
	tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --describe --entity-type topics --entity-name "$topic"
	grep -q "max.message.bytes=123456 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:max.message.bytes=123456" <<<"$out"
}
until_true "the change" described
ok $? "kafka-configs --describe: a topic, with synonyms"
like "cleanup.policy=compact,delete" "$out" "kafka-configs --describe: a list"
tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --alter --entity-type topics --entity-name "$topic" --add-config retention.ms=x
like "Invalid value x for configuration retention.ms|InvalidConfigurationException" "$out" "kafka-configs --alter with a bad value"
tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --describe --all --entity-type brokers \
	--entity-name "$(tool $tools.BrokerApiVersionsCommand --bootstrap-server "$BOOTSTRAP"; sed -n 's/.*(id: \([0-9]*\) .*/\1/p' <<<"$out" | head -1)"
like "log.retention.hours=168" "$out" "kafka-broker-api-versions, kafka-configs --describe --all: a broker"

printf '{"version": 1, "partitions": [{"topic": "%s", "partition": 0, "offset": %d}]}\n' "$topic" "$end0" >"$work/delete"
tool $tools.DeleteRecordsCommand --bootstrap-server "$BOOTSTRAP" --offset-json-file "$work/delete"
like "partition: $topic-0.*low_watermark: $end0" "$out" "kafka-delete-records"
tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic" --partitions 0 --time earliest
is "$topic:0:$end0" "$out" "kafka-get-offsets --time earliest, thereafter"

tool $tools.LogDirsCommand --bootstrap-server "$BOOTSTRAP" --describe --topic-list "$topic"
like "\"partition\":\"$topic-[0-2]\",\"size\":[0-9]+,\"offsetLag\":0,\"isFuture\":false" "$out" "kafka-log-dirs"

if [ -n "${DATA_DIR:-}" ]; then
	log=$(ls -S "$DATA_DIR/$topic"-[12]/*.log | head -1)
	tool kafka.tools.DumpLogSegments --deep-iteration --files "$log" --print-data-log
	like "Dumping $log" "$out" "kafka-dump-log: a segment"
	like "baseOffset: [0-9]+ lastOffset: .*isvalid: true" "$out" "kafka-dump-log: batches"
	[ -n "$out" ] && ! grep -qE "isvalid: false|Found [0-9]+ invalid|Non-consecutive|exception" -i <<<"$out"
	ok $? "kafka-dump-log: nothing is wrong"
	tool kafka.tools.DumpLogSegments --index-sanity-check --files "${log%.log}.index,${log%.log}.timeindex"
	like "passed sanity check" "$out" "kafka-dump-log: the indexes"
else
	skip "kafka-dump-log" "DATA_DIR is not set"
fi

tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --delete --topic "$topic"
ok $? "kafka-topics --delete"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --describe --topic "$topic"
like "does not exist|UnknownTopicOrPartition" "$out" "kafka-topics --describe, thereafter"
done_testing
