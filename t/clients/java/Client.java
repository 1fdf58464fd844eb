// SPDX-License-Identifier: ISC
//
// Client.java - the Java client against the broker at args[0]; speaks TAP.
//
// Everything is consumed by assignment.  What comes back is compared with what was sent, record by record.

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.DescribeClusterOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.NewPartitions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InvalidConfigurationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

public class Client {
    static final String[] CODECS = {"none", "gzip", "snappy", "lz4", "zstd"};
    static final int PARTITIONS = 3;
    static final Duration POLL = Duration.ofMillis(200);
    static final long PATIENCE = 30_000;

    static String bootstrap;
    static int n, bad;

    interface Body {
        void run() throws Exception;
    }

    static void test(String name, Body body) {
        Throwable why = null;
        try {
            body.run();
        } catch (Throwable t) {
            why = t;
        }
        n++;
        System.out.println((why == null ? "ok " : "not ok ") + n + " - " + name);
        if (why != null) {
            bad++;
            for (Throwable t = why; t != null; t = t.getCause()) {
                System.out.println("# " + t.toString().replace("\n", "\n# "));
            }
            System.out.println("#   at " + Arrays.stream(why.getStackTrace()).filter(e -> e.getClassName().startsWith("Client"))
                .map(StackTraceElement::toString).collect(Collectors.joining(", ")));
        }
    }

    static void check(boolean so, String what) {
        if (!so) {
            throw new AssertionError(what);
        }
    }

    static void equal(Object expected, Object found, String what) {
        check(expected.equals(found), what + ": expected " + expected + ", found " + found);
    }

    // The cause of a failed call must be of this class.
    static <T extends Throwable> T fails(Class<T> kind, Body body) throws Exception {
        try {
            body.run();
        } catch (ExecutionException e) {
            check(kind.isInstance(e.getCause()), "expected " + kind.getSimpleName() + ", found " + e.getCause());
            return kind.cast(e.getCause());
        } catch (KafkaException e) {
            Throwable t = kind.isInstance(e) ? e : e.getCause();
            check(kind.isInstance(t), "expected " + kind.getSimpleName() + ", found " + e);
            return kind.cast(t);
        }
        throw new AssertionError("expected " + kind.getSimpleName() + ", but it went well");
    }

    static Properties properties(Object... more) {
        Properties p = new Properties();
        p.put("bootstrap.servers", bootstrap);
        p.put("request.timeout.ms", "20000");
        for (int i = 0; i < more.length; i += 2) {
            p.put((String) more[i], more[i + 1].toString());
        }
        return p;
    }

    static KafkaProducer<byte[], byte[]> producer(Object... more) {
        Properties p = properties("acks", "all", "delivery.timeout.ms", "30000", "max.block.ms", "20000", "linger.ms", "5");
        p.putAll(properties(more));
        return new KafkaProducer<>(p, new ByteArraySerializer(), new ByteArraySerializer());
    }

    static KafkaConsumer<byte[], byte[]> consumer(Object... more) {
        Properties p = properties("enable.auto.commit", "false", "auto.offset.reset", "none", "fetch.max.wait.ms", "200");
        p.putAll(properties(more));
        return new KafkaConsumer<>(p, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    static byte[] bytes(String s) {
        return s == null ? null : s.getBytes(StandardCharsets.UTF_8);
    }

    // A record in a form that can be compared, all of its parts.
    static String show(int partition, long time, byte[] key, byte[] value, Iterable<Header> headers) {
        StringBuilder s = new StringBuilder(partition + " " + time + " " + part(key) + " " + part(value));
        for (Header h : headers) {
            s.append(' ').append(h.key()).append('=').append(part(h.value()));
        }
        return s.toString();
    }

    static String part(byte[] b) {
        return b == null ? "null" : b.length > 40 ? b.length + "/" + Arrays.hashCode(b) : "\"" + new String(b, StandardCharsets.ISO_8859_1) + "\"";
    }

    static String show(ProducerRecord<byte[], byte[]> r) {
        return show(r.partition(), r.timestamp(), r.key(), r.value(), r.headers());
    }

    static String show(ConsumerRecord<byte[], byte[]> r) {
        return show(r.partition(), r.timestamp(), r.key(), r.value(), r.headers());
    }

    // Records of every kind, for one partition.
    static List<ProducerRecord<byte[], byte[]>> kinds(String topic, int partition, String word, long time) {
        List<ProducerRecord<byte[], byte[]>> out = new ArrayList<>();
        byte[] large = new byte[900_000];
        new Random(word.hashCode()).nextBytes(large);
        for (int i = 0; i < 40; i++) {
            String key = i % 5 == 1 ? null : i % 5 == 2 ? "" : "key-" + word + i;
            String value = i % 7 == 1 ? null : i % 7 == 2 ? "" : "value-" + word + "-" + "abc".repeat(i);
            out.add(new ProducerRecord<>(topic, partition, time + 10L * i, bytes(key), bytes(value)));
            if (i % 3 == 0) {
                out.get(i).headers().add("h", bytes("x" + i)).add("empty", new byte[0]).add("none", null).add("h", bytes("again"));
            }
        }
        out.add(new ProducerRecord<>(topic, partition, time + 400, bytes("large"), large));
        return out;
    }

    static List<TopicPartition> partitions(String topic, int count) {
        return IntStream.range(0, count).mapToObj(p -> new TopicPartition(topic, p)).collect(Collectors.toList());
    }

    // Reads until so many records came; offsets must follow each other in every partition.
    static Map<Integer, List<ConsumerRecord<byte[], byte[]>>> read(KafkaConsumer<byte[], byte[]> c, int count) {
        Map<Integer, List<ConsumerRecord<byte[], byte[]>>> out = new HashMap<>();
        long end = System.currentTimeMillis() + PATIENCE;
        for (int got = 0; got < count;) {
            check(System.currentTimeMillis() < end, "only " + got + " of " + count + " records came");
            for (ConsumerRecord<byte[], byte[]> r : c.poll(POLL)) {
                List<ConsumerRecord<byte[], byte[]>> list = out.computeIfAbsent(r.partition(), k -> new ArrayList<>());
                check(list.isEmpty() || list.get(list.size() - 1).offset() + 1 == r.offset(), "a gap before offset " + r.offset());
                list.add(r);
                got++;
            }
        }
        return out;
    }

    static List<RecordMetadata> send(KafkaProducer<byte[], byte[]> p, Collection<ProducerRecord<byte[], byte[]>> records) throws Exception {
        List<Future<RecordMetadata>> futures = new ArrayList<>();
        for (ProducerRecord<byte[], byte[]> r : records) {
            futures.add(p.send(r));
        }
        p.flush();
        List<RecordMetadata> out = new ArrayList<>();
        for (Future<RecordMetadata> f : futures) {
            out.add(f.get());
        }
        return out;
    }

    static long offset(Admin a, TopicPartition tp, OffsetSpec spec) throws Exception {
        return a.listOffsets(Map.of(tp, spec)).partitionResult(tp).get().offset();
    }

    static String config(Admin a, ConfigResource r, String name) throws Exception {
        return a.describeConfigs(List.of(r)).all().get().get(r).get(name).value();
    }

    interface Condition {
        boolean holds() throws Exception;
    }

    static void until(String what, Condition c) throws Exception {
        long end = System.currentTimeMillis() + PATIENCE;
        while (!c.holds()) {
            check(System.currentTimeMillis() < end, "never: " + what);
            Thread.sleep(20);
        }
    }

    // ---- the tests

    static void topics(Admin a, String topic) {
        test("describe the cluster", () -> {
            var c = a.describeCluster(new DescribeClusterOptions().includeAuthorizedOperations(true));
            check(c.nodes().get().size() >= 1, "no nodes");
            check(c.nodes().get().contains(c.controller().get()), "the controller is no node");
            check(!c.clusterId().get().isEmpty(), "no cluster id");
            a.describeFeatures().featureMetadata().get();
        });
        test("create a topic, the answer says what it is", () -> {
            var r = a.createTopics(List.of(new NewTopic(topic, PARTITIONS, (short) 1).configs(Map.of("retention.ms", "-1",
                "max.message.bytes", "2000000"))));
            r.all().get();
            equal(PARTITIONS, r.numPartitions(topic).get(), "partitions");
            equal(1, r.replicationFactor(topic).get(), "replication");
            equal("-1", r.config(topic).get().get("retention.ms").value(), "retention.ms");
            check(!r.topicId(topic).get().equals(Uuid.ZERO_UUID), "no id");
        });
        test("create it again", () -> fails(TopicExistsException.class,
            () -> a.createTopics(List.of(new NewTopic(topic, 1, (short) 1))).all().get()));
        test("create with a bad name, bad partitions, a bad config", () -> {
            fails(InvalidTopicException.class, () -> a.createTopics(List.of(new NewTopic("a b", 1, (short) 1))).all().get());
            fails(InvalidPartitionsException.class, () -> a.createTopics(List.of(new NewTopic(topic + "x", 0, (short) 1))).all().get());
            fails(InvalidConfigurationException.class, () -> a.createTopics(List.of(new NewTopic(topic + "x", 1, (short) 1).configs(
                Map.of("no.such", "1")))).all().get());
        });
        test("list and describe, by name and by id", () -> {
            until("listed", () -> a.listTopics().names().get().contains(topic));
            TopicDescription d = a.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
            equal(PARTITIONS, d.partitions().size(), "partitions");
            d.partitions().forEach(p -> {
                equal(p.leader(), p.replicas().get(0), "leader");
                equal(p.replicas(), p.isr(), "isr");
            });
            Uuid id = d.topicId();
            equal(topic, a.describeTopics(TopicCollection.ofTopicIds(List.of(id))).allTopicIds().get().get(id).name(), "name by id");
        });
        test("describe a topic that is not there", () -> {
            fails(UnknownTopicOrPartitionException.class, () -> a.describeTopics(List.of(topic + "-not")).allTopicNames().get());
            check(!a.listTopics().names().get().contains(topic + "-not"), "it was created");
        });
        test("describe log directories", () -> {
            int node = a.describeCluster().nodes().get().iterator().next().id();
            var dirs = a.describeLogDirs(List.of(node)).allDescriptions().get().get(node);
            check(dirs.values().stream().anyMatch(d -> d.replicaInfos().containsKey(new TopicPartition(topic, 0))), "not there");
            check(dirs.values().stream().allMatch(d -> d.totalBytes().getAsLong() > 0), "no size");
        });
    }

    static void codecs(String topic, Map<Integer, List<String>> sent) {
        long time = System.currentTimeMillis() - 3_600_000;
        for (String codec : CODECS) {
            test("produce with " + codec, () -> {
                try (KafkaProducer<byte[], byte[]> p = producer("compression.type", codec, "batch.size", 100000)) {
                    for (int i = 0; i < PARTITIONS; i++) {
                        List<ProducerRecord<byte[], byte[]>> records = kinds(topic, i, codec, time);
                        List<String> list = sent.computeIfAbsent(i, k -> new ArrayList<>());
                        List<RecordMetadata> meta = send(p, records);
                        for (int j = 0; j < records.size(); j++) {
                            equal((long) list.size(), meta.get(j).offset(), "offset");
                            equal(i, meta.get(j).partition(), "partition");
                            equal(records.get(j).timestamp(), meta.get(j).timestamp(), "timestamp");
                            list.add(show(records.get(j)));
                        }
                    }
                }
            });
        }
        test("consume everything, byte for byte", () -> {
            try (KafkaConsumer<byte[], byte[]> c = consumer()) {
                c.assign(partitions(topic, PARTITIONS));
                c.seekToBeginning(c.assignment());
                var got = read(c, sent.values().stream().mapToInt(List::size).sum());
                for (int i = 0; i < PARTITIONS; i++) {
                    List<String> found = got.get(i).stream().map(Client::show).collect(Collectors.toList());
                    for (int j = 0; j < found.size(); j++) {
                        equal(sent.get(i).get(j), found.get(j), "record " + j + " of partition " + i);
                    }
                    equal(sent.get(i).size(), found.size(), "records of partition " + i);
                }
            }
        });
        test("consume in small pieces", () -> {
            try (KafkaConsumer<byte[], byte[]> c = consumer("max.partition.fetch.bytes", 1000, "fetch.max.bytes", 2000)) {
                c.assign(partitions(topic, PARTITIONS));
                c.seekToBeginning(c.assignment());
                read(c, sent.values().stream().mapToInt(List::size).sum());
            }
        });
    }

    static void offsets(Admin a, String topic, Map<Integer, List<String>> sent) {
        TopicPartition tp = new TopicPartition(topic, 1);
        test("offsets: earliest, latest, greatest time, by time", () -> {
            int count = sent.get(1).size();
            equal(0L, offset(a, tp, OffsetSpec.earliest()), "earliest");
            equal((long) count, offset(a, tp, OffsetSpec.latest()), "latest");
            equal(0L, offset(a, tp, OffsetSpec.earliestLocal()), "earliest local");
            long first = Long.parseLong(sent.get(1).get(0).split(" ")[1]);
            ListOffsetsResultInfo max = a.listOffsets(Map.of(tp, OffsetSpec.maxTimestamp())).partitionResult(tp).get();
            equal(40L, max.offset(), "offset of the greatest time");
            equal(first + 400, max.timestamp(), "the greatest time");
            try (KafkaConsumer<byte[], byte[]> c = consumer()) {
                equal(Map.of(tp, 0L), c.beginningOffsets(List.of(tp)), "beginning");
                equal(Map.of(tp, (long) count), c.endOffsets(List.of(tp)), "end");
                for (int i : new int[] {0, 1, 17, 39}) {
                    OffsetAndTimestamp o = c.offsetsForTimes(Map.of(tp, first + 10L * i - 3)).get(tp);
                    equal((long) i, o.offset(), "offset by time");
                    equal(first + 10L * i, o.timestamp(), "its time");
                    check(o.leaderEpoch().isPresent(), "no leader epoch");
                }
                check(c.offsetsForTimes(Map.of(tp, first + 401)).get(tp) == null, "something after the end");
            }
        });
        test("seek and read again", () -> {
            try (KafkaConsumer<byte[], byte[]> c = consumer("max.poll.records", 7)) {
                c.assign(List.of(tp));
                for (int at : new int[] {100, 3, 0, 57, 3}) {
                    c.seek(tp, at);
                    var got = read(c, 7).get(1);
                    equal((long) at, got.get(0).offset(), "offset");
                    equal(sent.get(1).get(at), show(got.get(0)), "record");
                }
                c.seekToEnd(List.of(tp));
                equal((long) sent.get(1).size(), c.position(tp), "position at the end");
                equal(0, c.poll(Duration.ofMillis(50)).count(), "records beyond the end");
            }
        });
        test("out of range: an error, or a reset", () -> {
            try (KafkaConsumer<byte[], byte[]> c = consumer()) {
                c.assign(List.of(tp));
                c.seek(tp, 1_000_000);
                OffsetOutOfRangeException e = null;
                for (long end = System.currentTimeMillis() + PATIENCE; e == null && System.currentTimeMillis() < end;) {
                    try {
                        c.poll(POLL);
                    } catch (OffsetOutOfRangeException x) {
                        e = x;
                    }
                }
                check(e != null && e.offsetOutOfRangePartitions().containsKey(tp), "no error");
            }
            try (KafkaConsumer<byte[], byte[]> c = consumer("auto.offset.reset", "earliest")) {
                c.assign(List.of(tp));
                c.seek(tp, 1_000_000);
                equal(0L, read(c, 1).get(1).get(0).offset(), "offset after the reset");
            }
        });
    }

    static void idempotence(String topic) {
        test("5000 records, idempotently, five requests in flight", () -> {
            List<List<String>> sent = new ArrayList<>();
            try (KafkaProducer<byte[], byte[]> p = producer("enable.idempotence", true, "max.in.flight.requests.per.connection", 5,
                "batch.size", 2000, "linger.ms", 0, "compression.type", "lz4")) {
                List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
                for (int i = 0; i < 5000; i++) {
                    all.add(new ProducerRecord<>(topic, i % PARTITIONS, bytes("k" + i), bytes("idempotent " + i)));
                }
                send(p, all);
            }
            try (KafkaConsumer<byte[], byte[]> c = consumer()) {
                c.assign(partitions(topic, PARTITIONS));
                c.seekToBeginning(c.assignment());
                var got = read(c, 5000);
                for (int i = 0; i < 5000; i++) {
                    equal("k" + i, new String(got.get(i % PARTITIONS).get(i / PARTITIONS).key()), "record " + i);
                }
                equal(0, c.poll(Duration.ofMillis(50)).count(), "records too many");
            }
        });
        test("acks 1 and 0", () -> {
            TopicPartition tp = new TopicPartition(topic, 0);
            try (KafkaConsumer<byte[], byte[]> c = consumer()) {
                c.assign(List.of(tp));
                c.seekToEnd(List.of(tp));
                c.position(tp);
                for (String acks : new String[] {"1", "0"}) {
                    try (KafkaProducer<byte[], byte[]> p = producer("acks", acks, "enable.idempotence", false)) {
                        send(p, List.of(new ProducerRecord<>(topic, 0, bytes("acks"), bytes(acks))));
                    }
                }
                equal(List.of("1", "0"), read(c, 2).get(0).stream().map(r -> new String(r.value())).collect(Collectors.toList()), "values");
            }
        });
    }

    // The default consumer fetches in sessions: several partitions, some quiet, records coming all the while.
    static void sessions(Admin a, String topic) {
        test("consume from 20 partitions while records come", () -> {
            int count = 20, rounds = 40;
            a.createTopics(List.of(new NewTopic(topic, count, (short) 1))).all().get();
            Random random = new Random(1);
            Map<Integer, List<String>> sent = new HashMap<>(), got = new HashMap<>();
            int total = 0, seen = 0;
            try (KafkaProducer<byte[], byte[]> p = producer("linger.ms", 0); KafkaConsumer<byte[], byte[]> c = consumer()) {
                c.assign(partitions(topic, count));
                c.seekToBeginning(c.assignment());
                for (int round = 0; round < rounds; round++) {
                    for (int i = 0, m = random.nextInt(6); i < m; i++, total++) {
                        int at = random.nextInt(count);
                        String value = "round " + round + " record " + total;
                        p.send(new ProducerRecord<>(topic, at, null, bytes(value)));
                        sent.computeIfAbsent(at, k -> new ArrayList<>()).add(value);
                    }
                    p.flush();
                    if (round == 20) {
                        c.pause(partitions(topic, 7));
                    }
                    if (round == 30) {
                        c.resume(partitions(topic, 7));
                    }
                    for (ConsumerRecord<byte[], byte[]> r : c.poll(Duration.ofMillis(10))) {
                        got.computeIfAbsent(r.partition(), k -> new ArrayList<>()).add(new String(r.value()));
                        seen++;
                    }
                }
                for (long end = System.currentTimeMillis() + PATIENCE; seen < total;) {
                    check(System.currentTimeMillis() < end, "only " + seen + " of " + total);
                    for (ConsumerRecord<byte[], byte[]> r : c.poll(POLL)) {
                        got.computeIfAbsent(r.partition(), k -> new ArrayList<>()).add(new String(r.value()));
                        seen++;
                    }
                }
                equal(sent, got, "records");
                equal(count, c.endOffsets(c.assignment()).size(), "end offsets");
            }
        });
    }

    static void admin(Admin a, String topic) {
        ConfigResource r = new ConfigResource(ConfigResource.Type.TOPIC, topic);
        TopicPartition tp = new TopicPartition(topic, 0);
        test("create partitions", () -> {
            a.createPartitions(Map.of(topic, NewPartitions.increaseTo(5))).all().get();
            until("five partitions", () -> a.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size() == 5);
            fails(InvalidPartitionsException.class, () -> a.createPartitions(Map.of(topic, NewPartitions.increaseTo(4))).all().get());
            try (KafkaProducer<byte[], byte[]> p = producer()) {
                equal(0L, send(p, List.of(new ProducerRecord<>(topic, 4, null, bytes("new")))).get(0).offset(), "offset in the new one");
            }
        });
        test("configs of a topic: change, see the source, take back", () -> {
            a.incrementalAlterConfigs(Map.of(r, List.of(new AlterConfigOp(new ConfigEntry("flush.messages", "77"), AlterConfigOp.OpType.SET),
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.APPEND)))).all().get();
            until("flush.messages", () -> config(a, r, "flush.messages").equals("77"));
            Config c = a.describeConfigs(List.of(r), new DescribeConfigsOptions().includeSynonyms(true).includeDocumentation(true))
                .all().get().get(r);
            equal(Set.of("delete", "compact"), Set.of(c.get("cleanup.policy").value().split(",")), "cleanup.policy");
            equal(ConfigEntry.ConfigSource.DYNAMIC_TOPIC_CONFIG, c.get("flush.messages").source(), "source");
            equal(ConfigEntry.ConfigSource.DEFAULT_CONFIG, c.get("segment.bytes").source(), "source of a default");
            equal(ConfigEntry.ConfigType.LONG, c.get("flush.messages").type(), "type");
            check(c.get("flush.messages").documentation() != null, "no documentation");
            check(!c.get("flush.messages").synonyms().isEmpty(), "no synonyms");
            a.incrementalAlterConfigs(Map.of(r, List.of(new AlterConfigOp(new ConfigEntry("flush.messages", null), AlterConfigOp.OpType.DELETE),
                new AlterConfigOp(new ConfigEntry("cleanup.policy", "compact"), AlterConfigOp.OpType.SUBTRACT)))).all().get();
            until("the default", () -> config(a, r, "flush.messages").equals("9223372036854775807"));
            fails(InvalidConfigurationException.class, () -> a.incrementalAlterConfigs(Map.of(r, List.of(new AlterConfigOp(
                new ConfigEntry("retention.ms", "x"), AlterConfigOp.OpType.SET)))).all().get());
        });
        test("configs of a broker", () -> {
            int node = a.describeCluster().nodes().get().iterator().next().id();
            ConfigResource b = new ConfigResource(ConfigResource.Type.BROKER, String.valueOf(node));
            Config c = a.describeConfigs(List.of(b)).all().get().get(b);
            for (String name : new String[] {"log.retention.ms", "num.partitions", "message.max.bytes", "default.replication.factor"}) {
                check(c.get(name) != null, "no " + name);
            }
        });
        test("delete records", () -> {
            long end = offset(a, tp, OffsetSpec.latest());
            equal(10L, a.deleteRecords(Map.of(tp, RecordsToDelete.beforeOffset(10))).lowWatermarks().get(tp).get().lowWatermark(), "low watermark");
            equal(10L, offset(a, tp, OffsetSpec.earliest()), "earliest");
            try (KafkaConsumer<byte[], byte[]> c = consumer("auto.offset.reset", "earliest")) {
                c.assign(List.of(tp));
                c.seek(tp, 0);
                equal(10L, read(c, 1).get(0).get(0).offset(), "first offset");
            }
            equal(end, a.deleteRecords(Map.of(tp, RecordsToDelete.beforeOffset(-1))).lowWatermarks().get(tp).get().lowWatermark(), "all");
            fails(org.apache.kafka.common.errors.OffsetOutOfRangeException.class,
                () -> a.deleteRecords(Map.of(tp, RecordsToDelete.beforeOffset(end + 5))).all().get());
        });
        test("a record that is too large for the topic", () -> {
            a.incrementalAlterConfigs(Map.of(r, List.of(new AlterConfigOp(new ConfigEntry("max.message.bytes", "1000"),
                AlterConfigOp.OpType.SET)))).all().get();
            until("max.message.bytes", () -> config(a, r, "max.message.bytes").equals("1000"));
            try (KafkaProducer<byte[], byte[]> p = producer()) {
                fails(RecordTooLargeException.class, () -> send(p, List.of(new ProducerRecord<>(topic, 1, null, new byte[5000]))));
                send(p, List.of(new ProducerRecord<>(topic, 1, null, new byte[500])));
            }
        });
        test("a record without a key for a compacted topic", () -> {
            String compacted = topic + "-compacted";
            a.createTopics(List.of(new NewTopic(compacted, 1, (short) 1).configs(Map.of("cleanup.policy", "compact")))).all().get();
            try (KafkaProducer<byte[], byte[]> p = producer()) {
                KafkaException e = fails(org.apache.kafka.common.InvalidRecordException.class,
                    () -> send(p, List.of(new ProducerRecord<>(compacted, 0, null, bytes("v")))));
                check(e != null, "no error");
                send(p, List.of(new ProducerRecord<>(compacted, 0, bytes("k"), bytes("v"))));
            }
        });
        test("the broker's time", () -> {
            String appended = topic + "-append-time";
            a.createTopics(List.of(new NewTopic(appended, 1, (short) 1).configs(Map.of("message.timestamp.type", "LogAppendTime")))).all().get();
            long before = System.currentTimeMillis();
            try (KafkaProducer<byte[], byte[]> p = producer(); KafkaConsumer<byte[], byte[]> c = consumer()) {
                RecordMetadata m = send(p, List.of(new ProducerRecord<>(appended, 0, 1000L, null, bytes("v")))).get(0);
                check(m.timestamp() >= before - 1000, "the time is " + m.timestamp());
                c.assign(partitions(appended, 1));
                c.seekToBeginning(c.assignment());
                equal(m.timestamp(), read(c, 1).get(0).get(0).timestamp(), "timestamp");
            }
        });
        test("auto-creation by producing", () -> {
            String made = topic + "-auto";
            try (KafkaProducer<byte[], byte[]> p = producer()) {
                equal(0L, send(p, List.of(new ProducerRecord<>(made, null, bytes("v")))).get(0).offset(), "offset");
            }
            check(a.listTopics().names().get().contains(made), "not listed");
        });
        test("a transactional producer is refused or served, not left hanging", () -> {
            long began = System.currentTimeMillis();
            try (KafkaProducer<byte[], byte[]> p = producer("transactional.id", topic, "max.block.ms", 15000)) {
                p.initTransactions();
            } catch (KafkaException e) {
                System.out.println("# refused: " + e);
            }
            check(System.currentTimeMillis() - began < 60_000, "it hung");
        });
        test("delete topics, by name and by id", () -> {
            Uuid id = a.describeTopics(List.of(topic + "-auto")).allTopicNames().get().get(topic + "-auto").topicId();
            a.deleteTopics(TopicCollection.ofTopicIds(List.of(id))).all().get();
            a.deleteTopics(List.of(topic)).all().get();
            until("gone", () -> Collections.disjoint(a.listTopics().names().get(), List.of(topic, topic + "-auto")));
            fails(UnknownTopicOrPartitionException.class, () -> a.deleteTopics(List.of(topic)).all().get());
        });
    }

    public static void main(String[] args) {
        bootstrap = args[0];
        String topic = args[1];
        Map<Integer, List<String>> sent = new HashMap<>();
        try (Admin a = Admin.create(properties())) {
            topics(a, topic);
            codecs(topic, sent);
            offsets(a, topic, sent);
            test("another topic", () -> a.createTopics(List.of(new NewTopic(topic + "-i", Optional.of(PARTITIONS), Optional.empty()))).all().get());
            idempotence(topic + "-i");
            sessions(a, topic + "-s");
            admin(a, topic);
        }
        System.out.println("1.." + n);
        System.exit(bad == 0 ? 0 : 1);
    }
}
