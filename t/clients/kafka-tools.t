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
like "kafka-topics --create" "Created topic $topic" "$out"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --create --topic "$topic"
like "kafka-topics --create again" "Topic '$topic' already exists" "$out"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --describe --topic "$topic"
like "kafka-topics --describe" "Topic: $topic.*PartitionCount: 1.*ReplicationFactor: 1.*Configs: .*retention.ms=86400000" "$out"
like "kafka-topics --describe: the partitions" "Partition: 0.*Leader: [0-9]+.*Isr: [0-9]+" "$out"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --list
like "kafka-topics --list" "^$topic\$" "$out"

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
ok "kafka-console-producer" test $? = 0
[ -z "$out" ] || diag "$out"
unset stdin

tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic"
is "kafka-get-offsets" "$topic:0:502" "$out"
tool $tools.consumer.ConsoleConsumer --bootstrap-server "$BOOTSTRAP" --topic "$topic" --partition 0 --offset earliest \
	--max-messages 502 --property print.key=true --property print.headers=true --property null.literal=NULL --timeout-ms 20000
grep -v '^Processed a total' <<<"$out" >"$work/got"
sed 's/^NULL\t/NO_HEADERS\t/' "$work/in" >"$work/want"
diff "$work/want" "$work/got" >"$work/diff"
ok "kafka-console-consumer --partition: the same records" test $? = 0
[ ! -s "$work/diff" ] || diag "$(head "$work/diff")"

tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --alter --topic "$topic" --partitions 3
ok "kafka-topics --alter --partitions" test $? = 0
tool $tools.ProducerPerformance --topic "$topic" --num-records 20000 --record-size 100 --throughput -1 \
	--producer-props "bootstrap.servers=$BOOTSTRAP" acks=all enable.idempotence=true
like "kafka-producer-perf-test" "20000 records sent" "$out"
tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic" --time latest
is "kafka-get-offsets --time latest" 20502 "$(awk -F: '{ n += $3 } END { print n }' <<<"$out")"
end0=$(awk -F: '$2 == 0 { print $3 }' <<<"$out")
tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic "$topic" --partitions 0 --time max-timestamp
like "kafka-get-offsets --time max-timestamp" "^$topic:0:[0-9]+\$" "$out"

tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --alter --entity-type topics --entity-name "$topic" \
	--add-config max.message.bytes=123456,cleanup.policy=[compact,delete] --delete-config retention.ms
like "kafka-configs --alter" "Completed updating config for topic $topic" "$out"
described()
{
	tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --describe --all --entity-type topics --entity-name "$topic"
	grep -q "max.message.bytes=123456 sensitive=false synonyms={DYNAMIC_TOPIC_CONFIG:max.message.bytes=123456" <<<"$out"
}
wait_for 30 described
ok "kafka-configs --describe --all: a topic, with synonyms" test $? = 0
like "kafka-configs --describe --all: what was deleted" "retention.ms=604800000 sensitive=false synonyms=\{\}|retention.ms=604800000 .*DEFAULT_CONFIG:log.retention" "$out"
like "kafka-configs --describe: a list" "cleanup.policy=compact,delete" "$out"
tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" --alter --entity-type topics --entity-name "$topic" --add-config retention.ms=x
like "kafka-configs --alter with a bad value" "Invalid value x for configuration retention.ms|InvalidConfigurationException" "$out"

# the brokers' configs: one broker's own, and what holds for all of them
tool $tools.BrokerApiVersionsCommand --bootstrap-server "$BOOTSTRAP"
like "kafka-broker-api-versions" "\(id: [0-9]+ .*\) -> \(" "$out"
node=$(sed -n 's/.*(id: \([0-9]*\) .*/\1/p' <<<"$out" | head -1)
a_broker="--entity-type brokers --entity-name $node"
any_broker="--entity-type brokers --entity-default"

# configs WHICH ARGUMENT... - WHICH is one of the above
configs()
{
	local which=$1
	shift
	# shellcheck disable=SC2086
	tool kafka.admin.ConfigCommand --bootstrap-server "$BOOTSTRAP" $which "$@"
}

backoff() { configs "$a_broker" --describe --all; grep -qE "log.cleaner.backoff.ms=$1 sensitive=false synonyms=\\{$2" <<<"$out"; }

configs "$any_broker" --alter --add-config log.cleaner.backoff.ms=200
like "kafka-configs --alter: the cluster's default" "Completed updating default config for brokers in the cluster" "$out"
configs "$a_broker" --alter --add-config log.cleaner.backoff.ms=100
like "kafka-configs --alter: one broker" "Completed updating config for broker $node" "$out"
wait_for 30 backoff 100 "DYNAMIC_BROKER_CONFIG:log.cleaner.backoff.ms=100, DYNAMIC_DEFAULT_BROKER_CONFIG:log.cleaner.backoff.ms=200, "
ok "kafka-configs --describe --all: a broker, what is its own goes before the default" test $? = 0
like "kafka-configs --describe --all: a broker, what nobody set" "log.retention.hours=168" "$out"
configs "$a_broker" --alter --delete-config log.cleaner.backoff.ms
like "kafka-configs --alter --delete-config: one broker" "Completed updating config for broker $node" "$out"
wait_for 30 backoff 200 "DYNAMIC_DEFAULT_BROKER_CONFIG:log.cleaner.backoff.ms=200, "
ok "kafka-configs --describe --all: a broker, the default is back" test $? = 0

printf '{"version": 1, "partitions": [{"topic": "%s", "partition": 0, "offset": %d}, {"topic": "%s", "partition": 1, "offset": 99999999}]}\n' \
	"$topic" "$end0" "$topic" >"$work/delete"
tool $tools.DeleteRecordsCommand --bootstrap-server "$BOOTSTRAP" --offset-json-file "$work/delete"
like "kafka-delete-records" "partition: $topic-0.*low_watermark: $end0" "$out"
like "kafka-delete-records: beyond the end" "partition: $topic-1.*OffsetOutOfRangeException" "$out"
tool $tools.GetOffsetShell --bootstrap-server "$BOOTSTRAP" --topic-partitions "$topic:0-2" --time earliest
is "kafka-get-offsets --time earliest, a range of partitions, thereafter" "$topic:0:$end0
$topic:1:0" "$out"

tool $tools.LogDirsCommand --bootstrap-server "$BOOTSTRAP" --describe --broker-list "$node" --topic-list "$topic"
like "kafka-log-dirs" "\"partition\":\"$topic-[0-2]\",\"size\":[0-9]+,\"offsetLag\":0,\"isFuture\":false" "$out"

if [ -n "${DATA_DIR:-}" ]; then
	log=$(ls -S "$DATA_DIR/$topic"-[12]/*.log | head -1)
	tool kafka.tools.DumpLogSegments --deep-iteration --files "$log" --print-data-log
	like "kafka-dump-log: a segment" "Dumping $log" "$out"
	like "kafka-dump-log: batches" "baseOffset: [0-9]+ lastOffset: .*isvalid: true" "$out"
	[ -n "$out" ] && ! grep -qE "isvalid: false|Found [0-9]+ invalid|Non-consecutive|exception" -i <<<"$out"
	ok "kafka-dump-log: nothing is wrong" test $? = 0
	tool kafka.tools.DumpLogSegments --index-sanity-check --files "${log%.log}.index,${log%.log}.timeindex"
	like "kafka-dump-log: the indexes" "passed sanity check" "$out"
else
	skip "kafka-dump-log" "DATA_DIR is not set"
fi

configs "$any_broker" --alter --delete-config log.cleaner.backoff.ms
configs "$any_broker" --describe
[ -n "$out" ] && ! grep -q log.cleaner.backoff.ms <<<"$out"
ok "kafka-configs --alter --delete-config: the cluster's default" test $? = 0
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --describe --topics-with-overrides
like "kafka-topics --describe --topics-with-overrides" "Topic: $topic.*Configs: .*max.message.bytes=123456" "$out"
is "kafka-topics --describe --topics-with-overrides: no partitions" 0 "$(grep -c "Partition: " <<<"$out")"
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --delete --topic "$topic"
ok "kafka-topics --delete" test $? = 0
tool $tools.TopicCommand --bootstrap-server "$BOOTSTRAP" --describe --topic "$topic"
like "kafka-topics --describe, thereafter" "does not exist|UnknownTopicOrPartition" "$out"
done_testing
