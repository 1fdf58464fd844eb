/* SPDX-License-Identifier: ISC */
/*
 * topic_replicas.c - replicas for "odradek topic describe": who is in sync, who may lead, who is
 * how far behind, what moves.
 *
 * librdkafka's metadata tells leader, replicas and those in sync; the rest is asked of the brokers
 * (ask.c), and what a broker does not offer is left out.
 */
#include "config.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "topic.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/api.h"
#include "odradek/proto/gen/describe_log_dirs.h"
#include "odradek/proto/gen/describe_topic_partitions.h"
#include "odradek/proto/gen/list_partition_reassignments.h"
#include "odradek/proto/kerr.h"

typedef struct describe_topic_partitions_resp_describe_topic_partitions_response_partition
    told_partition;

enum { ARENA_MOST = 256 << 20, LABEL = 13 };

/* ---- lists of ids ---- */

static void
ids_set(struct ids *to, const int32_t *v, int n)
{
	free(to->v);
	to->v = xcalloc((size_t)n + 1, sizeof *to->v);
	to->n = n;
	for (int i = 0; i < n; i++)
		to->v[i] = v[i];
}

#define ids_take(to, field) ids_set(to, karr_begin(field), karr_len(field))

static bool
ids_has(const struct ids *ids, int32_t id)
{
	for (int i = 0; i < ids->n; i++)
		if (ids->v[i] == id)
			return true;
	return false;
}

const char *
ids_text(const struct ids *ids)
{
	static char text[4][256];
	static int last;
	char *to = text[last++ % 4];
	size_t at = 0;

	to[0] = '\0';
	for (int i = 0; i < ids->n && at < sizeof text[0]; i++)
		at += (size_t)snprintf(
		    to + at, sizeof text[0] - at, "%s%d", i > 0 ? "," : "", ids->v[i]);
	return to;
}

/* ---- what is the matter ---- */

static bool
missing(const struct replicas *r, int32_t id)
{
	return !ids_has(&r->in_sync, id) && !ids_has(&r->adding, id);
}

bool
replicas_under(const struct replicas *r)
{
	for (int i = 0; i < r->all.n; i++)
		if (missing(r, r->all.v[i]))
			return true;
	return false;
}

bool
replicas_under_min(const struct replicas *r)
{
	return r->in_sync.n < r->min_in_sync && r->in_sync.n < r->all.n;
}

static bool
moving(const struct replicas *r)
{
	return r->adding.n > 0 || r->removing.n > 0;
}

/* ---- asking ---- */

/* Where partition `id` stands in the metadata, -1: nowhere. */
static int
place(const rd_kafka_metadata_topic_t *t, int32_t id)
{
	if (id >= 0 && id < t->partition_cnt && t->partitions[id].id == id)
		return id;
	for (int i = 0; i < t->partition_cnt; i++)
		if (t->partitions[i].id == id)
			return i;
	return -1;
}

static void
take_told(struct replicas *r, const told_partition *p)
{
	r->leader = p->leader_id;
	ids_take(&r->all, &p->replica_nodes);
	ids_take(&r->in_sync, &p->isr_nodes);
	ids_take(&r->offline, &p->offline_replicas);
	ids_take(&r->eligible, &p->eligible_leader_replicas);
	ids_take(&r->last_eligible, &p->last_known_elr);
}

/* DescribeTopicPartitions, page by page. */
static const char *
ask_partitions(int32_t broker, const rd_kafka_metadata_topic_t *t, struct replicas *r)
{
	struct msg_arena question, answer;
	const struct describe_topic_partitions_resp *resp;
	const struct describe_topic_partitions_resp_cursor *next;
	int32_t from = 0;
	const char *why;

	if (msg_arena_init(&question, ARENA_MOST) == -1 ||
	    msg_arena_init(&answer, ARENA_MOST) == -1)
		die("could not reserve memory: %s", strerror(errno));
	do {
		struct describe_topic_partitions_req *req;
		const told_partition *p;

		msg_arena_reset(&question);
		req = msg_new(&question, describe_topic_partitions_req);
		msg_str0(&question, &msg_arr(&question, &req->topics, 1)->name, t->topic);
		if (from > 0) {
			struct describe_topic_partitions_req_cursor *cursor =
			    msg_ptr(&question, &req->cursor);

			msg_str0(&question, &cursor->topic_name, t->topic);
			cursor->partition_index = from;
		}
		resp = broker_ask(broker, API_DescribeTopicPartitions, req, &answer, &why);
		if (resp == NULL || karr_len(&resp->topics) != 1 ||
		    karr_at(&resp->topics, 0)->error_code != KERR_NONE)
			break;
		karr_for (p, &karr_at(&resp->topics, 0)->partitions) {
			int i = place(t, p->partition_index);

			if (i != -1)
				take_told(&r[i], p);
		}
		next = kptr_get(&resp->next_cursor);
		if (next == NULL || next->partition_index <= from)
			break;
		from = next->partition_index;
	} while (true);
	msg_arena_fini(&question);
	msg_arena_fini(&answer);
	return why;
}

static const char *
ask_reassignments(int32_t broker, const rd_kafka_metadata_topic_t *t, struct replicas *r)
{
	struct msg_arena question, answer;
	struct list_partition_reassignments_req *req;
	struct list_partition_reassignments_req_list_partition_reassignments_topics *topic;
	const struct list_partition_reassignments_resp *resp;
	const struct list_partition_reassignments_resp_ongoing_topic_reassignment *of;
	const struct list_partition_reassignments_resp_ongoing_partition_reassignment *p;
	const char *why;
	int32_t *index;

	if (msg_arena_init(&question, ARENA_MOST) == -1 ||
	    msg_arena_init(&answer, ARENA_MOST) == -1)
		die("could not reserve memory: %s", strerror(errno));
	req = msg_new(&question, list_partition_reassignments_req);
	req->timeout_ms = cli.timeout_ms;
	topic = msg_arr(&question, &req->topics, 1);
	msg_str0(&question, &topic->name, t->topic);
	index = msg_arr(&question, &topic->partition_indexes, (size_t)t->partition_cnt);
	for (int i = 0; i < t->partition_cnt; i++)
		index[i] = t->partitions[i].id;
	resp = broker_ask(broker, API_ListPartitionReassignments, req, &answer, &why);
	if (resp != NULL && resp->error_code != KERR_NONE)
		why = kerr_text(resp->error_code);
	for (int i = 0; i < t->partition_cnt && resp != NULL && why == NULL; i++) {
		ids_set(&r[i].adding, NULL, 0);
		ids_set(&r[i].removing, NULL, 0);
	}
	if (resp != NULL && why == NULL)
		karr_for (of, &resp->topics)
			karr_for (p, &of->partitions) {
				int i = place(t, p->partition_index);

				if (i == -1)
					continue;
				ids_take(&r[i].all, &p->replicas);
				ids_take(&r[i].adding, &p->adding_replicas);
				ids_take(&r[i].removing, &p->removing_replicas);
			}
	msg_arena_fini(&question);
	msg_arena_fini(&answer);
	return why;
}

static void
take_lag(const rd_kafka_metadata_topic_t *t, struct replicas *r, int32_t broker,
    const struct describe_log_dirs_resp *resp)
{
	const struct describe_log_dirs_resp_describe_log_dirs_result *dir;
	const struct describe_log_dirs_resp_describe_log_dirs_topic *of;
	const struct describe_log_dirs_resp_describe_log_dirs_partition *p;

	karr_for (dir, &resp->results)
		karr_for (of, &dir->topics)
			karr_for (p, &of->partitions) {
				int i = kstr_eq(&of->name, t->topic, strlen(t->topic))
					    ? place(t, p->partition_index)
					    : -1;

				for (int k = 0; i != -1 && k < r[i].all.n; k++)
					/* Kafka's own answer is 0 for every follower: that says
					 * nothing */
					if (r[i].all.v[k] == broker && p->offset_lag > 0 &&
					    !p->is_future_key)
						r[i].behind[k] = p->offset_lag;
			}
}

/* How far those are behind that this broker has, and that are not in sync. */
static void
ask_lag(int32_t broker, const rd_kafka_metadata_topic_t *t, struct replicas *r)
{
	struct msg_arena question, answer;
	struct describe_log_dirs_req *req;
	struct describe_log_dirs_req_describable_log_dir_topic *topic;
	const struct describe_log_dirs_resp *resp;
	const char *why;
	int32_t *index;
	int n = 0;

	if (msg_arena_init(&question, ARENA_MOST) == -1 ||
	    msg_arena_init(&answer, ARENA_MOST) == -1)
		die("could not reserve memory: %s", strerror(errno));
	req = msg_new(&question, describe_log_dirs_req);
	topic = msg_arr(&question, &req->topics, 1);
	msg_str0(&question, &topic->topic, t->topic);
	index = msg_arr(&question, &topic->partitions, (size_t)t->partition_cnt);
	for (int i = 0; i < t->partition_cnt; i++)
		if (ids_has(&r[i].all, broker) && !ids_has(&r[i].in_sync, broker))
			index[n++] = t->partitions[i].id;
	msg_arr_cut(&topic->partitions, n);
	if (n > 0 && (resp = broker_ask(broker, API_DescribeLogDirs, req, &answer, &why)) != NULL)
		take_lag(t, r, broker, resp);
	msg_arena_fini(&question);
	msg_arena_fini(&answer);
}

/* What librdkafka's metadata tells. */
static void
take_metadata(
    struct replicas *r, const rd_kafka_metadata_partition_t *p, const rd_kafka_metadata_t *m)
{
	r->leader = p->leader;
	r->eligible.n = r->last_eligible.n = r->adding.n = r->removing.n = -1;
	ids_set(&r->all, p->replicas, p->replica_cnt);
	ids_set(&r->in_sync, p->isrs, p->isr_cnt);
	ids_set(&r->offline, p->replicas, p->replica_cnt);
	r->offline.n = 0;
	for (int i = 0; i < p->replica_cnt; i++) {
		int b = 0;

		while (b < m->broker_cnt && m->brokers[b].id != p->replicas[i])
			b++;
		if (b == m->broker_cnt)
			r->offline.v[r->offline.n++] = p->replicas[i];
	}
}

struct replicas *
replicas_get(const rd_kafka_metadata_topic_t *t, const struct topic_settings *s, const char **why)
{
	const rd_kafka_metadata_t *m = cluster_metadata();
	struct replicas *r = xcalloc((size_t)t->partition_cnt + 1, sizeof *r);
	int64_t least = setting_number(&s->v[SET_MIN_IN_SYNC]);
	int32_t broker =
	    rd_kafka_controllerid(client(), cli.timeout_ms); /* old brokers do not forward to it */
	const char *whys[2];

	if (broker < 0)
		broker = m->orig_broker_id;
	for (int i = 0; i < t->partition_cnt; i++) {
		take_metadata(&r[i], &t->partitions[i], m);
		r[i].min_in_sync = least > 0 && least < INT32_MAX ? (int32_t)least : 1;
	}
	whys[0] = ask_partitions(broker, t, r);
	whys[1] = ask_reassignments(broker, t, r);
	*why = whys[0] != NULL ? whys[0] : whys[1];
	for (int i = 0; i < t->partition_cnt; i++) {
		r[i].behind = xcalloc((size_t)r[i].all.n + 1, sizeof *r[i].behind);
		for (int k = 0; k < r[i].all.n; k++)
			r[i].behind[k] = -1;
	}
	for (int b = 0; b < m->broker_cnt && *why == NULL; b++)
		ask_lag(m->brokers[b].id, t, r);
	return r;
}

void
replicas_free(struct replicas *r, int n)
{
	for (int i = 0; i < n; i++) {
		struct ids *ids[] = {&r[i].all, &r[i].in_sync, &r[i].offline, &r[i].eligible,
		    &r[i].last_eligible, &r[i].adding, &r[i].removing};

		for (size_t k = 0; k < sizeof ids / sizeof *ids; k++)
			free(ids[k]->v);
		free(r[i].behind);
	}
	free(r);
}

/* ---- telling ---- */

void
replicas_sum(const struct replicas *r, int n)
{
	int leaderless = 0, under = 0, under_min = 0, moved = 0;

	for (int i = 0; i < n; i++) {
		leaderless += r[i].leader < 0;
		under += replicas_under(&r[i]);
		under_min += replicas_under_min(&r[i]);
		moved += moving(&r[i]);
	}
	if (leaderless > 0)
		printf(", %d without a leader", leaderless);
	if (under > 0)
		printf(", %d under-replicated", under);
	if (under_min > 0)
		printf(", %d below min.insync.replicas", under_min);
	if (moved > 0)
		printf(", %d being moved", moved);
}

static void
print_replica(const struct replicas *r, int32_t id)
{
	printf("%d", id);
	if (ids_has(&r->offline, id)) {
		printf(" (offline)");
		return;
	}
	for (int k = 0; k < r->all.n; k++)
		if (r->all.v[k] == id && r->behind[k] > 0)
			printf(" (%" PRId64 " record%s behind)", r->behind[k],
			    r->behind[k] == 1 ? "" : "s");
}

/* "; " between the findings of a partition. */
static void
finding(int *n, const char *text)
{
	printf("%s%s", (*n)++ > 0 ? "; " : "", text);
}

static void
print_missing(const struct replicas *r, int *found)
{
	bool first = true;

	if (!replicas_under(r))
		return;
	finding(found, "not in sync: ");
	for (int k = 0; k < r->all.n; k++) {
		if (!missing(r, r->all.v[k]))
			continue;
		printf("%s", first ? "" : ", ");
		print_replica(r, r->all.v[k]);
		first = false;
	}
}

static void
print_moves(const struct replicas *r, int *found)
{
	if (!moving(r))
		return;
	finding(found, "being moved:");
	for (int k = 0; k < r->adding.n; k++) {
		printf("%s ", k > 0 ? "," : " to");
		print_replica(r, r->adding.v[k]);
		if (ids_has(&r->in_sync, r->adding.v[k]))
			printf(" (in sync)");
	}
	if (r->removing.n > 0)
		printf(" away from %s", ids_text(&r->removing));
}

static void
print_one(int32_t id, const struct replicas *r, const struct topic_settings *s)
{
	int found = 0, label = printf("Partition %d", id);

	printf("%*s", label < LABEL ? LABEL - label : 1, "");
	if (r->leader < 0)
		finding(&found, "no leader");
	print_missing(r, &found);
	if (replicas_under_min(r)) {
		finding(&found, "acks=all is refused");
		printf(" (min.insync.replicas=%d, %s)", r->min_in_sync,
		    s->v[SET_MIN_IN_SYNC].source != NULL ? s->v[SET_MIN_IN_SYNC].source
							 : "unknown");
	}
	if (r->eligible.n > 0) {
		finding(&found, "may lead, too: ");
		printf("%s", ids_text(&r->eligible));
	}
	if (r->last_eligible.n > 0) {
		finding(&found, "could lead last: ");
		printf("%s", ids_text(&r->last_eligible));
	}
	print_moves(r, &found);
	putchar('\n');
}

void
replicas_print(
    const rd_kafka_metadata_topic_t *t, const struct replicas *r, const struct topic_settings *s)
{
	bool any = false;

	for (int i = 0; i < t->partition_cnt; i++) {
		if (r[i].leader >= 0 && !replicas_under(&r[i]) && !replicas_under_min(&r[i]) &&
		    !moving(&r[i]))
			continue;
		if (!any)
			putchar('\n');
		any = true;
		print_one(t->partitions[i].id, &r[i], s);
	}
}

static void
ids_json(const char *key, const struct ids *ids)
{
	if (ids->n == -1) {
		json_null(key);
		return;
	}
	json_begin(key, '[');
	for (int i = 0; i < ids->n; i++)
		json_number(NULL, ids->v[i]);
	json_end();
}

void
replicas_json(const struct replicas *r)
{
	char id[16];

	json_number("leader", r->leader);
	ids_json("replicas", &r->all);
	ids_json("in_sync", &r->in_sync);
	ids_json("eligible_leader_replicas", &r->eligible);
	ids_json("last_known_elr", &r->last_eligible);
	ids_json("offline", &r->offline);
	ids_json("adding", &r->adding);
	ids_json("removing", &r->removing);
	json_begin("records_behind", '{');
	for (int k = 0; k < r->all.n; k++)
		if (r->behind[k] > 0) {
			snprintf(id, sizeof id, "%d", r->all.v[k]);
			json_number(id, r->behind[k]);
		}
	json_end();
	json_bool("under_replicated", replicas_under(r));
	json_bool("under_min_in_sync", replicas_under_min(r));
}
