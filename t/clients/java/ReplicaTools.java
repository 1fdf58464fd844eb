// SPDX-License-Identifier: ISC
//
// ReplicaTools.java - Apache Kafka's command-line tools for replicas against three nodes, of which args[0] is one, in one virtual
// machine; speaks TAP.
//
// What the tools print is compared with what they print about three nodes of Apache Kafka.

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import kafka.admin.ConfigCommand;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.tools.GetOffsetShell;
import org.apache.kafka.tools.LeaderElectionCommand;
import org.apache.kafka.tools.LogDirsCommand;
import org.apache.kafka.tools.ReplicaVerificationTool;
import org.apache.kafka.tools.TopicCommand;
import org.apache.kafka.tools.reassign.ReassignPartitionsCommand;

public class ReplicaTools extends Tools {
	static final int RECORDS = 300;
	static String three, placed;	// topics
	static Path work;

	/** Without what the tool says of being ended. */
	static String topics(String arguments) throws Exception {
		return run(TopicCommand.class, arguments).replaceAll("(?m)^(\\s+at .*|status \\d|.*Tools\\$Ended.*)\\R?", "").trim();
	}

	static String describe(String topic) throws Exception {
		return topics("--describe --topic " + topic);
	}

	/** The line of a partition. */
	static String line(String topic, int partition) throws Exception {
		for (String l : describe(topic).split("\n"))
			if (l.matches("\\s*Topic: " + topic + "\\s+Partition: " + partition + "\\s.*"))
				return l.replaceAll("\\s+", " ").trim();
		return "";
	}

	/** Until the line of a partition is as wanted; the line. */
	static String until(String topic, int partition, String wanted) throws Exception {
		String l = "";

		for (int i = 0; i < 600; i++) {
			l = line(topic, partition);
			if (Pattern.compile(wanted).matcher(l).find())
				break;
			Thread.sleep(100);
		}
		return l;
	}

	static Path file(String name, String text) throws Exception {
		return Files.writeString(work.resolve(name), text);
	}

	static String moves(String... what) {
		ArrayList<String> parts = new ArrayList<>();

		for (String w : what) {
			String[] f = w.split(" ");
			parts.add("{\"topic\":\"" + f[0] + "\",\"partition\":" + f[1] + ",\"replicas\":[" + f[2] + "],\"log_dirs\":[" +
				f[2].replaceAll("\\d+", "\"any\"") + "]}");
		}
		return "{\"version\":1,\"partitions\":[" + String.join(",", parts) + "]}";
	}

	static String reassign(String arguments) throws Exception {
		return run(ReassignPartitionsCommand.class, arguments);
	}

	static void places() throws Exception {
		like("kafka-topics --create --replication-factor 3", topics("--create --topic " + three + " --partitions 3 --replication-factor 3"),
			"^Created topic " + three + "\\.$");
		like("kafka-topics --create --replica-assignment",
			topics("--create --topic " + placed + " --replica-assignment 1:2,2:3,3:1 --config min.insync.replicas=2"),
			"^Created topic " + placed + "\\.$");
		like("--describe", describe(placed), "PartitionCount: 3 ReplicationFactor: 2 Configs: .*min.insync.replicas=2",
			"Partition: 0 Leader: 1 Replicas: 1,2 Isr: [12],[12]", "Partition: 1 Leader: 2 Replicas: 2,3 Isr: [23],[23]",
			"Partition: 2 Leader: 3 Replicas: 3,1 Isr: [13],[13]");
		TreeSet<String> leaders = new TreeSet<>();
		Matcher m = Pattern.compile("Leader: (\\d)").matcher(describe(three));
		while (m.find())
			leaders.add(m.group(1));
		ok("leaders are spread", leaders.toString().equals("[1, 2, 3]"), describe(three));
		like("more replicas than nodes", topics("--create --topic x" + three + " --partitions 1 --replication-factor 4"),
			"Unable to replicate the partition 4 time\\(s\\): The target replication factor of 4 cannot be reached because only 3 broker\\(s\\) are registered\\.");
		like("an unknown node", topics("--create --topic x" + three + " --replica-assignment 1:9"), "The manual partition assignment includes broker 9, but no such broker is registered");
		like("--alter --partitions", topics("--alter --topic " + three + " --partitions 4") + describe(three), "PartitionCount: 4 ReplicationFactor: 3");
		like("--alter with an assignment", topics("--alter --topic " + placed + " --partitions 4 --replica-assignment 1:2,2:3,3:1,3:2") +
			until(placed, 3, "Isr: \\d,\\d"), "Partition: 3 Leader: 3 Replicas: 3,2 Isr: [23],[23]");
	}

	static void filters() throws Exception {
		for (String what : List.of("--under-replicated-partitions", "--unavailable-partitions"))
			ok(what + ": none", topics("--describe " + what + " --topic " + three).isBlank(), topics("--describe " + what));
		like("--at-min-isr-partitions", topics("--describe --at-min-isr-partitions --topic " + placed), "Topic: " + placed + " Partition: 1 ");
		like("--under-min-isr-partitions", "." + topics("--describe --under-min-isr-partitions --topic " + placed), "^\\.$");
	}

	static void offsets() throws Exception {
		String got = run(GetOffsetShell.class, "--topic " + three);
		long sum = 0;

		for (String l : got.split("\n"))
			if (l.startsWith(three + ":"))
				sum += Long.parseLong(l.substring(l.lastIndexOf(':') + 1));
		ok("kafka-get-offsets", sum == RECORDS, got);
		got = run(LogDirsCommand.class, "--describe --topic-list " + three);
		int replicas = 0;
		Matcher m = Pattern.compile("\"partition\":\"" + three + "-\\d\",\"size\":[1-9]\\d*,\"offsetLag\":0,\"isFuture\":false").matcher(got);
		while (m.find())
			replicas++;
		ok("kafka-log-dirs --describe: 12 replicas, none behind", replicas == 12, got);
		like("--broker-list", run(LogDirsCommand.class, "--describe --topic-list " + three + " --broker-list 2"),
			"\"broker\":2,\"logDirs\":\\[\\{", "\"error\":null");
	}

	static void elections() throws Exception {
		String json = "{\"partitions\":[{\"topic\":\"" + placed + "\",\"partition\":0}]}";
		Path f = file("elect.json", json);
		String one = " --topic " + placed + " --partition 0";

		like("kafka-leader-election preferred: not needed", run(LeaderElectionCommand.class, "--election-type preferred" + one),
			"Valid replica already elected for partitions.*" + placed + "-0");
		like("a file", run(LeaderElectionCommand.class, "--election-type preferred --path-to-json-file " + f), "Valid replica already elected");
		like("unclean: not needed", run(LeaderElectionCommand.class, "--election-type unclean" + one), "Valid replica already elected");
		like("an unknown partition", run(LeaderElectionCommand.class, "--election-type preferred --topic " + placed + " --partition 77"),
			"Error completing leader election .*" + placed + "-77.*|UnknownTopicOrPartition|does not exist|No such partition");
		like("kafka-reassign-partitions: another order", reassign("--execute --reassignment-json-file " + file("order.json", moves(placed + " 0 2,1"))),
			"Successfully started partition reassignment for " + placed + "-0");
		until(placed, 0, "Replicas: 2,1");
		like("kafka-leader-election preferred", run(LeaderElectionCommand.class, "--election-type preferred --path-to-json-file " + f),
			"Successfully completed leader election \\(PREFERRED\\) for partitions.*" + placed + "-0|Valid replica already elected");
		like("it leads", until(placed, 0, "Leader: 2"), "Leader: 2 Replicas: 2,1");
		like("all partitions", "." + run(LeaderElectionCommand.class, "--election-type preferred --all-topic-partitions"),
			"^\\.$|Valid replica already|Successfully completed");
	}

	static void reassignments() throws Exception {
		Path topicsFile = file("topics.json", "{\"topics\":[{\"topic\":\"" + placed + "\"}],\"version\":1}");
		String got = reassign("--generate --topics-to-move-json-file " + topicsFile + " --broker-list 1,2");

		like("--generate", got, "Current partition replica assignment\n\\{\"version\":1,\"partitions\":\\[.*\\{\"topic\":\"" + placed + "\",\"partition\":0,\"replicas\":\\[2,1\\]",
			"Proposed partition reassignment configuration\n\\{\"version\":1,\"partitions\":\\[");
		Path plan = file("plan.json", moves(placed + " 2 1,2", placed + " 1 1,3"));
		got = reassign("--execute --reassignment-json-file " + plan + " --throttle 50000000");
		like("--execute --throttle", got, "Warning: You must run --verify periodically", "The inter-broker throttle limit was set to 50000000 B/s",
			"Successfully started partition reassignments for " + placed + "-1," + placed + "-2");
		like("kafka-configs: the throttle of a node", run(ConfigCommand.class, "--describe --entity-type brokers --entity-name 1"),
			"leader.replication.throttled.rate=50000000", "follower.replication.throttled.rate=50000000");
		like("of a topic", run(ConfigCommand.class, "--describe --entity-type topics --entity-name " + placed),
			"leader.replication.throttled.replicas=\\S*2:3", "follower.replication.throttled.replicas=\\S*2:2");
		until(placed, 2, "Replicas: 1,2 Isr: [12],[12]");
		until(placed, 1, "Replicas: 1,3 Isr: [13],[13]");
		like("--verify", reassign("--verify --reassignment-json-file " + plan), "Reassignment of partition " + placed + "-1 is completed\\.",
			"Reassignment of partition " + placed + "-2 is completed\\.", "Clearing broker-level throttles on brokers 1,2,3", "Clearing topic-level throttles on topic " + placed);
		like("the throttle is gone", "." + run(ConfigCommand.class, "--describe --entity-type brokers --entity-name 1").replaceAll("(?s).*throttled.rate.*", "rate"),
			"^\\.(?!rate)");
		like("as told", line(placed, 2), "Replicas: 1,2 Isr: [12],[12]");
		like("--list: nothing under way", reassign("--list"), "No partition reassignments found\\.");
		like("an unknown node", reassign("--execute --reassignment-json-file " + file("bad.json", moves(placed + " 0 1,9"))), "Unknown broker id 9");
		like("an unknown partition", reassign("--execute --reassignment-json-file " + file("bad2.json", moves(placed + " 77 1"))),
			"(?i)error|unknown");
		stopped();
		like("--cancel of nothing", reassign("--cancel --preserve-throttles --reassignment-json-file " + plan), "None of the specified partition reassignments are active\\.");
	}

	/** A replica is to lie in a certain directory of a node that does not have it yet. */
	static void directories(Admin admin) throws Exception {
		String was = line(three, 1).replaceAll(".*Replicas: (\\S+) .*", "$1"), dir = admin.describeLogDirs(List.of(3)).allDescriptions().get().get(3).keySet().iterator().next();
		String text = moves(three + " 1 1,3").replace("\"any\",\"any\"", "\"any\",\"" + dir + "\"");

		like("a replica less", reassign("--execute --reassignment-json-file " + file("less.json", moves(three + " 1 1,2"))), "Successfully started");
		until(three, 1, "Replicas: 1,2 Isr: [12],[12]");
		Path plan = file("dirs.json", text);
		like("--execute with a directory", reassign("--execute --reassignment-json-file " + plan), "Successfully started partition reassignment for " + three + "-1",
			"Successfully started moving log directory to " + dir + " for replica " + three + "-1 with broker 3");
		until(three, 1, "Replicas: 1,3 Isr: [13],[13]");
		like("--verify with a directory", reassign("--verify --reassignment-json-file " + plan), "Reassignment of partition " + three + "-1 is completed\\.",
			"Reassignment of replica " + three + "-1-3 completed successfully\\.");
		like("a directory that is none", reassign("--execute --reassignment-json-file " + file("nodir.json", text.replace(dir, "/nowhere"))),
			"Failed to alter dir for " + three + "-1-3");
		reassign("--execute --reassignment-json-file " + file("back.json", moves(three + " 1 " + was)));
		like("and back", until(three, 1, "Replicas: " + was + " Isr: \\d,\\d,\\d"), "Replicas: " + was + " Isr: \\d,\\d,\\d");
	}

	/** One that cannot go on, as its throttle lets nothing through. */
	static void stopped() throws Exception {
		Path plan = file("stopped.json", moves(three + " 0 1"));
		String was = line(three, 0).replaceAll(".*Replicas: (\\S+) .*", "$1");
		Path slow = file("slow.json", moves(placed + " 2 3,2"));

		like("a throttle of one byte", reassign("--execute --reassignment-json-file " + slow + " --throttle 1"), "Successfully started");
		like("--list", reassign("--list"), "Current partition reassignments:\\s+" + placed + "-2: replicas: \\S+\\. adding: 3\\. removing: 1\\.");
		like("--describe shows it", line(placed, 2), "Adding Replicas: 3 Removing Replicas: 1");
		like("--verify: still in progress", reassign("--verify --preserve-throttles --reassignment-json-file " + slow),
			"Reassignment of partition " + placed + "-2 is still in progress\\.");
		like("--under-replicated-partitions does not count it", "." + topics("--describe --under-replicated-partitions --topic " + placed), "^\\.$");
		like("--cancel", reassign("--cancel --reassignment-json-file " + slow),
			"Successfully cancelled partition reassignment for: " + placed + "-2", "Clearing broker-level throttles");
		like("it is as before", until(placed, 2, "Replicas: [12],[12] Isr: [12],[12](?!.*Adding)"), "Replicas: [12],[12] Isr: [12],[12]");
		like("fewer replicas", reassign("--execute --reassignment-json-file " + plan), "Successfully started partition reassignment for " + three + "-0");
		like("at once", until(three, 0, "Replicas: 1 Isr: 1( |$)"), "Leader: 1 Replicas: 1 Isr: 1");
		like("and more again", reassign("--execute --reassignment-json-file " + file("more.json", moves(three + " 0 " + was))), "Successfully started");
		like("they catch up", until(three, 0, "Isr: \\d,\\d,\\d"), "Replicas: " + was + " Isr: \\d,\\d,\\d");
	}

	/** Fetches from every replica and compares; it does not end by itself. */
	static void verification() throws Exception {
		ByteArrayOutputStream bytes = new ByteArrayOutputStream();
		PrintStream out = new PrintStream(bytes, true);
		String got = "";

		System.setOut(out);
		System.setErr(out);
		hooks.clear();
		startBare(ReplicaVerificationTool.class, "--broker-list " + broker + " --topics-include " + three + " --time -2 --report-interval-ms 200", out);
		for (int i = 0; i < 300 && !got.contains("max lag is 0"); i++) {
			Thread.sleep(100);
			got = bytes.toString();
		}
		like("kafka-replica-verification", got, "verification process is started", "max lag is 0 for partition " + three + "-\\d at offset \\d+ among 4 partitions");
		ok("nothing differs", !got.contains("differ") && !got.contains("doesn't match") && !got.contains("Exception"), got);
	}

	public static void main(String[] args) throws Exception {
		begin(args[0]);
		three = args[1];
		placed = "placed-" + three;
		work = Path.of(args[2]);
		try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker));
		     KafkaProducer<String, String> producer = new KafkaProducer<>(Map.of("bootstrap.servers", broker, "acks", "all"),
			     new StringSerializer(), new StringSerializer())) {
			places();
			for (int i = 0; i < RECORDS; i++) {
				producer.send(new ProducerRecord<>(three, i % 4, null, "value " + i));
				producer.send(new ProducerRecord<>(placed, i % 3, null, ("value " + i).repeat(i % 3 == 2 ? 8000 : 1)));
			}
			producer.flush();
			filters();
			offsets();
			elections();
			reassignments();
			directories(admin);
			verification();
			admin.deleteTopics(List.of(three, placed)).all().get();
		}
		done();
	}
}
