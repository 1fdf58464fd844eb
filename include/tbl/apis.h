/* SPDX-License-Identifier: ISC */
/*
 * apis.h - every API that is answered.  No include guard: the includer defines
 * API(key, Name, min, max, flexible_from, answered_by, acl, handler).
 *
 * min and max are what ApiVersions advertises.  Produce is parsed from version 3 only, but must be advertised from 0:
 * librdkafka up to 2.11 sends uncompressed batches otherwise; what is parsed is the part of min..max that the
 * schema has.  flexible_from 127 is never.  answered_by: ACCEPTOR from shared memory, WRITER through a ring of the
 * partition's disk, CONTROLLER and COORDINATOR through a call.  acl: the operation and the resource that it is asked for.
 */
API(0, Produce, 0, 13, 9, WRITER, WRITE_TOPIC, api_produce)
API(1, Fetch, 4, 18, 12, ACCEPTOR, READ_TOPIC, api_fetch)
API(2, ListOffsets, 1, 10, 6, ACCEPTOR, DESCRIBE_TOPIC, api_list_offsets)
API(3, Metadata, 0, 13, 9, ACCEPTOR, DESCRIBE_TOPIC, api_metadata)
API(8, OffsetCommit, 2, 10, 8, COORDINATOR, READ_GROUP, api_to_coordinator)
API(9, OffsetFetch, 1, 10, 6, COORDINATOR, DESCRIBE_GROUP, api_to_coordinator)
API(10, FindCoordinator, 0, 6, 3, ACCEPTOR, DESCRIBE_GROUP, api_find_coordinator)
API(11, JoinGroup, 0, 9, 6, COORDINATOR, READ_GROUP, api_to_coordinator)
API(12, Heartbeat, 0, 4, 4, COORDINATOR, READ_GROUP, api_to_coordinator)
API(13, LeaveGroup, 0, 5, 4, COORDINATOR, READ_GROUP, api_to_coordinator)
API(14, SyncGroup, 0, 5, 4, COORDINATOR, READ_GROUP, api_to_coordinator)
API(15, DescribeGroups, 0, 6, 5, COORDINATOR, DESCRIBE_GROUP, api_to_coordinator)
API(16, ListGroups, 0, 5, 3, COORDINATOR, DESCRIBE_GROUP, api_to_coordinator)
API(18, ApiVersions, 0, 4, 3, ACCEPTOR, NONE, api_api_versions)
API(19, CreateTopics, 2, 7, 5, CONTROLLER, CREATE_TOPIC, api_create_topics)
API(20, DeleteTopics, 1, 6, 4, CONTROLLER, DELETE_TOPIC, api_delete_topics)
API(21, DeleteRecords, 0, 2, 2, WRITER, DELETE_TOPIC, api_delete_records)
API(22, InitProducerId, 0, 5, 2, CONTROLLER, WRITE_TXN_OR_IDEMPOTENT, api_init_producer_id)
API(23, OffsetForLeaderEpoch, 2, 4, 4, ACCEPTOR, DESCRIBE_TOPIC, api_offset_for_leader_epoch)
API(32, DescribeConfigs, 1, 4, 4, CONTROLLER, DESCRIBE_CONFIGS, api_describe_configs)
API(33, AlterConfigs, 0, 2, 2, CONTROLLER, ALTER_CONFIGS, api_alter_configs)
API(34, AlterReplicaLogDirs, 1, 2, 2, ACCEPTOR, ALTER_CLUSTER, api_alter_replica_log_dirs)
API(35, DescribeLogDirs, 1, 4, 2, ACCEPTOR, DESCRIBE_CLUSTER, api_describe_log_dirs)
API(37, CreatePartitions, 0, 3, 2, CONTROLLER, ALTER_TOPIC, api_create_partitions)
API(42, DeleteGroups, 0, 2, 2, COORDINATOR, DELETE_GROUP, api_to_coordinator)
API(43, ElectLeaders, 0, 2, 2, CONTROLLER, ALTER_CLUSTER, api_elect_leaders)
API(44, IncrementalAlterConfigs, 0, 1, 1, CONTROLLER, ALTER_CONFIGS, api_incremental_alter_configs)
API(45, AlterPartitionReassignments, 0, 1, 0, CONTROLLER, ALTER_CLUSTER, api_alter_partition_reassignments)
API(46, ListPartitionReassignments, 0, 0, 0, CONTROLLER, DESCRIBE_CLUSTER, api_list_partition_reassignments)
API(47, OffsetDelete, 0, 0, 127, COORDINATOR, DELETE_GROUP, api_to_coordinator)
API(60, DescribeCluster, 0, 2, 0, ACCEPTOR, DESCRIBE_CLUSTER, api_describe_cluster)
API(64, UnregisterBroker, 0, 0, 0, CONTROLLER, ALTER_CLUSTER, api_unregister_broker)
API(68, ConsumerGroupHeartbeat, 0, 1, 0, COORDINATOR, READ_GROUP, api_to_coordinator)
API(69, ConsumerGroupDescribe, 0, 1, 0, COORDINATOR, DESCRIBE_GROUP, api_to_coordinator)
API(75, DescribeTopicPartitions, 0, 0, 0, ACCEPTOR, DESCRIBE_TOPIC, api_describe_topic_partitions)
