/* SPDX-License-Identifier: ISC */
/* params.h - every setting of the daemon, once.  From these rows come struct config, the parser, etc/odradek.conf,
 * odradek.conf(5) and DescribeConfigs of a broker.
 *
 * PARAM(field, "name", TYPE, "default", min, max, "unit or values", WHEN, "text")
 *
 * TYPE    BOOL INT32 INT64 DOUBLE STRING LIST ENUM FLAGS; for ENUM (one of) and FLAGS (any of) the seventh column
 *         lists the values, and the member is the index, or the mask of indexes, in that list.
 * default as it would be written; NULL means "not set": NULL strings, CONFIG_UNSET numbers.
 * WHEN    RESTART (read at start), RELOAD (also by HUP), DYNAMIC (also by a client's AlterConfigs).
 * Names are Kafka's wherever Kafka has one; rows that only Odradek has come last. */

PARAM_SECTION("Listeners and connections")
PARAM(listeners, "listeners", STRING, "PLAINTEXT://127.0.0.1:9092", 0, 0, "", RELOAD,
    "Where clients connect: a comma-separated list of NAME://host:port. An empty host means all interfaces, an IPv6 "
    "address is written in brackets. With several log.dirs, node k listens on these ports + 10 k; to choose the ports "
    "of each node, give one list per node, separated by semicolons. A reload reads it for disks that are added; a node "
    "that listens already goes on as it does until a restart.")
PARAM(advertised_listeners, "advertised.listeners", STRING, NULL, 0, 0, "", RELOAD,
    "What clients are told to connect to, in the form of listeners. Not set, a client is told the address that it "
    "connected to; set it only when clients come through address translation.")
PARAM(listener_security_protocol_map, "listener.security.protocol.map", STRING,
    "SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT", 0, 0, "", RESTART,
    "Which protocol a listener speaks, by its name: NAME:PROTOCOL pairs. This version speaks PLAINTEXT only.")
PARAM(num_network_threads, "num.network.threads", INT32, "-1", -1, 64, "processes", RESTART,
    "Number of acceptor processes, which serve the connections. -1 means one per core.")
PARAM(socket_listen_backlog_size, "socket.listen.backlog.size", INT32, "1024", 1, 65535, "connections", RESTART,
    "How many connections the kernel may hold until they are accepted. The kernel's net.core.somaxconn limits it, too.")
PARAM(socket_send_buffer_bytes, "socket.send.buffer.bytes", INT32, "-1", -1, INT32_MAX, "bytes", RESTART,
    "SO_SNDBUF of client connections. -1 leaves the size to the kernel, which adapts it to each connection.")
PARAM(socket_receive_buffer_bytes, "socket.receive.buffer.bytes", INT32, "-1", -1, INT32_MAX, "bytes", RESTART,
    "SO_RCVBUF of client connections. -1 leaves the size to the kernel.")
PARAM(socket_request_max_bytes, "socket.request.max.bytes", INT32, "104857600", 1024, 1073741824, "bytes", RESTART,
    "The largest request that is taken. A connection that announces a larger one is closed.")
PARAM(queued_max_request_bytes, "queued.max.request.bytes", INT64, "-1", -1, 1099511627776, "bytes", RESTART,
    "Memory of one acceptor for requests that are being received or written. When it is full, reading from sockets "
    "pauses. -1 means twice socket.request.max.bytes; less than one largest request is raised to it.")
PARAM(connections_max_idle_ms, "connections.max.idle.ms", INT64, "600000", -1, INT64_MAX, "ms", RELOAD,
    "A connection without a request for so long is closed. -1 means never.")
PARAM(max_connections, "max.connections", INT32, "2147483647", 0, INT32_MAX, "connections", DYNAMIC,
    "Most connections of a node at a time; further ones wait in the kernel's queue. The descriptor limit applies, too.")
PARAM(max_connections_per_ip, "max.connections.per.ip", INT32, "2147483647", 0, INT32_MAX, "connections", DYNAMIC,
    "Most connections from one address at a time; further ones are closed at once.")
PARAM(request_timeout_ms, "request.timeout.ms", INT32, "30000", 1, INT32_MAX, "ms", RELOAD,
    "How long one process of the daemon waits for another's answer before the client is told to try again.")
PARAM(max_request_partition_size_limit, "max.request.partition.size.limit", INT32, "2000", 1, INT32_MAX, "partitions",
    RELOAD, "Most partitions in one answer to DescribeTopicPartitions; the client asks for the rest.")

PARAM_SECTION("Nodes and topics")
PARAM(node_id, "node.id", INT32, "1", 0, 1000000, "", RESTART,
    "Id of the node on the first of log.dirs; the following ones count up. A directory that already has an id keeps it.")
PARAM(broker_rack, "broker.rack", STRING, NULL, 0, 0, "", RESTART,
    "Name of this host for rack-aware clients and replica placement. With several log.dirs, a list names one rack for "
    "each of them, in the same order. Not set, the host has no rack.")
PARAM(num_partitions, "num.partitions", INT32, "1", 1, 10000, "partitions", RESTART,
    "Partitions of a topic whose creator does not say how many.")
PARAM(default_replication_factor, "default.replication.factor", INT32, "1", 1, 32767, "replicas", RESTART,
    "Replicas of a topic whose creator does not say how many.")
PARAM(replica_lag_time_max_ms, "replica.lag.time.max.ms", INT64, "30000", 1, INT64_MAX, "ms", RELOAD,
    "A follower that has not reached the end of its leader's log for so long leaves the in-sync replicas.")
PARAM(broker_session_timeout_ms, "broker.session.timeout.ms", INT32, "9000", 1000, INT32_MAX, "ms", RELOAD,
    "A node whose writer does nothing for so long, because its disk answers no call, leads no partition any more that "
    "another one can lead, and leaves the in-sync replicas. It comes back as a follower when it goes on.")
PARAM(auto_leader_rebalance_enable, "auto.leader.rebalance.enable", BOOL, "true", 0, 0, "", RELOAD,
    "Partitions are led by their preferred replica, the first one, again when it is in sync; otherwise only when "
    "somebody asks for it.")
PARAM(leader_imbalance_check_interval_seconds, "leader.imbalance.check.interval.seconds", INT64, "300", 1, INT32_MAX,
    "s", RELOAD, "How often it is looked for partitions whose leader is not the preferred one.")
PARAM(leader_replication_throttled_rate, "leader.replication.throttled.rate", INT64, "9223372036854775807", 0, INT64_MAX,
    "bytes/s", DYNAMIC,
    "How much followers may copy from a node, as far as leader.replication.throttled.replicas of topics name it.")
PARAM(follower_replication_throttled_rate, "follower.replication.throttled.rate", INT64, "9223372036854775807", 0,
    INT64_MAX, "bytes/s", DYNAMIC,
    "How much a node may copy as a follower, as far as follower.replication.throttled.replicas of topics name it.")
PARAM(replica_alter_log_dirs_io_max_bytes_per_second, "replica.alter.log.dirs.io.max.bytes.per.second", INT64,
    "9223372036854775807", 0, INT64_MAX, "bytes/s", DYNAMIC,
    "Accepted for Kafka's tools, without effect: a node has one directory, and nothing moves between those of one node.")
PARAM(replica_selector_class, "replica.selector.class", STRING, NULL, 0, 0, "", RESTART,
    "org.apache.kafka.common.replica.RackAwareReplicaSelector lets consumers that name their client.rack read from a "
    "follower in that rack. Not set, they read from leaders.")
PARAM(auto_create_topics_enable, "auto.create.topics.enable", BOOL, "true", 0, 0, "", RESTART,
    "A client that asks for a topic that does not exist may have it created.")
PARAM(delete_topic_enable, "delete.topic.enable", BOOL, "true", 0, 0, "", RESTART,
    "Topics may be deleted.")
PARAM(min_insync_replicas, "min.insync.replicas", INT32, "1", 1, INT32_MAX, "replicas", DYNAMIC,
    "With acks=all, the number of in-sync replicas below which producing is refused.")
PARAM(unclean_leader_election_enable, "unclean.leader.election.enable", BOOL, "false", 0, 0, "", DYNAMIC,
    "A replica that is not in sync may become leader when no other is left. Acknowledged records may be lost.")
PARAM(partitions_max, "partitions.max", INT32, "65536", 16, 1048576, "partitions", RESTART,
    "Most partitions on this host. Address space for so many is reserved at start; memory is used only by those "
    "that exist.")

PARAM_SECTION("Producing and fetching")
PARAM(message_max_bytes, "message.max.bytes", INT32, "1048588", 0, INT32_MAX, "bytes", DYNAMIC,
    "The largest record batch that is taken, as sent (compressed).")
PARAM(compression_type, "compression.type", ENUM, "producer", 0, 0, "uncompressed,zstd,lz4,snappy,gzip,producer", DYNAMIC,
    "How records are stored: producer keeps batches as they were sent.")
PARAM(compression_gzip_level, "compression.gzip.level", INT32, "-1", -1, 9, "level", DYNAMIC,
    "Level for compression.type gzip, 1 to 9; -1 is the library's default.")
PARAM(compression_lz4_level, "compression.lz4.level", INT32, "9", 1, 17, "level", DYNAMIC,
    "Level for compression.type lz4.")
PARAM(compression_zstd_level, "compression.zstd.level", INT32, "3", -131072, 22, "level", DYNAMIC,
    "Level for compression.type zstd.")
PARAM(fetch_max_bytes, "fetch.max.bytes", INT32, "57671680", 1024, INT32_MAX, "bytes", RELOAD,
    "Most bytes in the answer to one fetch; the first batch is whole even if it is larger.")
PARAM(max_incremental_fetch_session_cache_slots, "max.incremental.fetch.session.cache.slots", INT32, "1000", 0, 1000000,
    "sessions", RESTART, "Most incremental fetch sessions of a node at a time. 0 turns them off.")
PARAM(producer_id_expiration_ms, "producer.id.expiration.ms", INT32, "86400000", 1, INT32_MAX, "ms", DYNAMIC,
    "Sequence numbers of an idempotent producer are forgotten when it has not produced to a partition for so long.")
PARAM(log_dir, "log.dir", LIST, NULL, 0, 0, "", RESTART,
    "Used if log.dirs is not set; one directory.")
PARAM(log_dirs, "log.dirs", LIST, STATEDIR, 0, 0, "", RELOAD,
    "Where records are kept: a comma-separated list of directories, at best one per disk. Each is a node of its own. "
    "A reload starts the nodes of disks that were added (eight at most, then a restart is needed), stops those of disks "
    "that were taken out, and takes an emptied or new disk in place of one that failed.")
PARAM(log_segment_bytes, "log.segment.bytes", INT32, "1073741824", 1048576, INT32_MAX, "bytes", DYNAMIC,
    "Size at which a new segment file is begun.")
PARAM(log_roll_ms, "log.roll.ms", INT64, NULL, 1, INT64_MAX, "ms", DYNAMIC,
    "Age of its first record at which a segment is closed and a new one begun. Not set, log.roll.hours holds.")
PARAM(log_roll_hours, "log.roll.hours", INT32, "168", 1, INT32_MAX, "hours", RELOAD,
    "The same in hours.")
PARAM(log_roll_jitter_ms, "log.roll.jitter.ms", INT64, NULL, 0, INT64_MAX, "ms", DYNAMIC,
    "At most so much is subtracted at random from the roll time, so that segments do not all end together. Not set, "
    "log.roll.jitter.hours holds.")
PARAM(log_roll_jitter_hours, "log.roll.jitter.hours", INT32, "0", 0, INT32_MAX, "hours", RELOAD,
    "The same in hours.")
PARAM(log_retention_ms, "log.retention.ms", INT64, NULL, INT64_MIN + 1, INT64_MAX, "ms", DYNAMIC,
    "Records older than this are deleted, segment by segment. -1 means never. Not set, log.retention.minutes holds, "
    "then log.retention.hours.")
PARAM(log_retention_minutes, "log.retention.minutes", INT32, NULL, INT32_MIN + 1, INT32_MAX, "minutes", RELOAD,
    "The same in minutes.")
PARAM(log_retention_hours, "log.retention.hours", INT32, "168", INT32_MIN + 1, INT32_MAX, "hours", RELOAD,
    "The same in hours.")
PARAM(log_retention_bytes, "log.retention.bytes", INT64, "-1", INT64_MIN + 1, INT64_MAX, "bytes", DYNAMIC,
    "Size of a partition above which its oldest segments are deleted. -1 means no limit.")
PARAM(log_retention_check_interval_ms, "log.retention.check.interval.ms", INT64, "300000", 1, INT64_MAX, "ms", RELOAD,
    "How often segments that may be deleted are looked for.")
PARAM(log_cleanup_policy, "log.cleanup.policy", FLAGS, "delete", 0, 0, "compact,delete", DYNAMIC,
    "What happens to old records: delete, compact (the newest of each key is kept), or both.")
PARAM(log_segment_delete_delay_ms, "log.segment.delete.delay.ms", INT64, "60000", 0, INT64_MAX, "ms", DYNAMIC,
    "How long the file of a deleted segment stays before it is unlinked.")
PARAM(log_index_size_max_bytes, "log.index.size.max.bytes", INT32, "10485760", 4, INT32_MAX, "bytes", DYNAMIC,
    "Largest offset index of a segment.")
PARAM(log_index_interval_bytes, "log.index.interval.bytes", INT32, "4096", 0, INT32_MAX, "bytes", DYNAMIC,
    "Bytes of records between two entries of the offset index.")
PARAM(log_preallocate, "log.preallocate", BOOL, "false", 0, 0, "", DYNAMIC,
    "Accepted for Kafka's tools, without effect: files grow as they are written. File systems that allocate late lay them "
    "out as well, and a reserve of a whole segment for each partition would be room that nothing may use.")
PARAM(log_flush_interval_messages, "log.flush.interval.messages", INT64, "9223372036854775807", 1, INT64_MAX, "records",
    DYNAMIC, "After so many records a partition is synced to disk before they are acknowledged.")
PARAM(log_flush_interval_ms, "log.flush.interval.ms", INT64, NULL, 0, INT64_MAX, "ms", DYNAMIC,
    "Longest time that records stay in memory only. Not set, log.flush.scheduler.interval.ms holds.")
PARAM(log_flush_scheduler_interval_ms, "log.flush.scheduler.interval.ms", INT64, "9223372036854775807", 0, INT64_MAX, "ms",
    RELOAD, "How often partitions that must be synced are looked for.")
PARAM(log_flush_offset_checkpoint_interval_ms, "log.flush.offset.checkpoint.interval.ms", INT32, "60000", 0, INT32_MAX,
    "ms", RELOAD, "How often the recovery point is moved: the active segments are synced in the background, and a "
    "start after a power loss looks only at what was written later.")
PARAM(log_message_timestamp_type, "log.message.timestamp.type", ENUM, "CreateTime", 0, 0, "CreateTime,LogAppendTime",
    DYNAMIC, "Whose clock stamps records: the producer's (CreateTime) or the broker's (LogAppendTime).")
PARAM(log_message_timestamp_before_max_ms, "log.message.timestamp.before.max.ms", INT64, "9223372036854775807", 0,
    INT64_MAX, "ms", DYNAMIC, "A record whose timestamp lies further than this before the broker's clock is refused.")
PARAM(log_message_timestamp_after_max_ms, "log.message.timestamp.after.max.ms", INT64, "3600000", 0, INT64_MAX, "ms",
    DYNAMIC, "A record whose timestamp lies further than this after the broker's clock is refused.")
PARAM(log_cleaner_enable, "log.cleaner.enable", BOOL, "true", 0, 0, "", RELOAD,
    "Whether topics with cleanup.policy compact are compacted at all.")
PARAM(log_cleaner_threads, "log.cleaner.threads", INT32, "1", 0, INT32_MAX, "", DYNAMIC,
    "Accepted for Kafka's configurations: each directory has a cleaner process of its own.")
PARAM(log_cleaner_dedupe_buffer_size, "log.cleaner.dedupe.buffer.size", INT64, "134217728", 1048576, INT64_MAX, "bytes",
    DYNAMIC, "Memory for the keys of the log that is being compacted, for all cleaners together. It is taken while it is "
    "needed. A key takes 16 bytes; when not all fit, compaction takes several passes.")
PARAM(log_cleaner_io_buffer_size, "log.cleaner.io.buffer.size", INT32, "524288", 0, INT32_MAX, "bytes", DYNAMIC,
    "How much a cleaner reads and writes at a time.")
PARAM(log_cleaner_io_buffer_load_factor, "log.cleaner.io.buffer.load.factor", DOUBLE, "0.9", 0, 1, "", DYNAMIC,
    "How full the memory for keys may become.")
PARAM(log_cleaner_io_max_bytes_per_second, "log.cleaner.io.max.bytes.per.second", DOUBLE, "1.7976931348623157E308", 0,
    1.7976931348623157e308, "bytes/s", DYNAMIC, "Bound of what all cleaners together read and write in a second.")
PARAM(log_cleaner_backoff_ms, "log.cleaner.backoff.ms", INT64, "15000", 0, INT64_MAX, "ms", DYNAMIC,
    "How long a cleaner sleeps when there is nothing to compact.")
PARAM(log_cleaner_delete_retention_ms, "log.cleaner.delete.retention.ms", INT64, "86400000", 0, INT64_MAX, "ms", DYNAMIC,
    "How long compaction keeps the mark of a deleted key.")
PARAM(log_cleaner_min_compaction_lag_ms, "log.cleaner.min.compaction.lag.ms", INT64, "0", 0, INT64_MAX, "ms", DYNAMIC,
    "Records younger than this are not compacted.")
PARAM(log_cleaner_max_compaction_lag_ms, "log.cleaner.max.compaction.lag.ms", INT64, "9223372036854775807", 1, INT64_MAX,
    "ms", DYNAMIC, "Records older than this are compacted even if there are few of them.")
PARAM(log_cleaner_min_cleanable_ratio, "log.cleaner.min.cleanable.ratio", DOUBLE, "0.5", 0, 1, "", DYNAMIC,
    "Share of a log that must be new before it is compacted again.")
PARAM(log_local_retention_ms, "log.local.retention.ms", INT64, "-2", -2, INT64_MAX, "ms", DYNAMIC,
    "Kept for Kafka's tools: there is no tiered storage. -2 follows the retention time.")
PARAM(log_local_retention_bytes, "log.local.retention.bytes", INT64, "-2", -2, INT64_MAX, "bytes", DYNAMIC,
    "Kept for Kafka's tools: there is no tiered storage. -2 follows the retention size.")

PARAM_SECTION("Consumer groups")
PARAM(group_min_session_timeout_ms, "group.min.session.timeout.ms", INT32, "6000", 1, INT32_MAX, "ms", RELOAD,
    "The shortest session timeout that a member of a classic group may ask for.")
PARAM(group_max_session_timeout_ms, "group.max.session.timeout.ms", INT32, "1800000", 1, INT32_MAX, "ms", RELOAD,
    "The longest session timeout that a member of a classic group may ask for.")
PARAM(group_initial_rebalance_delay_ms, "group.initial.rebalance.delay.ms", INT32, "3000", 0, INT32_MAX, "ms", RELOAD,
    "How long the first rebalance of an empty classic group waits for more members, so that a deployment that starts "
    "together needs one rebalance and not many.")
PARAM(group_max_size, "group.max.size", INT32, "2147483647", 1, INT32_MAX, "members", RELOAD,
    "Most members of a classic group.")
PARAM(group_consumer_session_timeout_ms, "group.consumer.session.timeout.ms", INT32, "45000", 1, INT32_MAX, "ms", RELOAD,
    "How long a member of a group of the consumer protocol may be silent before it is taken for dead.")
PARAM(group_consumer_min_session_timeout_ms, "group.consumer.min.session.timeout.ms", INT32, "45000", 1, INT32_MAX, "ms",
    RELOAD, "The least that a group's consumer.session.timeout.ms may be.")
PARAM(group_consumer_max_session_timeout_ms, "group.consumer.max.session.timeout.ms", INT32, "60000", 1, INT32_MAX, "ms",
    RELOAD, "The most that a group's consumer.session.timeout.ms may be.")
PARAM(group_consumer_heartbeat_interval_ms, "group.consumer.heartbeat.interval.ms", INT32, "5000", 1, INT32_MAX, "ms",
    RELOAD, "How often members of a group of the consumer protocol are to say that they live.")
PARAM(group_consumer_min_heartbeat_interval_ms, "group.consumer.min.heartbeat.interval.ms", INT32, "5000", 1, INT32_MAX,
    "ms", RELOAD, "The least that a group's consumer.heartbeat.interval.ms may be.")
PARAM(group_consumer_max_heartbeat_interval_ms, "group.consumer.max.heartbeat.interval.ms", INT32, "15000", 1, INT32_MAX,
    "ms", RELOAD, "The most that a group's consumer.heartbeat.interval.ms may be.")
PARAM(group_consumer_max_size, "group.consumer.max.size", INT32, "2147483647", 1, INT32_MAX, "members", RELOAD,
    "Most members of a group of the consumer protocol.")
PARAM(group_consumer_assignors, "group.consumer.assignors", LIST, "uniform,range", 0, 0, "", RELOAD,
    "The assignors that members of the consumer protocol may choose; the first is taken when they do not.")
PARAM(group_consumer_migration_policy, "group.consumer.migration.policy", ENUM, "bidirectional", 0, 0,
    "disabled,downgrade,upgrade,bidirectional", RELOAD,
    "Which way a group may change, with its members running, between the classic and the consumer protocol.")
PARAM(group_consumer_regex_refresh_interval_ms, "group.consumer.regex.refresh.interval.ms", INT32, "600000", 10000,
    INT32_MAX, "ms", RELOAD, "How often regular expressions that members subscribe to are matched with all topics again.")
PARAM(offset_metadata_max_bytes, "offset.metadata.max.bytes", INT32, "4096", 0, INT32_MAX, "bytes", RELOAD,
    "Longest text that may be committed together with an offset.")
PARAM(offsets_retention_minutes, "offsets.retention.minutes", INT32, "10080", 1, INT32_MAX, "minutes", RELOAD,
    "How long committed offsets are kept after their group lost its last member, or, where nobody subscribes, after the "
    "commit.")
PARAM(offsets_retention_check_interval_ms, "offsets.retention.check.interval.ms", INT64, "600000", 1, INT64_MAX, "ms",
    RELOAD, "How often expired offsets are looked for.")
PARAM(offsets_commit_timeout_ms, "offsets.commit.timeout.ms", INT32, "5000", 1, INT32_MAX, "ms", RELOAD,
    "How long a change of a group may take until it is in the log of every in-sync replica; then clients are told to try "
    "again.")
PARAM(offsets_topic_num_partitions, "offsets.topic.num.partitions", INT32, "50", 1, 10000, "partitions", RESTART,
    "Partitions of __consumer_offsets, when it is created. It cannot be changed afterwards: groups would lose their "
    "offsets.")
PARAM(offsets_topic_replication_factor, "offsets.topic.replication.factor", INT32, "3", 1, 32767, "replicas", RESTART,
    "Replicas of __consumer_offsets, when it is created; with fewer nodes, as many as there are.")
PARAM(offsets_topic_segment_bytes, "offsets.topic.segment.bytes", INT32, "104857600", 1, INT32_MAX, "bytes", RESTART,
    "Size of the segments of __consumer_offsets, when it is created.")
PARAM(offsets_topic_compression_codec, "offsets.topic.compression.codec", INT32, "0", 0, 4, "", RELOAD,
    "How records are compressed on their way into __consumer_offsets: 0 not at all, 1 gzip, 2 snappy, 3 lz4, 4 zstd.")

PARAM_SECTION("The daemon")
PARAM(metadata_dir, "metadata.dir", STRING, NULL, 0, 0, "", RESTART,
    "Where topics, configurations and ids are kept. Not set, each of log.dirs has a copy of them in its directory "
    "\"metadata\", and what a majority of the copies has counts. Set, there is this one only.")
PARAM(metadata_accept, "metadata.accept", STRING, NULL, 0, 0, "", RESTART,
    "Start with the copy of the metadata that has this commit, as term:number, although too few of the others are there; a start "
    "that is refused prints it. What was changed later is lost. Each value can work once: it may stay.")
PARAM(run_dir, "run.dir", STRING, RUNDIR, 0, 0, "", RESTART,
    "Where the pid file is.")
PARAM(user, "user", STRING, NULL, 0, 0, "", RESTART,
    "When started as root, the user that the daemon becomes. Not set, it stays what it is.")
PARAM(log_file, "log.file", STRING, NULL, 0, 0, "", RESTART,
    "What the daemon says goes to this file. Not set, it goes to standard error. USR1 opens the file again.")
PARAM(log_level, "log.level", ENUM, "info", 0, 0, "debug,info,warn,error", RELOAD,
    "Events below this level are not logged.")
PARAM(request_min_rate, "request.min.rate", INT32, "16384", 0, INT32_MAX, "bytes/s", RELOAD,
    "A client that sends a large request slower than this, after the first ten seconds, is disconnected: its memory is "
    "needed by others. 0 turns this off.")
PARAM(log_disk_budget, "log.disk.budget", STRING, "85%", 0, 0, "", DYNAMIC,
    "How much of its file system a node may fill with logs: a share in percent of the room that there is for them (what "
    "they take and what is free), a number of bytes, or -1 for no bound. Beyond it the oldest records of topics on which "
    "neither retention.ms nor retention.bytes is set go, never those of other topics, of compacted or of internal ones; "
    "a warning comes at four fifths. What other programs write on the file system deletes nothing, but the logs grow no "
    "further while it leaves less room than the share asks for. A share is for all nodes on one file system together, "
    "bytes are for each.")
PARAM(log_scrub_bytes_per_second, "log.scrub.bytes.per.second", INT64, "4194304", 0, INT64_MAX, "bytes/s", RELOAD,
    "How fast the cleaner of each directory reads sealed segments in the background, to find what the medium has damaged "
    "before somebody needs it. 0: not at all.")
PARAM(log_scrub_interval_ms, "log.scrub.interval.ms", INT64, "604800000", 100, INT64_MAX, "ms", RELOAD,
    "How long after the end of one look at all sealed segments the next one begins. The first begins ten minutes after a "
    "start, or sooner if this is shorter.")
PARAM(log_cache_bytes, "log.cache.bytes", INT64, "-1", -1, INT64_MAX, "bytes", RELOAD,
    "Bounds how much of the page cache the logs of a node may hold, for hosts that are shared with other services: what "
    "lies further behind the end and is not being read is dropped. -1 means no bound.")
