/* SPDX-License-Identifier: ISC */
/* cmd_group.c - "odradek group list|describe|lag|delete". */
#include "config.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "odradek/base/xalloc.h"

static int group_list(int argc, char **argv), group_describe(int argc, char **argv),
    group_lag(int argc, char **argv), group_delete(int argc, char **argv);

const struct command group_commands[] = {
    {"list", "", "every group and its state", group_list},
    {"describe", "GROUP...",
	"members, what each is assigned, committed offsets, lag, and the time until retention "
	"deletes what was not read",
	group_describe},
    {"lag", "[--fail-above RECORDS] [GROUP...]",
	"a line for each group (all of them, if none is named)", group_lag},
    {"reset",
	"GROUP --to earliest|latest|OFFSET|TIME | --by DURATION | --shift RECORDS | --from-file "
	"FILE [--topic TOPIC[:P,P...]]...",
	"sets committed offsets of a group without members; shows what it will do and asks",
	group_reset},
    {"delete", "GROUP...", "forgets groups without members, with their offsets; asks",
	group_delete},
    {NULL, NULL, NULL, NULL},
};

int
group_main(int argc, char **argv)
{
	return command_run(group_commands, "group", argc - 1, argv + 1);
}

static void
no_group(const char *id)
{
	die("there is no group \"%s\" at %s: \"odradek group list\" shows those that are there", id,
	    cli.bootstrap);
}

static void
expect_no_arguments(int argc, char **argv)
{
	if (argc > 1)
		die_usage("\"%s\" was not expected behind \"group %s\"", argv[1], argv[0]);
}

static int
group_list(int argc, char **argv)
{
	static const char *const headings[] = {"GROUP", "STATE", "KIND"};
	struct group_report *all;
	struct table t;
	size_t n;

	expect_no_arguments(argc, argv);
	all = groups_list(&n);
	table_init(&t, headings, 3);
	if (cli.json)
		json_begin(NULL, '[');
	for (size_t i = 0; i < n; i++) {
		if (cli.json) {
			json_begin(NULL, '{');
			json_text("group", all[i].id);
			json_text("state", all[i].state);
			json_bool("simple", all[i].simple);
			json_end();
		} else {
			table_cell(&t, "%s", all[i].id);
			table_cell(&t, "%s", all[i].state);
			table_cell(&t, "%s", all[i].simple ? "offsets only" : "members");
		}
		group_report_fini(&all[i]);
	}
	free(all);
	if (cli.json)
		json_end();
	else if (n == 0)
		printf("There are no consumer groups at %s.\n", cli.bootstrap);
	else
		table_print(&t);
	return EXIT_OK;
}

/* ---- describe ---- */

/* Where in the log, from its start to its end, the group is: "[=====>    ]". */
static const char *
position_bar(const struct group_part *p)
{
	static char bar[16];
	int64_t length = p->end - p->start, read = p->committed - p->start;
	int at;

	if (p->committed < 0 || p->end < 0 || length <= 0)
		return "[          ]";
	at = (int)(read <= 0 ? 0 : read >= length ? 10 : (double)read / (double)length * 10);
	memset(bar, ' ', 12);
	memset(bar + 1, '=', (size_t)at);
	if (at < 10)
		bar[1 + at] = '>';
	bar[0] = '[';
	bar[11] = ']';
	bar[12] = '\0';
	return bar;
}

static void
number_cell(struct table *t, int64_t n)
{
	if (n < 0)
		table_cell(t, "-");
	else
		table_cell(t, "%" PRId64, n);
}

static void
print_parts(const struct group_report *g)
{
	static const char *const headings[] = {
	    "TOPIC", ">PARTITION", ">COMMITTED", ">END", ">LAG", "IN THE LOG", "LOSS IN", "MEMBER"};
	bool by_size = false;
	struct table t;

	table_init(&t, headings, 8);
	for (int i = 0; i < g->parts; i++) {
		const struct group_part *p = &g->part[i];

		table_cell(&t, "%s", p->topic);
		table_cell(&t, "%d", p->partition);
		number_cell(&t, p->committed);
		number_cell(&t, p->end);
		number_cell(&t, p->lag);
		table_cell(&t, "%s", position_bar(p));
		table_cell(&t, "%s", p->error != NULL ? p->error : loss_text(p));
		table_cell(&t, "%s", p->owner != NULL ? p->owner->id : "-");
		by_size |= p->by_size && p->lag > 0;
	}
	table_print(&t);
	if (by_size)
		printf("* or earlier: retention.bytes is set, too\n");
}

static void
print_members(const struct group_report *g)
{
	static const char *const headings[] = {
	    "MEMBER", "CLIENT", "HOST", "INSTANCE", ">PARTITIONS"};
	struct table t;

	table_init(&t, headings, 5);
	for (size_t i = 0; i < g->members; i++) {
		const struct group_member *m = &g->member[i];

		table_cell(&t, "%s", m->id);
		table_cell(&t, "%s", m->client);
		table_cell(&t, "%s", m->host);
		table_cell(&t, "%s", m->instance != NULL ? m->instance : "-");
		table_cell(&t, "%d", m->assigned->cnt);
	}
	table_print(&t);
}

static void
print_report(const struct group_report *g)
{
	struct group_sum sum = group_total(g);

	printf("Group        %s\nState        %s\nCoordinator  %s\n", g->id, g->state,
	    g->coordinator != NULL ? g->coordinator : "unknown");
	if (g->assignor != NULL)
		printf("Assignor     %s\n", g->assignor);
	if (g->members_known)
		printf("Members      %zu\n", g->members);
	else
		printf("Members      not shown: librdkafka %s does not describe groups of the "
		       "consumer protocol\n",
		    rd_kafka_version_str());
	printf("Lag          %" PRId64 "%s\n", sum.lag,
	    sum.unknown > 0 ? ", and partitions without a known lag" : "");
	if (sum.lost > 0)
		printf("Lost         %" PRId64 " records were deleted before the group read them\n",
		    sum.lost);
	if (sum.soonest != NULL && sum.soonest->loss == LOSS_IN)
		printf("Next loss    not before %s (%s, partition %d)\n",
		    sum.soonest->loss_ms > 0 ? time_text(now_ms() + sum.soonest->loss_ms) : "now",
		    sum.soonest->topic, sum.soonest->partition);
	if (g->members > 0) {
		putchar('\n');
		print_members(g);
	}
	putchar('\n');
	if (g->parts > 0)
		print_parts(g);
	else
		printf("The group has no committed offsets and no assigned partitions.\n");
}

static void
part_json(const struct group_part *p)
{
	json_begin(NULL, '{');
	json_text("topic", p->topic);
	json_number("partition", p->partition);
	p->committed >= 0 ? json_number("committed", p->committed) : json_null("committed");
	p->start >= 0 ? json_number("log_start", p->start) : json_null("log_start");
	p->end >= 0 ? json_number("log_end", p->end) : json_null("log_end");
	p->lag >= 0 ? json_number("lag", p->lag) : json_null("lag");
	p->next_ms >= 0 ? json_number("next_record_ms", p->next_ms) : json_null("next_record_ms");
	loss_json(p);
	json_text("member", p->owner != NULL ? p->owner->id : NULL);
	json_text("error", p->error);
	json_end();
}

static void
report_json(const struct group_report *g)
{
	json_begin(NULL, '{');
	json_text("group", g->id);
	json_text("state", g->state);
	json_text("coordinator", g->coordinator);
	json_text("assignor", g->assignor);
	json_number("lag", group_total(g).lag);
	if (!g->members_known) {
		json_null("members");
	} else {
		json_begin("members", '[');
		for (size_t i = 0; i < g->members; i++) {
			const struct group_member *m = &g->member[i];

			json_begin(NULL, '{');
			json_text("id", m->id);
			json_text("client", m->client);
			json_text("host", m->host);
			json_text("instance", m->instance);
			json_number("partitions", m->assigned->cnt);
			json_end();
		}
		json_end();
	}
	json_begin("partitions", '[');
	for (int i = 0; i < g->parts; i++)
		part_json(&g->part[i]);
	json_end();
	json_end();
}

static int
group_describe(int argc, char **argv)
{
	struct group_report g;

	if (argc < 2)
		die_usage(
		    "group describe wants the names of groups; \"odradek group list\" shows them");
	if (cli.json)
		json_begin(NULL, '[');
	for (int i = 1; i < argc; i++) {
		group_load(&g, argv[i]);
		if (!g.there)
			no_group(argv[i]);
		group_measure(&g, true);
		if (cli.json) {
			report_json(&g);
		} else {
			if (i > 1)
				putchar('\n');
			print_report(&g);
		}
		group_report_fini(&g);
	}
	if (cli.json)
		json_end();
	return EXIT_OK;
}

/* ---- lag ---- */

static void
lag_line(struct table *t, const struct group_report *g, const struct group_sum *s)
{
	if (cli.json) {
		json_begin(NULL, '{');
		json_text("group", g->id);
		json_text("state", g->state);
		json_number("lag", s->lag);
		json_number("lost", s->lost);
		if (s->soonest != NULL && s->soonest->loss == LOSS_IN)
			json_number(
			    "time_to_loss_ms", s->soonest->loss_ms > 0 ? s->soonest->loss_ms : 0);
		else
			json_null("time_to_loss_ms");
		json_end();
		return;
	}
	table_cell(t, "%s", g->id);
	table_cell(t, "%s", g->state);
	table_cell(t, "%" PRId64 "%s", s->lag, s->unknown > 0 ? "+?" : "");
	table_cell(t, "%s", loss_text(s->soonest));
}

static int
lag_of(const char *const *ids, size_t n, int64_t fail_above)
{
	static const char *const headings[] = {"GROUP", "STATE", ">LAG", "LOSS IN"};
	int code = EXIT_OK;
	struct table t;

	table_init(&t, headings, 4);
	if (cli.json)
		json_begin(NULL, '[');
	for (size_t i = 0; i < n; i++) {
		struct group_report g;
		struct group_sum s;

		group_load(&g, ids[i]);
		if (!g.there)
			no_group(ids[i]);
		group_measure(&g, true);
		s = group_total(&g);
		lag_line(&t, &g, &s);
		if (fail_above >= 0 && s.lag > fail_above)
			code = EXIT_ABOVE;
		group_report_fini(&g);
	}
	if (cli.json)
		json_end();
	else
		table_print(&t);
	return code;
}

static int
group_lag(int argc, char **argv)
{
	static const struct option longs[] = {
	    {"fail-above", required_argument, NULL, 'f'}, {NULL, 0, NULL, 0}};
	int64_t fail_above = -1;
	int c, code;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", longs, NULL)) != -1)
		if (c != 'f' || number_parse(optarg, &fail_above) == -1 || fail_above < 0)
			die_usage("--fail-above wants a number of records");
	if (optind < argc)
		return lag_of(
		    (const char *const *)argv + optind, (size_t)(argc - optind), fail_above);
	{
		size_t n;
		struct group_report *all = groups_list(&n);
		const char **ids = xcalloc(n + 1, sizeof *ids);

		for (size_t i = 0; i < n; i++)
			ids[i] = all[i].id;
		code = lag_of(ids, n, fail_above);
		for (size_t i = 0; i < n; i++)
			group_report_fini(&all[i]);
		free(all);
		free(ids);
	}
	return code;
}

/* ---- delete ---- */

/* What is about to go; leaves if one of them may not. */
static void
show_deletion(int n, char **ids)
{
	for (int i = 0; i < n; i++) {
		struct group_report g;

		group_load(&g, ids[i]);
		if (!g.there)
			no_group(ids[i]);
		if (strcmp(g.state, "Empty") != 0 && strcmp(g.state, "Dead") != 0)
			die("group \"%s\" is %s%s: stop its consumers first; nothing was deleted",
			    g.id, g.state, g.members > 0 ? " and has members" : "");
		if (!cli.json)
			printf("group \"%s\" with %d committed offsets will be "
			       "deleted\n",
			    g.id, g.parts);
		group_report_fini(&g);
	}
}

static int
group_delete(int argc, char **argv)
{
	int n = argc - 1, code = EXIT_OK;
	rd_kafka_DeleteGroup_t **ask;
	const rd_kafka_group_result_t **got;
	struct admin a;
	size_t k;

	if (n < 1)
		die_usage(
		    "group delete wants the names of groups; \"odradek group list\" shows them");
	show_deletion(n, argv + 1);
	if (!confirm("Delete?"))
		die("nothing was deleted");
	ask = xcalloc((size_t)n, sizeof *ask);
	for (int i = 0; i < n; i++)
		ask[i] = rd_kafka_DeleteGroup_new(argv[1 + i]);
	admin_begin(&a, RD_KAFKA_ADMIN_OP_DELETEGROUPS, "delete groups");
	rd_kafka_DeleteGroups(client(), ask, (size_t)n, a.options, a.queue);
	got = rd_kafka_DeleteGroups_result_groups(
	    rd_kafka_event_DeleteGroups_result((rd_kafka_event_t *)admin_wait(&a)), &k);
	if (cli.json)
		json_begin(NULL, '[');
	for (size_t i = 0; i < k; i++) {
		const rd_kafka_error_t *e = rd_kafka_group_result_error(got[i]);
		const char *id = rd_kafka_group_result_name(got[i]);

		if (e != NULL) {
			fprintf(stderr, "odradek: could not delete group \"%s\": %s\n", id,
			    rd_kafka_error_string(e));
			code = EXIT_FAILED;
		}
		if (cli.json) {
			json_begin(NULL, '{');
			json_text("group", id);
			json_text("error", e != NULL ? rd_kafka_error_string(e) : NULL);
			json_end();
		} else if (e == NULL) {
			printf("group \"%s\" is deleted\n", id);
		}
	}
	if (cli.json)
		json_end();
	admin_end(&a);
	rd_kafka_DeleteGroup_destroy_array(ask, (size_t)n);
	free(ask);
	return code;
}
