/* SPDX-License-Identifier: ISC */
/*
 * metadata.c - Metadata, DescribeCluster, DescribeTopicPartitions: answered from the published tables.
 * Used in: acceptor.  Rules: KafkaApis.handleTopicMetadataRequest, DescribeTopicPartitionsRequestHandler.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "endpoint.h"
#include "odradek/base/hash.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/gen/describe_cluster.h"
#include "odradek/proto/gen/describe_topic_partitions.h"
#include "odradek/proto/gen/metadata.h"
#include "odradek/proto/kerr.h"

/* AclOperation bits: without an authorizer every operation of the resource is allowed. */
#define TOPIC_OPERATIONS 3576	/* read, write, create, delete, alter, describe, describe and alter configs */
#define CLUSTER_OPERATIONS 8096 /* create, alter, describe, cluster action, configs, idempotent write */
#define ALL_TOPICS_AT_V0 0
#define ENDPOINT_BROKERS 1
#define ENDPOINT_CONTROLLERS 2

bool
endpoint_get(struct endpoint *e, const struct conn *c, uint32_t index, bool offline_too)
{
	uint32_t l = conn_listener(c);

	if (!tables_node(acceptor.tables, index, &e->node) || e->node.state == NODE_NONE || l >= SHM_LISTENERS ||
	    (e->node.state == NODE_OFFLINE && !offline_too))
		return false;
	e->id = e->node.id;
	e->port = e->node.port[l];
	e->host = e->node.host[l][0] != '\0' ? e->node.host[l] : conn_local_host(c);
	e->rack = e->node.rack[0] != '\0' ? e->node.rack : NULL;
	return true;
}

int32_t
endpoint_id(int32_t index)
{
	struct shm_node n;

	return index >= 0 && tables_node(acceptor.tables, (uint32_t)index, &n) ? n.id : -1;
}

static bool
node_offline(uint32_t index)
{
	struct shm_node n;

	return !tables_node(acceptor.tables, index, &n) || n.state != NODE_ONLINE;
}

/* Any broker passes on what the controller decides, so any online node may be named; it must be in the list. */
static int32_t
controller_id(const struct conn *c)
{
	struct shm_node n;

	if (tables_node(acceptor.tables, conn_node(c), &n) && n.state == NODE_ONLINE)
		return n.id;
	for (uint32_t i = 0; i < tables_nodes(acceptor.tables); i++)
		if (tables_node(acceptor.tables, i, &n) && n.state == NODE_ONLINE)
			return n.id;
	return -1;
}

static const char *
cluster_id(void)
{
	return shm_controller_of(acceptor.shm)->cluster_id;
}

/* The ids of the replicas in mask. */
#define put_ids(a, field, sp, mask)                                                               \
	do {                                                                                      \
		int32_t *ids_ = msg_arr((a), (field), (size_t)__builtin_popcount(mask));          \
		for (uint32_t i_ = 0; msg_arena_ok(a) && i_ < (sp)->replicas && i_ < SHM_REPLICAS; i_++) \
			if (((mask) & 1u << i_) != 0)                                             \
				*ids_++ = endpoint_id((sp)->replica[i_]);                         \
	} while (0)

static uint16_t
mask_all(const struct shm_partition *sp)
{
	return (uint16_t)((1u << (sp->replicas < SHM_REPLICAS ? sp->replicas : SHM_REPLICAS)) - 1);
}

static uint16_t
mask_offline(const struct shm_partition *sp)
{
	uint16_t mask = 0;

	for (uint32_t i = 0; i < sp->replicas && i < SHM_REPLICAS; i++)
		if (node_offline(sp->replica[i]))
			mask |= (uint16_t)(1u << i);
	return mask;
}

/* ---- Metadata ---- */

/* Version 0 knows no offline replicas: they are left out, and an error says that some are. */
static void
put_partitions(
    struct msg_arena *a, struct metadata_resp_metadata_response_topic *to, const struct topic_entry *t, int version)
{
	struct metadata_resp_metadata_response_partition *p = msg_arr(a, &to->partitions, t->partitions);
	struct shm_partition sp;
	uint16_t offline, hidden;
	uint32_t n = 0;

	for (uint32_t i = 0; i < t->partitions && msg_arena_ok(a); i++) {
		uint32_t slot = tables_slot(t, (int32_t)i);
		if (slot == UINT32_MAX)
			continue;
		tables_partition(acceptor.tables, slot, &sp);
		p->partition_index = (int32_t)i;
		p->leader_id = sp.leader >= 0 && node_offline((uint32_t)sp.leader) ? -1 : endpoint_id(sp.leader);
		p->leader_epoch = sp.leader_epoch;
		offline = mask_offline(&sp);
		hidden = version == 0 ? offline : 0;
		p->error_code = p->leader_id < 0 ? KERR_LEADER_NOT_AVAILABLE
				: hidden != 0	 ? KERR_REPLICA_NOT_AVAILABLE
						 : KERR_NONE;
		put_ids(a, &p->replica_nodes, &sp, mask_all(&sp) & ~hidden);
		put_ids(a, &p->isr_nodes, &sp, sp.isr & ~hidden);
		put_ids(a, &p->offline_replicas, &sp, offline);
		p++;
		n++;
	}
	msg_arr_cut(&to->partitions, (int32_t)n);
}

static void
put_topic(struct msg_arena *a, struct metadata_resp_metadata_response_topic *to, const struct topic_entry *t,
    const struct metadata_req *req, int version)
{
	msg_str(a, &to->name, t->name, t->name_len);
	memcpy(to->topic_id.b, t->id, sizeof to->topic_id.b);
	to->is_internal = t->internal;
	if (req->include_topic_authorized_operations)
		to->topic_authorized_operations = TOPIC_OPERATIONS;
	put_partitions(a, to, t, version);
}

static bool
topic_name_ok(const char *p, int32_t len)
{
	if (len < 1 || len > 249 || (len == 1 && p[0] == '.') || (len == 2 && memcmp(p, "..", 2) == 0))
		return false;
	for (int32_t i = 0; i < len; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-", p[i]) == NULL || p[i] == '\0')
			return false;
	return true;
}

/* One that was asked for and is not there; creation is begun, and the client asks again. */
static void
put_unknown(struct msg_arena *a, struct metadata_resp_metadata_response_topic *to,
    const struct metadata_req_metadata_request_topic *in, int version, bool create)
{
	if (!uuid_is_zero(&in->topic_id)) {
		to->topic_id = in->topic_id;
		msg_str(a, &to->name, NULL, 0);
		to->error_code = KERR_UNKNOWN_TOPIC_ID;
		return;
	}
	(void)version;
	msg_str_copy(a, &to->name, &in->name);
	if (!topic_name_ok(kstr(&in->name), in->name.len)) {
		to->error_code = KERR_INVALID_TOPIC_EXCEPTION;
		return;
	}
	to->error_code = KERR_UNKNOWN_TOPIC_OR_PARTITION;
	if (create)
		forward_auto_create(kstr(&in->name), (uint32_t)in->name.len);
}

static struct topic_entry *
find(const struct metadata_req_metadata_request_topic *in)
{
	struct topic_entry *t;

	if (!uuid_is_zero(&in->topic_id))
		t = tables_topic_by_id(acceptor.tables, in->topic_id.b);
	else
		t = tables_topic_by_name(acceptor.tables, kstr(&in->name), (uint32_t)in->name.len);
	return t != NULL && t->deleting ? NULL : t;
}

/* Was this one asked for before, in the same request?  Kafka takes the names as a set. */
static bool
seen_before(struct mapstr *seen, const struct metadata_req_metadata_request_topic *in)
{
	char key[300];
	int n;

	if (!uuid_is_zero(&in->topic_id))
		return mapstr_put(seen, (const char *)in->topic_id.b, sizeof in->topic_id.b, 1) == 0;
	if (in->name.len > (int32_t)sizeof key - 1)
		return false;
	n = in->name.len;
	key[0] = 'n';
	memcpy(key + 1, kstr(&in->name), (size_t)n);
	return mapstr_put(seen, key, (size_t)n + 1, 1) == 0;
}

static void
put_named(struct msg_arena *a, struct metadata_resp *resp, const struct metadata_req *req, int version)
{
	bool create = req->allow_auto_topic_creation && acceptor.config->auto_create_topics_enable;
	struct metadata_resp_metadata_response_topic *to = msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	const struct metadata_req_metadata_request_topic *in;
	struct mapstr seen = {0};
	struct topic_entry *t;
	int32_t n = 0;

	karr_for(in, &req->topics) {
		if (!msg_arena_ok(a))
			break;
		if (karr_len(&req->topics) > 1 && seen_before(&seen, in))
			continue;
		t = find(in);
		if (t != NULL)
			put_topic(a, to, t, req, version);
		else
			put_unknown(a, to, in, version, create);
		to++;
		n++;
	}
	msg_arr_cut(&resp->topics, n);
	mapstr_fini(&seen);
}

static void
put_all(struct msg_arena *a, struct metadata_resp *resp, const struct metadata_req *req, int version)
{
	struct metadata_resp_metadata_response_topic *to;
	struct topic_entry *t;
	uint32_t i = 0, n = 0;

	while ((t = tables_next(acceptor.tables, &i)) != NULL)
		n += !t->deleting;
	to = msg_arr(a, &resp->topics, n);
	for (i = 0; (t = tables_next(acceptor.tables, &i)) != NULL && msg_arena_ok(a);)
		if (!t->deleting)
			put_topic(a, to++, t, req, version);
}

/* An error that takes the whole request: each topic gets it, and nothing else is said. */
static int16_t
request_error(const struct metadata_req *req, int version)
{
	const struct metadata_req_metadata_request_topic *in;

	karr_for(in, &req->topics) {
		bool has_id = !uuid_is_zero(&in->topic_id);
		if (version < 12 && (has_id || kstr_is_null(&in->name)))
			return KERR_INVALID_REQUEST;
		if (!has_id && kstr_is_null(&in->name))
			return KERR_UNKNOWN_SERVER_ERROR;
	}
	return KERR_NONE;
}

static void
put_error(struct msg_arena *a, struct metadata_resp *resp, const struct metadata_req *req, int version, int16_t error)
{
	struct metadata_resp_metadata_response_topic *to = msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	const struct metadata_req_metadata_request_topic *in;

	msg_str(a, &resp->cluster_id, NULL, 0);
	resp->controller_id = -1;
	resp->error_code = version >= 13 ? error : KERR_NONE;
	karr_for(in, &req->topics) {
		if (!msg_arena_ok(a))
			break;
		to->error_code = error;
		to->topic_id = in->topic_id;
		if (kstr_is_null(&in->name))
			msg_str0(a, &to->name, "");
		else
			msg_str_copy(a, &to->name, &in->name);
		to++;
	}
}

void
api_metadata(struct request *r)
{
	const struct metadata_req *req = r->body;
	struct msg_arena *a = acceptor.scratch;
	struct metadata_resp *resp = msg_new(a, metadata_resp);
	uint32_t nodes = tables_nodes(acceptor.tables), n = 0;
	struct metadata_resp_metadata_response_broker *b;
	int16_t error = request_error(req, r->version);
	struct endpoint e;

	if (error != KERR_NONE) {
		put_error(a, resp, req, r->version, error);
		request_reply(r, resp);
		return;
	}
	b = msg_arr(a, &resp->brokers, nodes);
	for (uint32_t i = 0; i < nodes && msg_arena_ok(a); i++) {
		if (!endpoint_get(&e, r->conn, i, false))
			continue;
		b->node_id = e.id;
		b->port = e.port;
		msg_str0(a, &b->host, e.host);
		msg_str0(a, &b->rack, e.rack);
		b++;
		n++;
	}
	msg_arr_cut(&resp->brokers, (int32_t)n);
	msg_str0(a, &resp->cluster_id, cluster_id());
	resp->controller_id = controller_id(r->conn);
	if (r->version >= 8 && r->version <= 10 && req->include_cluster_authorized_operations)
		resp->cluster_authorized_operations = CLUSTER_OPERATIONS;
	if (karr_is_null(&req->topics) || (r->version == ALL_TOPICS_AT_V0 && karr_len(&req->topics) == 0))
		put_all(a, resp, req, r->version);
	else
		put_named(a, resp, req, r->version);
	request_reply(r, resp);
}

/* ---- DescribeCluster ---- */

void
api_describe_cluster(struct request *r)
{
	const struct describe_cluster_req *req = r->body;
	struct msg_arena *a = acceptor.scratch;
	struct describe_cluster_resp *resp = msg_new(a, describe_cluster_resp);
	struct describe_cluster_resp_describe_cluster_broker *b;
	uint32_t nodes = tables_nodes(acceptor.tables), n = 0;
	struct endpoint e;

	if (req->endpoint_type != ENDPOINT_BROKERS) {
		bool controllers = req->endpoint_type == ENDPOINT_CONTROLLERS;
		resp->error_code = controllers ? KERR_MISMATCHED_ENDPOINT_TYPE : KERR_UNSUPPORTED_ENDPOINT_TYPE;
		if (controllers)
			msg_str0(a, &resp->error_message, "The request was sent to an endpoint of type BROKER, but we wanted "
							  "an endpoint of type CONTROLLER");
		else
			msg_printf(a, &resp->error_message, "Unsupported endpoint type %d", req->endpoint_type);
		request_reply(r, resp);
		return;
	}
	msg_str0(a, &resp->cluster_id, cluster_id());
	resp->controller_id = controller_id(r->conn);
	if (req->include_cluster_authorized_operations)
		resp->cluster_authorized_operations = CLUSTER_OPERATIONS;
	b = msg_arr(a, &resp->brokers, nodes);
	for (uint32_t i = 0; i < nodes && msg_arena_ok(a); i++) {
		if (!endpoint_get(&e, r->conn, i, req->include_fenced_brokers))
			continue;
		b->broker_id = e.id;
		b->port = e.port;
		b->is_fenced = r->version >= 2 && e.node.state == NODE_OFFLINE;
		msg_str0(a, &b->host, e.host);
		msg_str0(a, &b->rack, e.rack);
		b++;
		n++;
	}
	msg_arr_cut(&resp->brokers, (int32_t)n);
	request_reply(r, resp);
}

/* ---- DescribeTopicPartitions ---- */

typedef struct describe_topic_partitions_req dtp_req;
typedef struct describe_topic_partitions_resp dtp_resp;
typedef struct describe_topic_partitions_resp_describe_topic_partitions_response_topic dtp_topic;
typedef struct describe_topic_partitions_resp_describe_topic_partitions_response_partition dtp_partition;

struct wanted {
	const char *name;
	uint32_t len;
};

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct wanted *)a)->name, ((const struct wanted *)b)->name);
}

/* The names, sorted and once each, from the cursor on. */
static struct wanted *
wanted_names(const dtp_req *req, const char *from, uint32_t *np)
{
	const struct describe_topic_partitions_req_topic_request *in;
	struct topic_entry *t;
	struct wanted *w;
	uint32_t n = 0, cap = (uint32_t)karr_len(&req->topics), kept = 0, i = 0;

	if (cap == 0)
		while (tables_next(acceptor.tables, &i) != NULL)
			cap++;
	w = xcalloc(cap + 1, sizeof *w);
	if (karr_len(&req->topics) == 0) {
		for (i = 0; n < cap && (t = tables_next(acceptor.tables, &i)) != NULL;)
			if (!t->deleting)
				w[n++] = (struct wanted){t->name, t->name_len};
	} else {
		karr_for(in, &req->topics)
			w[n++] = (struct wanted){kstr(&in->name), (uint32_t)in->name.len};
	}
	qsort(w, n, sizeof *w, by_name);
	for (i = 0; i < n; i++)
		if ((kept == 0 || strcmp(w[kept - 1].name, w[i].name) != 0) && (from == NULL || strcmp(w[i].name, from) >= 0))
			w[kept++] = w[i];
	*np = kept;
	return w;
}

static void
dtp_put_partition(struct msg_arena *a, dtp_partition *p, const struct topic_entry *t, int32_t index)
{
	struct shm_partition sp;

	tables_partition(acceptor.tables, tables_slot(t, index), &sp);
	p->partition_index = index;
	p->leader_id = sp.leader >= 0 && node_offline((uint32_t)sp.leader) ? -1 : endpoint_id(sp.leader);
	p->leader_epoch = sp.leader_epoch; /* without a leader that is no error here */
	put_ids(a, &p->replica_nodes, &sp, mask_all(&sp));
	put_ids(a, &p->isr_nodes, &sp, sp.isr);
	put_ids(a, &p->eligible_leader_replicas, &sp, sp.elr);
	msg_arr(a, &p->last_known_elr, 0);
	put_ids(a, &p->offline_replicas, &sp, mask_offline(&sp));
}

static void
dtp_fail(struct request *r, const dtp_req *req, int16_t error)
{
	struct msg_arena *a = acceptor.scratch;
	dtp_resp *resp = msg_new(a, describe_topic_partitions_resp);
	dtp_topic *to = msg_arr(a, &resp->topics, (size_t)karr_len(&req->topics));
	const struct describe_topic_partitions_req_topic_request *in;

	karr_for(in, &req->topics) {
		if (!msg_arena_ok(a))
			break;
		to->error_code = error;
		msg_str_copy(a, &to->name, &in->name);
		to++;
	}
	request_reply(r, resp);
}

/* Is the cursor's topic among those asked for? */
static bool
dtp_has(const dtp_req *req, const struct kstr *name)
{
	const struct describe_topic_partitions_req_topic_request *in;

	karr_for(in, &req->topics)
		if (kstr_eq(&in->name, kstr(name), (size_t)name->len))
			return true;
	return karr_len(&req->topics) == 0;
}

/* Where the next page begins. */
static void
dtp_put_cursor(struct msg_arena *a, dtp_resp *resp, const struct wanted *w, int32_t partition)
{
	struct describe_topic_partitions_resp_cursor *next = msg_ptr(a, &resp->next_cursor);

	if (next == NULL)
		return; /* no room: request_reply sees it */
	msg_str(a, &next->topic_name, w->name, w->len);
	next->partition_index = partition;
}

/* One topic from partition `first` on, at most *left partitions; false: the page is full, *stopped is where. */
static bool
dtp_put_topic(struct msg_arena *a, dtp_topic *to, const struct wanted *w, int32_t first, int32_t *left, int32_t *stopped)
{
	struct topic_entry *t = tables_topic_by_name(acceptor.tables, w->name, w->len);
	dtp_partition *p;
	int32_t n = 0, total, i;

	msg_str(a, &to->name, w->name, w->len);
	to->topic_authorized_operations = TOPIC_OPERATIONS;
	if (t == NULL || t->deleting) {
		to->error_code = topic_name_ok(w->name, (int32_t)w->len) ? KERR_UNKNOWN_TOPIC_OR_PARTITION
									  : KERR_INVALID_TOPIC_EXCEPTION;
		return true;
	}
	memcpy(to->topic_id.b, t->id, sizeof to->topic_id.b);
	to->is_internal = t->internal;
	total = (int32_t)t->partitions;
	p = msg_arr(a, &to->partitions, (size_t)(total > first ? (total - first < *left ? total - first : *left) : 0));
	for (i = first; i < total && *left > 0 && msg_arena_ok(a); i++) {
		if (tables_slot(t, i) == UINT32_MAX)
			continue;
		dtp_put_partition(a, p++, t, i);
		n++;
		(*left)--;
	}
	msg_arr_cut(&to->partitions, n);
	*stopped = i;
	return i >= total;
}

void
api_describe_topic_partitions(struct request *r)
{
	const dtp_req *req = r->body;
	const struct describe_topic_partitions_req_cursor *cursor = kptr_get(&req->cursor);
	const struct describe_topic_partitions_req_topic_request *in;
	int32_t limit = acceptor.config->max_request_partition_size_limit, left, stopped = 0, first;
	struct msg_arena *a = acceptor.scratch;
	dtp_resp *resp;
	dtp_topic *to;
	struct wanted *w;
	uint32_t n, i;

	karr_for(in, &req->topics)
		if (in->name.len == 0) {
			dtp_fail(r, req, KERR_UNKNOWN_SERVER_ERROR);
			return;
		}
	if (cursor != NULL && (cursor->partition_index < 0 || !dtp_has(req, &cursor->topic_name))) {
		dtp_fail(r, req, KERR_INVALID_REQUEST);
		return;
	}
	left = req->response_partition_limit < limit ? req->response_partition_limit : limit;
	if (left < 1)
		left = 1;
	w = wanted_names(req, cursor == NULL ? NULL : kstr(&cursor->topic_name), &n);
	resp = msg_new(a, describe_topic_partitions_resp);
	to = msg_arr(a, &resp->topics, n);
	for (i = 0; i < n && msg_arena_ok(a); i++, to++) {
		bool at_cursor = cursor != NULL && strcmp(w[i].name, kstr(&cursor->topic_name)) == 0;
		bool whole;

		first = at_cursor ? cursor->partition_index : 0;
		if (left == 0) {
			stopped = first;
			break;
		}
		whole = dtp_put_topic(a, to, &w[i], first, &left, &stopped);
		if (!whole) {
			dtp_put_cursor(a, resp, &w[i], stopped);
			msg_arr_cut(&resp->topics, (int32_t)i + 1);
			i = n;
		}
	}
	if (i < n) { /* the page ended between two topics */
		dtp_put_cursor(a, resp, &w[i], 0);
		msg_arr_cut(&resp->topics, (int32_t)i);
	}
	free(w);
	request_reply(r, resp);
}
