// SPDX-License-Identifier: ISC
//
// Member JSON - a member of a group: the Java client.  README says what it prints.

import java.time.Duration;
import java.util.*;
import java.util.regex.*;
import org.apache.kafka.clients.consumer.*;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

public class Member {
    static volatile boolean running = true;
    static final Set<TopicPartition> mine = new LinkedHashSet<>();
    static final Map<TopicPartition, OffsetAndMetadata> toCommit = new HashMap<>();
    static KafkaConsumer<byte[], byte[]> consumer;

    static synchronized void say(String what, Collection<TopicPartition> partitions) {
        java.time.Instant t = java.time.Instant.now();
        StringBuilder line = new StringBuilder().append(t.getEpochSecond() * 1000000 + t.getNano() / 1000).append(' ').append(what);
        for (TopicPartition p : partitions)
            line.append(' ').append(p.topic()).append(':').append(p.partition());
        System.out.println(line);
        System.out.flush();
    }

    static void commit() {
        if (toCommit.isEmpty())
            return;
        try {
            consumer.commitSync(toCommit);
            toCommit.clear();
        } catch (WakeupException e) {
            throw e;
        } catch (Exception e) {
            say("error commit: " + e, List.of());
        }
    }

    // The arguments are a flat object of strings, numbers and one list of strings: no library is needed for that.
    static String text(String json, String key) {
        Matcher m = Pattern.compile("\"" + key + "\": *(?:\"((?:[^\"\\\\]|\\\\.)*)\"|(-?[0-9]+))").matcher(json);
        return !m.find() ? "" : m.group(1) != null ? m.group(1).replace("\\\\", "\\") : m.group(2);
    }

    static List<String> list(String json, String key) {
        Matcher m = Pattern.compile("\"" + key + "\": *\\[([^\\]]*)\\]").matcher(json);
        List<String> out = new ArrayList<>();
        if (m.find())
            for (String s : m.group(1).split(","))
                if (!s.isBlank())
                    out.add(s.trim().replace("\"", ""));
        return out;
    }

    static final ConsumerRebalanceListener listener = new ConsumerRebalanceListener() {
        void gone(Collection<TopicPartition> p) {
            mine.removeAll(p);
            toCommit.keySet().removeAll(p);
            if (!p.isEmpty())
                say("lose", p);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> p) {
            commit();
            gone(p);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> p) {
            gone(p);
        }

        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> p) {
            mine.addAll(p);
            say("own", mine);
        }
    };

    public static void main(String[] args) throws Exception {
        String json = args[0], protocol = text(json, "protocol"), regex = text(json, "regex"), instance = text(json, "instance");
        Thread main = Thread.currentThread();
        Map<String, Object> conf = new HashMap<>(Map.of("bootstrap.servers", text(json, "bootstrap"), "group.id", text(json, "group"),
            "auto.offset.reset", "earliest", "enable.auto.commit", "false", "metadata.max.age.ms", "1000", "fetch.max.wait.ms", "100"));

        if (protocol.startsWith("consumer")) {
            conf.put("group.protocol", "consumer");
            if (protocol.contains("-"))
                conf.put("group.remote.assignor", protocol.substring(protocol.indexOf('-') + 1));
        } else {
            conf.put("partition.assignment.strategy", "org.apache.kafka.clients.consumer." + switch (protocol) {
                case "range" -> "RangeAssignor";
                case "roundrobin" -> "RoundRobinAssignor";
                case "sticky" -> "StickyAssignor";
                default -> "CooperativeStickyAssignor";
            });
            conf.put("session.timeout.ms", text(json, "session_ms"));
            conf.put("heartbeat.interval.ms", "500");
        }
        if (!instance.isEmpty())
            conf.put("group.instance.id", instance);
        consumer = new KafkaConsumer<>(conf, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            running = false;
            try {
                main.join(20000);
            } catch (InterruptedException e) {
                // the virtual machine ends anyway
            }
        }));
        if (regex.isEmpty())
            consumer.subscribe(list(json, "topics"), listener);
        else if (protocol.startsWith("consumer"))
            consumer.subscribe(new SubscriptionPattern(regex), listener);
        else
            consumer.subscribe(Pattern.compile(regex), listener);
        long last = System.nanoTime();
        while (running) {
            for (ConsumerRecord<byte[], byte[]> r : consumer.poll(Duration.ofMillis(50))) {
                say("rec " + r.topic() + " " + r.partition() + " " + r.offset(), List.of());
                toCommit.put(new TopicPartition(r.topic(), r.partition()), new OffsetAndMetadata(r.offset() + 1));
            }
            if (System.nanoTime() - last > 200_000_000L) {
                commit();
                last = System.nanoTime();
            }
        }
        commit();
        List<TopicPartition> left = new ArrayList<>(mine);
        consumer.close();
        if (!mine.isEmpty())
            say("lose", left);
    }
}
