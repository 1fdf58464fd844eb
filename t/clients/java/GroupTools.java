// SPDX-License-Identifier: ISC
//
// GroupTools.java - Apache Kafka's command-line tools for groups against the broker at args[0], in one virtual machine; speaks TAP.
//
// What the tools print is compared with what they print about Apache Kafka.

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.common.utils.Utils;
import org.apache.kafka.tools.ConsumerPerformance;
import org.apache.kafka.tools.consumer.ConsoleConsumer;
import org.apache.kafka.tools.consumer.group.ConsumerGroupCommand;

public class GroupTools extends Tools {
	static final int EACH = 100;	// records of each of two partitions
	static String topic;

	static String groups(String arguments) throws Exception {
		return run(ConsumerGroupCommand.class, arguments);
	}

	static String console(String arguments) throws Exception {
		return run(ConsoleConsumer.class, arguments + " --timeout-ms 20000");
	}

	/** A console consumer that stays, until its shutdown hook is run. */
	static Thread stays(String arguments) {
		Thread t = new Thread(() -> {
			try {
				start(ConsoleConsumer.class, arguments, tap);
			} catch (Exception e) {
				tap.println("# " + e);
			}
		});
		t.setDaemon(true);
		t.start();
		return t;
	}

	static void consume(String group, String more) throws Exception {
		String got = console("--topic " + topic + " --group " + group + " --from-beginning --max-messages " + 2 * EACH + more);
		HashSet<String> values = new HashSet<>(List.of(got.split("\n")));
		boolean all = values.contains("Processed a total of " + 2 * EACH + " messages") && values.size() == 2 * EACH + 1;

		for (int i = 0; i < 2 * EACH; i++)
			all &= values.contains("value " + i);
		ok("kafka-console-consumer --group" + more, all, got);
	}

	/** While somebody is in it. */
	static void live(String group, String assignor) throws Exception {
		String member = group + " .*console-consumer\\S* /\\S+ console-consumer ";
		String got = "";

		for (int i = 0; i < 300 && !got.contains("Stable"); i++) {
			got = groups("--describe --state --group " + group);
			Thread.sleep(50);
		}
		like("kafka-consumer-groups --describe --state: " + assignor, got,
			"^" + group + " \\S+:\\d+ \\(\\d+\\) " + assignor + " Stable 1");
		got = groups("--describe --group " + group);
		for (int p = 0; p < 2; p++)
			like("--describe: partition " + p, got, "^" + group + " " + topic + " " + p + " " + EACH + " " + EACH + " 0 \\S+ /\\S+ \\S+");
		like("--describe --members --verbose", groups("--describe --members --verbose --group " + group), "^" + group + " \\S+.*/\\S+ .*2 ",
			topic + "(:0,1|\\(0,1\\))");
		like("--reset-offsets of a live group is refused",
			groups("--reset-offsets --to-earliest --execute --topic " + topic + " --group " + group),
			"can only be reset if the group '" + group + "' is inactive, but the current state is Stable");
		like("--delete-offsets of a topic that is subscribed to is refused",
			groups("--delete-offsets --topic " + topic + " --group " + group), "actively subscribed|GroupSubscribedToTopic");
		like("--delete of a live group is refused", groups("--delete --group " + group), "GroupNotEmptyException");
	}

	/** With nobody in it. */
	static void empty(String group) throws Exception {
		like("--describe of an empty group", groups("--describe --group " + group), "has no active members",
			"^" + group + " " + topic + " 1 " + EACH + " " + EACH + " 0 - - -");
		like("--reset-offsets --to-earliest", groups("--reset-offsets --to-earliest --execute --topic " + topic + " --group " + group),
			"^" + group + " " + topic + " 0 0", "^" + group + " " + topic + " 1 0");
		like("--delete-offsets", groups("--delete-offsets --topic " + topic + ":1 --group " + group), "^" + topic + " 1 Successful");
		String got = groups("--describe --group " + group);
		like("--describe, thereafter", got, "^" + group + " " + topic + " 0 0 " + EACH + " " + EACH + " -");
		ok("and without what was deleted", !Pattern.compile(topic + " +1 +\\d").matcher(got).find(), got);
	}

	/** The partition of __consumer_offsets that has the group, printed by Kafka's own formatter. */
	static String formatted(Admin admin, String group, String formatter) throws Exception {
		int n = admin.describeTopics(List.of("__consumer_offsets")).allTopicNames().get().get("__consumer_offsets").partitions().size();
		TopicPartition p = new TopicPartition("__consumer_offsets", Utils.abs(group.hashCode()) % n);
		long end = admin.listOffsets(Map.of(p, OffsetSpec.latest())).all().get().get(p).offset();

		return console("--topic __consumer_offsets --partition " + p.partition() + " --offset earliest --max-messages " + end +
			" --formatter org.apache.kafka.tools.consumer." + formatter).replace("}{\"key\"", "}\n{\"key\"");
	}

	static void all(Admin admin, String classic, String modern) throws Exception {
		String protocol = " --consumer-property group.protocol=consumer";

		consume(classic, "");
		consume(modern, protocol);
		List<Thread> members = new ArrayList<>();
		System.setOut(tap);
		hooks.clear();
		members.add(stays("--topic " + topic + " --group " + classic));
		members.add(stays("--topic " + topic + " --group " + modern + protocol));
		live(classic, "range");
		live(modern, "uniform");
		like("--list --state", groups("--list --state"), "^" + classic + " Stable", "^" + modern + " Stable");
		like("--list --type", groups("--list --type"), "^" + classic + " Classic", "^" + modern + " Consumer");
		for (Runnable hook : hooks)
			hook.run();
		for (Thread t : members)
			t.join(20000);
		like("console consumers that end leave", groups("--list --state empty"), "^" + classic + " Empty", "^" + modern + " Empty");
		empty(classic);
		empty(modern);
		like("kafka-consumer-perf-test", run(ConsumerPerformance.class, "--topic " + topic + " --messages " + 2 * EACH +
			" --timeout 20000 --group perf-" + topic), "^\\d{4}-.*, " + 2 * EACH + ", ");

		like("--delete", groups("--delete --group " + classic + " --group " + modern), "Deletion of requested consumer groups .* was successful");
		String got = groups("--list");
		ok("and they are gone", !got.contains(classic) && !got.contains(modern) && got.contains("perf-" + topic), got);
		like("--describe of a group that is gone", groups("--describe --group " + classic), "GroupIdNotFoundException: Group " + classic + " not found");
		for (String group : List.of(classic, modern)) {
			String key = "\\{\"key\":\\{\"type\":1,\"data\":\\{\"group\":\"" + group + "\",\"topic\":\"" + topic + "\",\"partition\":1\\}\\},\"value\":";
			like("OffsetsMessageFormatter: a commit, and the end of it", formatted(admin, group, "OffsetsMessageFormatter"),
				"^" + key + "\\{\"version\":\\d,\"data\":\\{\"offset\":" + EACH + ",\"leaderEpoch\":\\S*,\"metadata\":\"\",\"commitTimestamp\":\\d+",
				"^" + key + "null");
		}
		String key = "\\{\"key\":\\{\"type\":2,\"data\":\\{\"group\":\"" + classic + "\"\\}\\},\"value\":";
		like("GroupMetadataMessageFormatter: members, nobody, and the end", formatted(admin, classic, "GroupMetadataMessageFormatter"),
			"^" + key + "\\{\"version\":\\d,\"data\":\\{\"protocolType\":\"consumer\",\"generation\":1,\"protocol\":\"range\",.*\"clientHost\":\"/",
			"^" + key + ".*\"protocol\":null,\"leader\":null,.*\"members\":\\[\\]", "^" + key + "null");
	}

	public static void main(String[] args) throws Exception {
		begin(args[0]);
		topic = args[1];
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker));
		     KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker),
			     new StringSerializer(), new StringSerializer())) {
			admin.createTopics(List.of(new NewTopic(topic, 2, (short)1))).all().get();
			for (int i = 0; i < 2 * EACH; i++)
				producer.send(new ProducerRecord<>(topic, i % 2, null, "value " + i));
			producer.flush();
			all(admin, "classic-" + topic, "modern-" + topic);
			admin.deleteTopics(List.of(topic)).all().get();
		}
		done();
	}
}
