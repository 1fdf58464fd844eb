/* SPDX-License-Identifier: ISC */
/* group_report.c - asks for what is known of a group. */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "odradek/base/xalloc.h"

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct group_report *)a)->id, ((const struct group_report *)b)->id);
}

struct group_report *
groups_list(size_t *n)
{
	const rd_kafka_ListConsumerGroups_result_t *result;
	const rd_kafka_ConsumerGroupListing_t **got;
	const rd_kafka_error_t **errors;
	struct group_report *all;
	struct admin a;
	size_t faults;

	admin_begin(&a, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPS, "list groups");
	rd_kafka_ListConsumerGroups(client(), a.options, a.queue);
	result = rd_kafka_event_ListConsumerGroups_result((rd_kafka_event_t *)admin_wait(&a));
	errors = rd_kafka_ListConsumerGroups_result_errors(result, &faults);
	got = rd_kafka_ListConsumerGroups_result_valid(result, n);
	for (size_t i = 0; i < faults; i++)
		fprintf(stderr, "odradek: groups of one broker are missing: %s\n",
		    rd_kafka_error_string(errors[i]));
	all = xcalloc(*n > 0 ? *n : 1, sizeof *all);
	for (size_t i = 0; i < *n; i++) {
		all[i].id = xstrdup(rd_kafka_ConsumerGroupListing_group_id(got[i]));
		all[i].state = xstrdup(rd_kafka_consumer_group_state_name(
		    rd_kafka_ConsumerGroupListing_state(got[i])));
		all[i].simple = rd_kafka_ConsumerGroupListing_is_simple_consumer_group(got[i]);
		all[i].there = true;
	}
	admin_end(&a);
	qsort(all, *n, sizeof *all, by_id);
	return all;
}

static char *
dup_or_null(const char *s)
{
	return s != NULL && *s != '\0' ? xstrdup(s) : NULL;
}

static void
take_members(struct group_report *g, const rd_kafka_ConsumerGroupDescription_t *d)
{
	g->members = rd_kafka_ConsumerGroupDescription_member_count(d);
	g->member = xcalloc(g->members > 0 ? g->members : 1, sizeof *g->member);
	for (size_t i = 0; i < g->members; i++) {
		const rd_kafka_MemberDescription_t *m =
		    rd_kafka_ConsumerGroupDescription_member(d, i);
		const rd_kafka_MemberAssignment_t *assigned =
		    rd_kafka_MemberDescription_assignment(m);
		const rd_kafka_topic_partition_list_t *list =
		    assigned != NULL ? rd_kafka_MemberAssignment_partitions(assigned) : NULL;

		g->member[i].id = xstrdup(rd_kafka_MemberDescription_consumer_id(m));
		g->member[i].client = xstrdup(rd_kafka_MemberDescription_client_id(m));
		g->member[i].host = xstrdup(rd_kafka_MemberDescription_host(m));
		g->member[i].instance =
		    dup_or_null(rd_kafka_MemberDescription_group_instance_id(m));
		g->member[i].assigned = list != NULL ? rd_kafka_topic_partition_list_copy(list)
						     : rd_kafka_topic_partition_list_new(0);
		rd_kafka_topic_partition_list_sort(g->member[i].assigned, NULL, NULL);
	}
}

/* The listing knows groups of every protocol, and their states; the description, those that this
 * librdkafka understands. */
static void
take_description(struct group_report *g, const rd_kafka_ConsumerGroupDescription_t *d)
{
	const rd_kafka_Node_t *node = rd_kafka_ConsumerGroupDescription_coordinator(d);
	rd_kafka_consumer_group_state_t state = rd_kafka_ConsumerGroupDescription_state(d);
	const rd_kafka_error_t *e = rd_kafka_ConsumerGroupDescription_error(d);

	if (e != NULL && rd_kafka_error_code(e) != RD_KAFKA_RESP_ERR_NO_ERROR &&
	    rd_kafka_error_code(e) != RD_KAFKA_RESP_ERR_GROUP_ID_NOT_FOUND)
		die("could not describe group \"%s\": %s", g->id, rd_kafka_error_string(e));
	if (node != NULL)
		g->coordinator = xasprintf("%s:%u (id %d)", rd_kafka_Node_host(node),
		    rd_kafka_Node_port(node), rd_kafka_Node_id(node));
	if (e != NULL || state == RD_KAFKA_CONSUMER_GROUP_STATE_DEAD)
		return;
	g->members_known = true;
	g->assignor = dup_or_null(rd_kafka_ConsumerGroupDescription_partition_assignor(d));
	free(g->state);
	g->state = xstrdup(rd_kafka_consumer_group_state_name(state));
	take_members(g, d);
}

static void
load_committed(struct group_report *g)
{
	rd_kafka_ListConsumerGroupOffsets_t *ask =
	    rd_kafka_ListConsumerGroupOffsets_new(g->id, NULL);
	const rd_kafka_group_result_t **got;
	const rd_kafka_error_t *e;
	struct admin a;
	size_t n;

	admin_begin(&a, RD_KAFKA_ADMIN_OP_LISTCONSUMERGROUPOFFSETS, "read committed offsets");
	rd_kafka_ListConsumerGroupOffsets(client(), &ask, 1, a.options, a.queue);
	got = rd_kafka_ListConsumerGroupOffsets_result_groups(
	    rd_kafka_event_ListConsumerGroupOffsets_result((rd_kafka_event_t *)admin_wait(&a)), &n);
	if (n != 1)
		die("could not read the offsets of group \"%s\": the answer has %zu groups", g->id,
		    n);
	if ((e = rd_kafka_group_result_error(got[0])) != NULL)
		die("could not read the offsets of group \"%s\": %s", g->id,
		    rd_kafka_error_string(e));
	g->offsets = rd_kafka_topic_partition_list_copy(rd_kafka_group_result_partitions(got[0]));
	admin_end(&a);
	rd_kafka_ListConsumerGroupOffsets_destroy(ask);
}

static void
make_parts(struct group_report *g)
{
	for (size_t i = 0; i < g->members; i++)
		for (int k = 0; k < g->member[i].assigned->cnt; k++) {
			const rd_kafka_topic_partition_t *p = &g->member[i].assigned->elems[k];

			if (rd_kafka_topic_partition_list_find(
				g->offsets, p->topic, p->partition) == NULL)
				rd_kafka_topic_partition_list_add(
				    g->offsets, p->topic, p->partition)
				    ->offset = -1;
		}
	rd_kafka_topic_partition_list_sort(g->offsets, NULL, NULL);
	g->parts = g->offsets->cnt;
	g->part = xcalloc(g->parts > 0 ? (size_t)g->parts : 1, sizeof *g->part);
	for (int i = 0; i < g->parts; i++) {
		const rd_kafka_topic_partition_t *p = &g->offsets->elems[i];

		g->part[i] = (struct group_part){.topic = p->topic,
		    .partition = p->partition,
		    .committed = p->offset < 0 ? -1 : p->offset,
		    .start = -1,
		    .end = -1,
		    .lag = -1,
		    .next_ms = -1,
		    .loss = LOSS_UNKNOWN};
		for (size_t m = 0; m < g->members; m++)
			if (rd_kafka_topic_partition_list_find(
				g->member[m].assigned, p->topic, p->partition) != NULL)
				g->part[i].owner = &g->member[m];
	}
}

void
group_load(struct group_report *g, const char *id)
{
	const rd_kafka_ConsumerGroupDescription_t **got;
	struct group_report *all;
	struct admin a;
	size_t n, k;

	memset(g, 0, sizeof *g);
	g->id = xstrdup(id);
	all = groups_list(&n);
	for (size_t i = 0; i < n; i++) {
		if (strcmp(all[i].id, id) == 0) {
			g->there = true;
			g->simple = all[i].simple;
			g->state = xstrdup(all[i].state);
		}
		group_report_fini(&all[i]);
	}
	free(all);
	if (!g->there)
		return;
	admin_begin(&a, RD_KAFKA_ADMIN_OP_DESCRIBECONSUMERGROUPS, "describe the group");
	rd_kafka_DescribeConsumerGroups(client(), &id, 1, a.options, a.queue);
	got = rd_kafka_DescribeConsumerGroups_result_groups(
	    rd_kafka_event_DescribeConsumerGroups_result((rd_kafka_event_t *)admin_wait(&a)), &k);
	for (size_t i = 0; i < k; i++)
		take_description(g, got[i]);
	admin_end(&a);
	load_committed(g);
	make_parts(g);
}

/* ---- ends, lags, losses ---- */

static void
load_ends(struct group_report *g)
{
	rd_kafka_topic_partition_list_t *first = rd_kafka_topic_partition_list_copy(g->offsets);
	rd_kafka_topic_partition_list_t *last = rd_kafka_topic_partition_list_copy(g->offsets);

	for (int i = 0; i < g->parts; i++) {
		first->elems[i].offset = TIME_EARLIEST;
		last->elems[i].offset = TIME_LATEST;
	}
	offsets_by_time(first);
	offsets_by_time(last);
	for (int i = 0; i < g->parts; i++) {
		struct group_part *p = &g->part[i];

		if (first->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR ||
		    last->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR) {
			p->error = rd_kafka_err2str(
			    first->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR ? first->elems[i].err
									      : last->elems[i].err);
			continue;
		}
		p->start = first->elems[i].offset;
		p->end = last->elems[i].offset;
		if (p->committed < 0)
			continue;
		p->lag = p->end > p->committed ? p->end - p->committed : 0;
		p->lost = p->committed < p->start ? p->start - p->committed : 0;
	}
	rd_kafka_topic_partition_list_destroy(first);
	rd_kafka_topic_partition_list_destroy(last);
}

/* The times of the next records to be read, of the parts that lag. */
static void
load_times(struct group_report *g)
{
	rd_kafka_topic_partition_list_t *list = rd_kafka_topic_partition_list_new(g->parts);
	int *part = xcalloc((size_t)g->parts + 1, sizeof *part);
	int64_t *ms = xcalloc((size_t)g->parts + 1, sizeof *ms);

	for (int i = 0; i < g->parts; i++) {
		const struct group_part *p = &g->part[i];

		if (p->lag <= 0)
			continue;
		part[list->cnt] = i;
		rd_kafka_topic_partition_list_add(list, p->topic, p->partition)->offset =
		    p->committed > p->start ? p->committed : p->start;
	}
	record_times(list, ms);
	for (int i = 0; i < list->cnt; i++)
		g->part[part[i]].next_ms = ms[i];
	rd_kafka_topic_partition_list_destroy(list);
	free(part);
	free(ms);
}

static void
judge(struct group_part *p, const struct topic_settings *s)
{
	int64_t retention = setting_number(&s->v[SET_RETENTION_MS]);
	bool deletes = setting_has(&s->v[SET_POLICY], "delete"),
	     known = s->v[SET_POLICY].value != NULL;

	p->by_size = deletes && setting_number(&s->v[SET_RETENTION_BYTES]) >= 0;
	if (p->lost > 0)
		p->loss = LOSS_ALREADY;
	else if (p->lag == 0)
		p->loss = LOSS_NOTHING;
	else if (known && (!deletes || retention == -1))
		p->loss = LOSS_NEVER;
	else if (known && retention >= 0 && p->lag > 0 && p->next_ms >= 0) {
		p->loss = LOSS_IN;
		p->loss_ms = p->next_ms + retention - now_ms();
	}
}

void
group_measure(struct group_report *g, bool with_loss)
{
	const char **topic = xcalloc((size_t)g->parts + 1, sizeof *topic);
	struct topic_settings *s;
	size_t n = 0;

	if (g->parts > 0)
		load_ends(g);
	if (with_loss && g->parts > 0) {
		load_times(g);
		for (int i = 0; i < g->parts; i++) /* sorted by topic */
			if (n == 0 || strcmp(topic[n - 1], g->part[i].topic) != 0)
				topic[n++] = g->part[i].topic;
		s = topic_settings_get(topic, n);
		for (int i = 0, k = 0; i < g->parts; i++) {
			if (strcmp(topic[k], g->part[i].topic) != 0)
				k++;
			judge(&g->part[i], &s[k]);
		}
		topic_settings_free(s, n);
	}
	free(topic);
}

void
group_report_fini(struct group_report *g)
{
	for (size_t i = 0; i < g->members; i++) {
		free(g->member[i].id);
		free(g->member[i].client);
		free(g->member[i].instance);
		free(g->member[i].host);
		rd_kafka_topic_partition_list_destroy(g->member[i].assigned);
	}
	if (g->offsets != NULL)
		rd_kafka_topic_partition_list_destroy(g->offsets);
	free(g->member);
	free(g->part);
	free(g->id);
	free(g->state);
	free(g->assignor);
	free(g->coordinator);
	memset(g, 0, sizeof *g);
}

struct group_sum
group_total(const struct group_report *g)
{
	struct group_sum s = {0};

	for (int i = 0; i < g->parts; i++) {
		const struct group_part *p = &g->part[i];

		s.unknown += p->lag < 0;
		s.lag += p->lag > 0 ? p->lag : 0;
		s.lost += p->lost;
		if (p->loss == LOSS_ALREADY && (s.soonest == NULL || s.soonest->loss == LOSS_IN))
			s.soonest = p;
		if (p->loss == LOSS_IN &&
		    (s.soonest == NULL ||
			(s.soonest->loss == LOSS_IN && p->loss_ms < s.soonest->loss_ms)))
			s.soonest = p;
	}
	return s;
}

const char *
loss_text(const struct group_part *p)
{
	static char text[64];

	switch (p == NULL ? LOSS_NOTHING : p->loss) {
	case LOSS_NOTHING:
		return "-";
	case LOSS_NEVER:
		return p->by_size ? "by size" : "never";
	case LOSS_IN:
		snprintf(text, sizeof text, "%s%s",
		    p->loss_ms > 0 ? span_text(p->loss_ms) : "any moment", p->by_size ? " *" : "");
		return text;
	case LOSS_ALREADY:
		snprintf(text, sizeof text, "LOST %lld", (long long)p->lost);
		return text;
	case LOSS_UNKNOWN:
		break;
	}
	return "?";
}

void
loss_json(const struct group_part *p)
{
	static const char *const names[] = {"nothing", "never", "unknown", "in", "already"};

	json_text("loss", names[p->loss]);
	if (p->loss == LOSS_IN)
		json_number("time_to_loss_ms", p->loss_ms > 0 ? p->loss_ms : 0);
	else
		json_null("time_to_loss_ms");
	json_number("lost", p->lost);
	json_bool("limited_by_size", p->by_size);
}
