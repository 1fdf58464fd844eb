/* SPDX-License-Identifier: ISC */
/*
 * logdirs.c - DescribeLogDirs: the disk of the node that was asked, from its writer's lines.
 * Used in: acceptor.  Rules: ReplicaManager.describeLogDirs.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "acceptor.h"
#include "odradek/proto/gen/describe_log_dirs.h"
#include "odradek/proto/kerr.h"

typedef struct describe_log_dirs_req_describable_log_dir_topic req_topic;
typedef struct describe_log_dirs_resp_describe_log_dirs_topic out_topic;
typedef struct describe_log_dirs_resp_describe_log_dirs_partition out_partition;

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
	p->offset_lag = 0; /* a leader lags behind nobody */
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

	msg_str0(a, &out->log_dir, acceptor.child->inherit->disk[node].path);
	if (atomic_load_explicit(&w->disk, memory_order_relaxed) == DISK_OFFLINE) {
		out->error_code = KERR_KAFKA_STORAGE_ERROR;
	} else {
		out->total_bytes = (int64_t)atomic_load_explicit(&w->total_bytes, memory_order_relaxed);
		out->usable_bytes = (int64_t)atomic_load_explicit(&w->usable_bytes, memory_order_relaxed);
		put_topics(a, node, req, out);
	}
	request_reply(r, resp);
}
