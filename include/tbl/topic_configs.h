/* SPDX-License-Identifier: ISC */
/* topic_configs.h - every configuration of a topic that Kafka 4.1 knows, once.  From these rows come struct
 * topic_config, the checks of CreateTopics and AlterConfigs, and DescribeConfigs of a topic.
 *
 * TOPIC_CONFIG(field, "name", TYPE, "default", min, max, "values", "broker settings", "text")
 *
 * TYPE as in params.h, and REPLICAS (a list of partition:node, or *).  min, max: INT64_MIN and INT64_MAX mean that
 * Kafka has no such bound.  values: of ENUM and FLAGS, in Kafka's order (error texts show it).  broker settings: where
 * the default comes from, the first that is set; names in minutes and hours are converted; "" means only the default
 * here. */
TOPIC_CONFIG(cleanup_policy, "cleanup.policy", FLAGS, "delete", 0, 0, "compact,delete", "log.cleanup.policy",
    "What happens to old records: delete, compact (the newest of each key is kept), or both.")
TOPIC_CONFIG(compression_gzip_level, "compression.gzip.level", INT32, "-1", -1, 9, "", "compression.gzip.level",
    "Level for compression.type gzip.")
TOPIC_CONFIG(compression_lz4_level, "compression.lz4.level", INT32, "9", 1, 17, "", "compression.lz4.level",
    "Level for compression.type lz4.")
TOPIC_CONFIG(compression_type, "compression.type", ENUM, "producer", 0, 0,
    "uncompressed,zstd,lz4,snappy,gzip,producer", "compression.type",
    "How records are stored: producer keeps batches as they were sent.")
TOPIC_CONFIG(compression_zstd_level, "compression.zstd.level", INT32, "3", -131072, 22, "", "compression.zstd.level",
    "Level for compression.type zstd.")
TOPIC_CONFIG(delete_retention_ms, "delete.retention.ms", INT64, "86400000", 0, INT64_MAX, "",
    "log.cleaner.delete.retention.ms", "How long compaction keeps the mark of a deleted key.")
TOPIC_CONFIG(file_delete_delay_ms, "file.delete.delay.ms", INT64, "60000", 0, INT64_MAX, "",
    "log.segment.delete.delay.ms", "How long the file of a deleted segment stays before it is unlinked.")
TOPIC_CONFIG(flush_messages, "flush.messages", INT64, "9223372036854775807", 1, INT64_MAX, "",
    "log.flush.interval.messages", "After so many records the partition is synced to disk before they are acknowledged.")
TOPIC_CONFIG(flush_ms, "flush.ms", INT64, "9223372036854775807", 0, INT64_MAX, "",
    "log.flush.interval.ms,log.flush.scheduler.interval.ms", "Longest time that records stay in memory only.")
TOPIC_CONFIG(follower_replication_throttled_replicas, "follower.replication.throttled.replicas", REPLICAS, "", 0, 0, "",
    "", "Replicas whose replication is throttled on the follower's side: partition:node pairs, or * for all.")
TOPIC_CONFIG(index_interval_bytes, "index.interval.bytes", INT32, "4096", 0, INT32_MAX, "", "log.index.interval.bytes",
    "Bytes of records between two entries of the offset index.")
TOPIC_CONFIG(internal_segment_bytes, "internal.segment.bytes", INT32, NULL, 1, INT32_MAX, "", "",
    "Size of segments below the least that segment.bytes allows, for tests.")
TOPIC_CONFIG(leader_replication_throttled_replicas, "leader.replication.throttled.replicas", REPLICAS, "", 0, 0, "", "",
    "Replicas whose replication is throttled on the leader's side: partition:node pairs, or * for all.")
TOPIC_CONFIG(local_retention_bytes, "local.retention.bytes", INT64, "-2", -2, INT64_MAX, "", "log.local.retention.bytes",
    "Accepted for Kafka's tools: there is no tiered storage.")
TOPIC_CONFIG(local_retention_ms, "local.retention.ms", INT64, "-2", -2, INT64_MAX, "", "log.local.retention.ms",
    "Accepted for Kafka's tools: there is no tiered storage.")
TOPIC_CONFIG(max_compaction_lag_ms, "max.compaction.lag.ms", INT64, "9223372036854775807", 1, INT64_MAX, "",
    "log.cleaner.max.compaction.lag.ms", "Records older than this are compacted even if there are few of them.")
TOPIC_CONFIG(max_message_bytes, "max.message.bytes", INT32, "1048588", 0, INT32_MAX, "", "message.max.bytes",
    "The largest record batch that is taken, as sent (compressed).")
TOPIC_CONFIG(message_timestamp_after_max_ms, "message.timestamp.after.max.ms", INT64, "3600000", 0, INT64_MAX, "",
    "log.message.timestamp.after.max.ms",
    "A record whose timestamp lies further than this after the broker's clock is refused.")
TOPIC_CONFIG(message_timestamp_before_max_ms, "message.timestamp.before.max.ms", INT64, "9223372036854775807", 0,
    INT64_MAX, "", "log.message.timestamp.before.max.ms",
    "A record whose timestamp lies further than this before the broker's clock is refused.")
TOPIC_CONFIG(message_timestamp_type, "message.timestamp.type", ENUM, "CreateTime", 0, 0, "CreateTime,LogAppendTime",
    "log.message.timestamp.type", "Whose clock stamps records: the producer's (CreateTime) or the broker's (LogAppendTime).")
TOPIC_CONFIG(min_cleanable_dirty_ratio, "min.cleanable.dirty.ratio", DOUBLE, "0.5", 0, 1, "",
    "log.cleaner.min.cleanable.ratio", "Share of the log that must be new before it is compacted again.")
TOPIC_CONFIG(min_compaction_lag_ms, "min.compaction.lag.ms", INT64, "0", 0, INT64_MAX, "",
    "log.cleaner.min.compaction.lag.ms", "Records younger than this are not compacted.")
TOPIC_CONFIG(min_insync_replicas, "min.insync.replicas", INT32, "1", 1, INT32_MAX, "", "min.insync.replicas",
    "With acks=all, the number of in-sync replicas below which producing is refused.")
TOPIC_CONFIG(preallocate, "preallocate", BOOL, "false", 0, 0, "", "log.preallocate",
    "Accepted for Kafka's tools, without effect: files grow as they are written.")
TOPIC_CONFIG(remote_log_copy_disable, "remote.log.copy.disable", BOOL, "false", 0, 0, "", "",
    "Accepted for Kafka's tools: there is no tiered storage.")
TOPIC_CONFIG(remote_log_delete_on_disable, "remote.log.delete.on.disable", BOOL, "false", 0, 0, "", "",
    "Accepted for Kafka's tools: there is no tiered storage.")
TOPIC_CONFIG(remote_storage_enable, "remote.storage.enable", BOOL, "false", 0, 0, "", "",
    "Tiered storage; only false is accepted.")
TOPIC_CONFIG(retention_bytes, "retention.bytes", INT64, "-1", INT64_MIN, INT64_MAX, "", "log.retention.bytes",
    "Size of a partition above which its oldest segments are deleted. -1 means no limit. A topic on which neither this "
    "nor retention.ms is set also loses its oldest records when the node is beyond its log.disk.budget.")
TOPIC_CONFIG(retention_ms, "retention.ms", INT64, "604800000", -1, INT64_MAX, "",
    "log.retention.ms,log.retention.minutes,log.retention.hours",
    "Records older than this are deleted, segment by segment. -1 means never. A topic on which neither this nor "
    "retention.bytes is set also loses its oldest records when the node is beyond its log.disk.budget.")
TOPIC_CONFIG(segment_bytes, "segment.bytes", INT32, "1073741824", 1048576, INT32_MAX, "", "log.segment.bytes",
    "Size at which a new segment file is begun.")
TOPIC_CONFIG(segment_index_bytes, "segment.index.bytes", INT32, "10485760", 4, INT32_MAX, "", "log.index.size.max.bytes",
    "Largest offset index of a segment.")
TOPIC_CONFIG(segment_jitter_ms, "segment.jitter.ms", INT64, "0", 0, INT64_MAX, "",
    "log.roll.jitter.ms,log.roll.jitter.hours", "At most so much is subtracted at random from segment.ms.")
TOPIC_CONFIG(segment_ms, "segment.ms", INT64, "604800000", 1, INT64_MAX, "", "log.roll.ms,log.roll.hours",
    "Age of its first record at which a segment is closed and a new one begun.")
TOPIC_CONFIG(unclean_leader_election_enable, "unclean.leader.election.enable", BOOL, "false", 0, 0, "",
    "unclean.leader.election.enable",
    "A replica that is not in sync may become leader when no other is left. Acknowledged records may be lost.")
