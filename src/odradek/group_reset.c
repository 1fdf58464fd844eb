/* SPDX-License-Identifier: ISC */
/*
 * group_reset.c - "odradek group reset": committed offsets of a group without members are set anew.
 *
 * What is asked for is made into a plan, a list of partitions with their new offsets, which is
 * shown before anything is changed.  Offsets outside of a log are brought to its nearest end, and
 * the plan says so.
 */
#include "config.h"

#include <getopt.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "group.h"
#include "odradek/base/xalloc.h"

enum how { TO_NOTHING, TO_EARLIEST, TO_LATEST, TO_OFFSET, TO_TIME, SHIFT, FROM_FILE };

struct wish {
	enum how how;
	int64_t n; /* offset, ms, or records */
	const char *file;
	bool dry_run;
	char **topic; /* "topic" or "topic:0,1" */
	int topics;
};

static void
wish_how(struct wish *w, enum how how)
{
	if (w->how != TO_NOTHING)
		die_usage("only one of --to, --by, --shift and --from-file can be given");
	w->how = how;
}

static void
parse_to(struct wish *w, const char *to)
{
	if (strcmp(to, "earliest") == 0)
		wish_how(w, TO_EARLIEST);
	else if (strcmp(to, "latest") == 0)
		wish_how(w, TO_LATEST);
	else if (number_parse(to, &w->n) == 0 && w->n >= 0)
		wish_how(w, TO_OFFSET);
	else if (time_parse(to, &w->n) == 0)
		wish_how(w, TO_TIME);
	else
		die_usage("--to wants earliest, latest, an offset, or a time like "
			  "2026-11-21T09:00:00Z or @1700000000000 (ms), not \"%s\"",
		    to);
}

static const char *
parse(struct wish *w, int argc, char **argv)
{
	static const struct option longs[] = {{"to", required_argument, NULL, 't'},
	    {"by", required_argument, NULL, 'B'}, {"shift", required_argument, NULL, 's'},
	    {"from-file", required_argument, NULL, 'f'}, {"topic", required_argument, NULL, 'T'},
	    {"dry-run", no_argument, NULL, 'n'}, {NULL, 0, NULL, 0}};
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "n", longs, NULL)) != -1)
		switch (c) {
		case 't':
			parse_to(w, optarg);
			break;
		case 'B':
			if (span_parse(optarg, &w->n) == -1)
				die_usage("--by wants a duration to go back from now, like 1h30m "
					  "or PT1H30M, not \"%s\"",
				    optarg);
			w->n = now_ms() - w->n;
			wish_how(w, TO_TIME);
			break;
		case 's':
			if (number_parse(optarg, &w->n) == -1)
				die_usage("--shift wants a number of records, negative to go back, "
					  "not \"%s\"",
				    optarg);
			wish_how(w, SHIFT);
			break;
		case 'f':
			w->file = optarg;
			wish_how(w, FROM_FILE);
			break;
		case 'T':
			w->topic = xreallocarray(w->topic, (size_t)w->topics + 1, sizeof *w->topic);
			w->topic[w->topics++] = optarg;
			break;
		case 'n':
			w->dry_run = true;
			break;
		default:
			exit(EXIT_USAGE);
		}
	if (optind + 1 != argc)
		die_usage("group reset wants one group, not %d", argc - optind);
	if (w->how == TO_NOTHING)
		die_usage("group reset wants to know where to: --to, --by, --shift or --from-file");
	if (w->how == FROM_FILE && w->topics > 0)
		die_usage("--from-file names the partitions; --topic cannot be given with it");
	return argv[optind];
}

/* ---- the plan ---- */

struct plan {
	rd_kafka_topic_partition_list_t *list; /* with the new offsets */
	const char **note;
};

static void
add_partition(rd_kafka_topic_partition_list_t *l, const char *topic, int64_t p, int partitions)
{
	if (p < 0 || p >= partitions)
		die("topic \"%s\" has partitions 0 to %d, not %" PRId64, topic, partitions - 1, p);
	if (rd_kafka_topic_partition_list_find(l, topic, (int32_t)p) == NULL)
		rd_kafka_topic_partition_list_add(l, topic, (int32_t)p)->offset = -1;
}

/* "topic" or "topic:0,3" */
static void
add_topic(rd_kafka_topic_partition_list_t *l, const char *text)
{
	char *name = xstrdup(text), *colon = strrchr(name, ':'), *p, *next;
	int partitions;
	int64_t n;

	if (colon != NULL)
		*colon = '\0';
	if ((partitions = topic_partitions(name)) == -1)
		die("there is no topic \"%s\" at %s", name, cli.bootstrap);
	if (colon == NULL)
		for (int i = 0; i < partitions; i++)
			add_partition(l, name, i, partitions);
	for (p = colon != NULL ? colon + 1 : NULL; p != NULL; p = next) {
		if ((next = strchr(p, ',')) != NULL)
			*next++ = '\0';
		if (number_parse(p, &n) == -1)
			die_usage("--topic wants TOPIC or TOPIC:PARTITION,PARTITION..., not \"%s\"",
			    text);
		add_partition(l, name, n, partitions);
	}
	free(name);
}

/* Lines "topic,partition,offset", as kafka-consumer-groups --export writes them; # begins a
 * comment. */
static void
read_file(rd_kafka_topic_partition_list_t *l, const char *path)
{
	FILE *f = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
	char line[1024], topic[256];
	int64_t p, offset;
	int partitions, n;

	if (f == NULL)
		die("could not open \"%s\": %m", path);
	for (int number = 1; fgets(line, sizeof line, f) != NULL; number++) {
		n = 0;
		if (line[strspn(line, " \t\r\n")] == '\0' || line[0] == '#')
			continue;
		if (sscanf(line, " \"%255[^\"]\" ,%" SCNd64 " ,%" SCNd64 " %n", topic, &p, &offset,
			&n) != 3 &&
		    sscanf(line, " %255[^, ] ,%" SCNd64 " ,%" SCNd64 " %n", topic, &p, &offset,
			&n) != 3)
			n = 0;
		if (n == 0 || line[n] != '\0' || offset < 0)
			die("\"%s\", line %d: expected topic,partition,offset, found: %.*s", path,
			    number, (int)strcspn(line, "\r\n"), line);
		if ((partitions = topic_partitions(topic)) == -1)
			die("\"%s\", line %d: there is no topic \"%s\" at %s", path, number, topic,
			    cli.bootstrap);
		add_partition(l, topic, p, partitions);
		rd_kafka_topic_partition_list_find(l, topic, (int32_t)p)->offset = offset;
	}
	if (ferror(f))
		die("could not read \"%s\": %m", path);
	if (f != stdin)
		fclose(f);
}

static void
choose_partitions(struct plan *plan, const struct wish *w, const struct group_report *g)
{
	plan->list = rd_kafka_topic_partition_list_new(16);
	for (int i = 0; i < w->topics; i++)
		add_topic(plan->list, w->topic[i]);
	if (w->how == FROM_FILE)
		read_file(plan->list, w->file);
	else if (w->topics == 0)
		for (int i = 0; i < g->parts; i++)
			rd_kafka_topic_partition_list_add(
			    plan->list, g->part[i].topic, g->part[i].partition)
			    ->offset = -1;
	if (plan->list->cnt == 0)
		die("group \"%s\" has no committed offsets: name what it is to read by --topic",
		    g->id);
	rd_kafka_topic_partition_list_sort(plan->list, NULL, NULL);
	plan->note = xcalloc((size_t)plan->list->cnt, sizeof *plan->note);
}

static rd_kafka_topic_partition_list_t *
ask(const rd_kafka_topic_partition_list_t *of, int64_t time)
{
	rd_kafka_topic_partition_list_t *l = rd_kafka_topic_partition_list_copy(of);

	for (int i = 0; i < l->cnt; i++)
		l->elems[i].offset = time;
	offsets_by_time(l);
	for (int i = 0; i < l->cnt; i++)
		if (l->elems[i].err != RD_KAFKA_RESP_ERR_NO_ERROR)
			die("could not ask for offsets of %s, partition %d: %s; nothing was "
			    "changed",
			    l->elems[i].topic, l->elems[i].partition,
			    rd_kafka_err2str(l->elems[i].err));
	return l;
}

static const struct group_part *
part_of(const struct group_report *g, const rd_kafka_topic_partition_t *p)
{
	for (int i = 0; i < g->parts; i++)
		if (g->part[i].partition == p->partition && strcmp(g->part[i].topic, p->topic) == 0)
			return &g->part[i];
	return NULL;
}

static void
choose_offsets(struct plan *plan, const struct wish *w, const struct group_report *g)
{
	rd_kafka_topic_partition_list_t *first = ask(plan->list, TIME_EARLIEST),
					*last = ask(plan->list, TIME_LATEST);
	rd_kafka_topic_partition_list_t *timed = w->how == TO_TIME ? ask(plan->list, w->n) : NULL;

	for (int i = 0; i < plan->list->cnt; i++) {
		rd_kafka_topic_partition_t *p = &plan->list->elems[i];
		const struct group_part *now = part_of(g, p);
		int64_t start = first->elems[i].offset, end = last->elems[i].offset;

		switch (w->how) {
		case TO_EARLIEST:
			p->offset = start;
			break;
		case TO_LATEST:
			p->offset = end;
			break;
		case TO_OFFSET:
			p->offset = w->n;
			break;
		case TO_TIME:
			p->offset = timed->elems[i].offset;
			if (p->offset < 0) {
				p->offset = end;
				plan->note[i] = "no record is as late as that: the end";
			}
			break;
		case SHIFT:
			if (now == NULL || now->committed < 0)
				die("group \"%s\" has no committed offset for %s, partition %d, "
				    "that could be shifted; nothing was changed",
				    g->id, p->topic, p->partition);
			p->offset = now->committed + w->n;
			break;
		case FROM_FILE:
		case TO_NOTHING:
			break;
		}
		if (p->offset < start)
			plan->note[i] = "the log starts here";
		if (p->offset > end)
			plan->note[i] = "the log ends here";
		p->offset = p->offset < start ? start : p->offset > end ? end : p->offset;
	}
	rd_kafka_topic_partition_list_destroy(first);
	rd_kafka_topic_partition_list_destroy(last);
	if (timed != NULL)
		rd_kafka_topic_partition_list_destroy(timed);
}

static void
show(const struct plan *plan, const struct group_report *g, const char *done)
{
	static const char *const headings[] = {
	    "TOPIC", ">PARTITION", ">COMMITTED", ">NEW", ">CHANGE", "NOTE"};
	struct table t;

	table_init(&t, headings, 6);
	if (cli.json) {
		json_begin(NULL, '{');
		json_text("group", g->id);
		json_bool("done", done != NULL);
		json_begin("partitions", '[');
	}
	for (int i = 0; i < plan->list->cnt; i++) {
		const rd_kafka_topic_partition_t *p = &plan->list->elems[i];
		const struct group_part *now = part_of(g, p);
		bool had = now != NULL && now->committed >= 0;

		if (cli.json) {
			json_begin(NULL, '{');
			json_text("topic", p->topic);
			json_number("partition", p->partition);
			had ? json_number("committed", now->committed) : json_null("committed");
			json_number("new", p->offset);
			json_text("note", plan->note[i]);
			json_end();
			continue;
		}
		table_cell(&t, "%s", p->topic);
		table_cell(&t, "%d", p->partition);
		had ? table_cell(&t, "%" PRId64, now->committed) : table_cell(&t, "-");
		table_cell(&t, "%" PRId64, p->offset);
		had ? table_cell(&t, "%+" PRId64, p->offset - now->committed)
		    : table_cell(&t, "new");
		table_cell(&t, "%s", plan->note[i] != NULL ? plan->note[i] : "");
	}
	if (cli.json) {
		json_end();
		json_end();
	} else {
		table_print(&t);
	}
}

static void
carry_out(const struct plan *plan, const struct group_report *g)
{
	rd_kafka_AlterConsumerGroupOffsets_t *ask =
	    rd_kafka_AlterConsumerGroupOffsets_new(g->id, plan->list);
	const rd_kafka_topic_partition_list_t *l;
	const rd_kafka_group_result_t **got;
	const rd_kafka_error_t *e;
	int failed = 0;
	struct admin a;
	size_t n;

	admin_begin(&a, RD_KAFKA_ADMIN_OP_ALTERCONSUMERGROUPOFFSETS, "set offsets");
	rd_kafka_AlterConsumerGroupOffsets(client(), &ask, 1, a.options, a.queue);
	got = rd_kafka_AlterConsumerGroupOffsets_result_groups(
	    rd_kafka_event_AlterConsumerGroupOffsets_result((rd_kafka_event_t *)admin_wait(&a)),
	    &n);
	for (size_t i = 0; i < n; i++) {
		if ((e = rd_kafka_group_result_error(got[i])) != NULL)
			die("could not set the offsets of group \"%s\": %s", g->id,
			    rd_kafka_error_code(e) == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID
				? "a consumer joined meanwhile"
				: rd_kafka_error_string(e));
		l = rd_kafka_group_result_partitions(got[i]);
		for (int k = 0; l != NULL && k < l->cnt; k++) {
			if (l->elems[k].err == RD_KAFKA_RESP_ERR_NO_ERROR)
				continue;
			fprintf(stderr, "odradek: %s, partition %d: %s\n", l->elems[k].topic,
			    l->elems[k].partition,
			    l->elems[k].err == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID
				? "a consumer joined the group meanwhile"
				: rd_kafka_err2str(l->elems[k].err));
			failed++;
		}
	}
	if (failed > 0)
		die("the offsets of %d of %d partitions were not set", failed, plan->list->cnt);
	admin_end(&a);
	rd_kafka_AlterConsumerGroupOffsets_destroy(ask);
}

int
group_reset(int argc, char **argv)
{
	struct wish w = {0};
	const char *id = parse(&w, argc, argv);
	struct group_report g;
	struct plan plan;
	bool go;

	group_load(&g, id);
	if (g.there && strcmp(g.state, "Empty") != 0 && strcmp(g.state, "Dead") != 0)
		die("group \"%s\" is %s: offsets can be set only while it has no members; "
		    "stop its consumers first",
		    id, g.state);
	if (!g.there && w.topics == 0 && w.how != FROM_FILE)
		die("there is no group \"%s\" at %s; to make one, name what it is to read by "
		    "--topic",
		    id, cli.bootstrap);
	choose_partitions(&plan, &w, &g);
	choose_offsets(&plan, &w, &g);
	if (!cli.json || w.dry_run)
		show(&plan, &g, NULL);
	go = !w.dry_run && confirm("Set these offsets?");
	if (go)
		carry_out(&plan, &g);
	if (go && cli.json)
		show(&plan, &g, "done");
	if (!cli.json)
		printf(go ? "The offsets of group \"%s\" are set.\n"
			  : "Nothing was changed for group \"%s\".\n",
		    id);
	rd_kafka_topic_partition_list_destroy(plan.list);
	free(plan.note);
	free(w.topic);
	group_report_fini(&g);
	return go || w.dry_run ? EXIT_OK : EXIT_FAILED;
}
