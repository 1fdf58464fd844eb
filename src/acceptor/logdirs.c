/* SPDX-License-Identifier: ISC */
/*
 * logdirs.c - DescribeLogDirs: the disk of the node that was asked, from its writer's lines; AlterReplicaLogDirs.
 * Used in: acceptor.  Rules: ReplicaManager.describeLogDirs, alterReplicaLogDirs.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "acceptor.h"
#include "odradek/proto/gen/alter_replica_log_dirs.h"
#include "odradek/proto/gen/describe_log_dirs.h"
#include "odradek/proto/kerr.h"

typedef struct describe_log_dirs_req_describable_log_dir_topic req_topic;
typedef struct describe_log_dirs_resp_describe_log_dirs_topic out_topic;
typedef struct describe_log_dirs_resp_describe_log_dirs_partition out_partition;

/* How far a follower is behind what its leader has committed.  (Kafka compares with the follower's own high watermark,
 * which is never ahead of it.) */
static int64_t
lag(uint32_t node, uint32_t slot, int64_t leo)
{
	struct shm_partition p;
	struct shm_replica leader;

	if (tables_leader(acceptor.tables, slot, &p, &leader) == -1 || (uint32_t)p.leader == node)
		return 0;
	return leader.hw > leo ? leader.hw - leo : 0;
}

/* The partition if it has a replica on the node. */
static bool
put_partition(uint32_t node, const struct topic_entry *t, int32_t index, out_partition *p)
{
	uint32_t slot = tables_slot(t, index);
	struct shm_replica line;

	if (slot == UINT32_MAX)
		return false;
	tables_replica(acceptor.tables, node, slot, &line);
	if (line.status != REPLICA_OK)
		return false;
	p->partition_index = index;
	p->partition_size = line.size;
	p->offset_lag = lag(node, slot, line.leo);
	return true;
}

static bool
put_topic(struct msg_arena *a, uint32_t node, const struct topic_entry *t, const req_topic *asked, out_topic *to)
{
	uint32_t n = asked != NULL ? (uint32_t)karr_len(&asked->partitions) : t->partitions, kept = 0;
	out_partition *p = msg_arr(a, &to->partitions, n);

	for (uint32_t i = 0; i < n && msg_arena_ok(a); i++) {
		int32_t index = asked != NULL ? *karr_at(&asked->partitions, i) : (int32_t)i;
		if (put_partition(node, t, index, &p[kept]))
			kept++;
	}
	msg_arr_cut(&to->partitions, (int32_t)kept);
	msg_str(a, &to->name, t->name, t->name_len);
	return kept > 0;
}

static void
put_topics(struct msg_arena *a, uint32_t node, const struct describe_log_dirs_req *req,
    struct describe_log_dirs_resp_describe_log_dirs_result *out)
{
	const req_topic *asked;
	struct topic_entry *t;
	out_topic *to;
	uint32_t n = 0, i = 0;

	if (karr_is_null(&req->topics)) {
		while (tables_next(acceptor.tables, &i) != NULL)
			n++;
		to = msg_arr(a, &out->topics, n);
		n = 0;
		for (i = 0; (t = tables_next(acceptor.tables, &i)) != NULL && msg_arena_ok(a);)
			if (!t->deleting && put_topic(a, node, t, NULL, &to[n]))
				n++;
	} else {
		to = msg_arr(a, &out->topics, (size_t)karr_len(&req->topics));
		karr_for(asked, &req->topics) {
			t = tables_topic_by_name(acceptor.tables, kstr(&asked->topic), (uint32_t)asked->topic.len);
			if (t != NULL && !t->deleting && msg_arena_ok(a) && put_topic(a, node, t, asked, &to[n]))
				n++;
		}
	}
	msg_arr_cut(&out->topics, (int32_t)n);
}

void
api_describe_log_dirs(struct request *r)
{
	const struct describe_log_dirs_req *req = r->body;
	struct msg_arena *a = acceptor.scratch;
	struct describe_log_dirs_resp *resp = msg_new(a, describe_log_dirs_resp);
	struct describe_log_dirs_resp_describe_log_dirs_result *out = msg_arr(a, &resp->results, 1);
	uint32_t node = conn_node(r->conn);
	const struct shm_writer *w = shm_body_of(shm_peer(acceptor.shm, proc_slot(PROC_WRITER, node)));

	msg_str0(a, &out->log_dir, child_disk(acceptor.child, node)->path);
	if (atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_OFFLINE) {
		out->error_code = KERR_KAFKA_STORAGE_ERROR;
	} else {
		out->total_bytes = (int64_t)atomic_load_explicit(&w->total_bytes, memory_order_relaxed);
		out->usable_bytes = (int64_t)atomic_load_explicit(&w->usable_bytes, memory_order_relaxed);
		put_topics(a, node, req, out);
	}
	request_reply(r, resp);
}

/*
 * A node is a disk: a replica goes to another one by a reassignment.  Here it can only be told to be where it is.
 */
static int16_t
alter_one(uint32_t node, const struct kstr *path, const struct topic_entry *t, int32_t index)
{
	const char *own = child_disk(acceptor.child, node)->path; /* that we listen for has one */
	struct shm_replica line;
	uint32_t slot;

	if ((size_t)path->len != strlen(own) || memcmp(kstr(path), own, strlen(own)) != 0)
		return KERR_LOG_DIR_NOT_FOUND;
	slot = t == NULL || t->deleting ? UINT32_MAX : tables_slot(t, index);
	if (slot == UINT32_MAX)
		return KERR_UNKNOWN_TOPIC_OR_PARTITION;
	tables_replica(acceptor.tables, node, slot, &line);
	if (line.status == REPLICA_NONE || line.status == REPLICA_LOADING)
		return KERR_REPLICA_NOT_AVAILABLE; /* a reassignment is on its way: tools try again */
	return line.status == REPLICA_OK ? KERR_NONE : KERR_KAFKA_STORAGE_ERROR;
}

void
api_alter_replica_log_dirs(struct request *r)
{
	const struct alter_replica_log_dirs_req *req = r->body;
	const struct alter_replica_log_dirs_req_alter_replica_log_dir *dir;
	const struct alter_replica_log_dirs_req_alter_replica_log_dir_topic *asked;
	struct alter_replica_log_dirs_resp_alter_replica_log_dir_topic_result *to;
	struct msg_arena *a = acceptor.scratch;
	struct alter_replica_log_dirs_resp *resp = msg_new(a, alter_replica_log_dirs_resp);
	size_t n = 0;

	karr_for(dir, &req->dirs)
		karr_for(asked, &dir->topics)
			n += karr_len(&asked->partitions) > 0;
	to = msg_arr(a, &resp->results, n);
	karr_for(dir, &req->dirs)
		karr_for(asked, &dir->topics) {
			struct alter_replica_log_dirs_resp_alter_replica_log_dir_partition_result *p;
			const struct topic_entry *t =
			    tables_topic_by_name(acceptor.tables, kstr(&asked->name), (uint32_t)asked->name.len);

			if (!msg_arena_ok(a))
				break;
			if (karr_len(&asked->partitions) == 0)
				continue;
			msg_str_copy(a, &to->topic_name, &asked->name);
			p = msg_arr(a, &to->partitions, (size_t)karr_len(&asked->partitions));
			for (int32_t i = 0; msg_arena_ok(a) && i < karr_len(&asked->partitions); i++) {
				p[i].partition_index = *karr_at(&asked->partitions, i);
				p[i].error_code = alter_one(conn_node(r->conn), &dir->path, t, p[i].partition_index);
			}
			to++;
		}
	request_reply(r, resp);
}
