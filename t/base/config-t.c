/* SPDX-License-Identifier: ISC */
/* config-t.c - files, layers, what is refused and how, text between processes, DescribeConfigs. */
#include "config.h"

#include "odradek/base/config.h"
#include "odradek/base/fdutil.h"
#include "t/tap/tap.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct config *
load(const char *text, struct config_err *err, int *result)
{
	struct config *c = config_new();

	memset(err, 0, sizeof(*err));
	if (write_file_durable(AT_FDCWD, "conf", text, strlen(text), FILE_NO_SYNC) == -1)
		bail("could not write a file");
	*result = config_load(c, "conf", err);
	return c;
}

static void
check_defaults(void)
{
	struct config *c = config_new();
	struct config_err err = {0};

	is_string("PLAINTEXT://127.0.0.1:9092", c->listeners, "default listener");
	is_int(1, config_log_dirs(c)->n, "one directory");
	is_string(STATEDIR, config_log_dirs(c)->v[0], "which is the state directory");
	ok(c->metadata_dir == NULL, "metadata on every disk");
	is_int(604800000, config_retention_ms(c), "retention from hours");
	is_int(604800000, config_roll_ms(c), "roll from hours");
	is_int(0, config_roll_jitter_ms(c), "jitter from hours");
	is_int(INT64_MAX, config_flush_ms(c), "no flush");
	is_int(SETTING_PRODUCER, c->compression_type, "compression");
	is_int(SETTING_DELETE, c->log_cleanup_policy, "cleanup");
	is_int(SETTING_CREATE_TIME, c->log_message_timestamp_type, "timestamps");
	ok(c->broker_rack == NULL && c->log_retention_ms == CONFIG_UNSET, "what is not set");
	ok(c->log_cleaner_min_cleanable_ratio == 0.5 && c->auto_create_topics_enable &&
		!c->log_preallocate,
	    "other types");
	ok(config_acceptors(c) >= 1 && config_arena_bytes(c) >= 2 * 104857600LL,
	    "derived from the machine");
	is_int(0, config_check(c, &err), "the defaults are in order");
	config_free(&c);
	ok(c == NULL, "freed");
}

static void
check_file(void)
{
	struct config_err err;
	struct config *c;
	int r;

	c = load("# comment\n! another\r\n\nnum.partitions=3\n  log.retention.hours =  24  "
		 "\r\nlog.dirs = /a, \\\n"
		 "   /b\\\n,/c\nbroker.rack=a=b\nlog.cleanup.policy=delete, "
		 "compact\nlog.flush.interval.ms=5",
	    &err, &r);
	is_int(0, r, "a file parses (%s)", err.count > 0 ? err.text : "");
	is_int(3, c->num_partitions, "name=value");
	is_int(24, c->log_retention_hours, "blanks are trimmed");
	is_int(3, c->log_dirs.n, "a continued line");
	is_string("/b", c->log_dirs.v[1], "whose items are trimmed");
	is_int(
	    6, c->origin[CONFIG_ID_log_dirs][LAYER_STATIC].line, "it is known by its first line");
	is_string("a=b", c->broker_rack, "a value with =");
	is_int(SETTING_DELETE | SETTING_COMPACT, c->log_cleanup_policy, "several words");
	is_int(5, config_flush_ms(c), "the last line needs no newline");
	is_int(9, c->origin[CONFIG_ID_broker_rack][LAYER_STATIC].line,
	    "lines are counted through continuations");
	config_free(&c);
}

static void
check_refused(const char *text, const char *want)
{
	struct config_err err;
	struct config *c;
	int r;

	c = load(text, &err, &r);
	if (r == 0)
		r = config_check(c, &err);
	is_int(-1, r, "refused: %s", want);
	is_string(want, err.text, NULL);
	config_free(&c);
}

static void
check_errors(void)
{
	struct config_err err = {0};
	struct config *c = config_new();

	check_refused("\nlog.dir.s=/x\n",
	    "conf:2: unknown setting \"log.dir.s\": did you mean \"log.dirs\"?");
	check_refused("log.retentoin.hours=1", "conf:1: unknown setting \"log.retentoin.hours\": "
					       "did you mean \"log.retention.hours\"?");
	check_refused("xyzzy=1", "conf:1: unknown setting \"xyzzy\": see odradek.conf(5)");
	check_refused("num.partitions=many",
	    "conf:1: num.partitions = many: expected a whole number, from 1 to 10000 (partitions)");
	check_refused("num.partitions=0\nlog.preallocate=yes",
	    "conf:1: num.partitions = 0: expected a whole number, from 1 to 10000 "
	    "(partitions)\nconf:2: log.preallocate = yes: expected true or false");
	check_refused("log.retention.hours=0",
	    "requirement failed: log.retention.ms must be unlimited (-1) or, greater than or equal to 1");
	check_refused("compression.type=lzma", "conf:1: compression.type = lzma: expected one of "
					       "uncompressed, zstd, lz4, snappy, gzip, producer");
	check_refused("num.partitions", "conf:1: \"num.partitions\": expected \"name = value\"");
	check_refused("num.partitions=1\nnum.partitions=2",
	    "conf:2: \"num.partitions\" is set already in line 1: remove one of them");
	check_refused("num.io.threads=8",
	    "conf:1: \"num.io.threads\" is a setting of Kafka's that Odradek does not have: one "
	    "acceptor per core "
	    "does the work, see num.network.threads: remove the line");
	check_refused("log.dirs=data",
	    "conf:1: log.dirs = data: expected an absolute path, which begins with /");
	check_refused("log.dirs=/a,/b,/a",
	    "conf:1: log.dirs names /a twice: each directory is a node of its own");
	check_refused("listeners=SSL://:9093",
	    "listeners: \"SSL://:9093\": SSL is not built yet in this version: use PLAINTEXT");
	check_refused("message.max.bytes=2000000\nsocket.request.max.bytes=1000000",
	    "conf:1: message.max.bytes = 2000000: a batch of this size does not fit into a "
	    "request, raise socket.request.max.bytes (1000000)");
	is_int(-1, config_load(c, "missing", &err), "a missing file");
	is_string("could not read \"missing\": No such file or directory", err.text, NULL);
	config_free(&c);
}

static void
check_layers(void)
{
	struct config_err err = {0};
	struct config *c, *d;
	char *text, *again;
	int r;

	c = load("num.partitions=3\nmessage.max.bytes=5000\n", &err, &r);
	is_int(0, config_set_arg(c, "num.partitions = 4", &err), "the command line");
	is_int(4, c->num_partitions, "wins over the file");
	is_int(0, config_load(c, "conf", &err), "which is read again");
	is_int(4, c->num_partitions, "and still loses");
	is_int(-1, config_set_arg(c, "num.partitions", &err), "no = on the command line");
	is_string("-o num.partitions: expected -o name=value", err.text, NULL);
	is_int(0, config_set(c, LAYER_DYNAMIC_DEFAULT, "message.max.bytes", "6000", &err),
	    "a client, for all nodes");
	is_int(6000, c->message_max_bytes, "wins over the file");
	is_int(0, config_set(c, LAYER_DYNAMIC_NODE, "message.max.bytes", " 7000 ", &err),
	    "a client, for this node");
	is_int(7000, c->message_max_bytes, "wins over that");
	memset(&err, 0, sizeof(err));
	is_int(
	    -1, config_set(c, LAYER_DYNAMIC_NODE, "message.max.bytes", "x", &err), "a bad value");
	is_string("Invalid value x for configuration message.max.bytes: Not a number of type INT",
	    err.text, "in Kafka's words");
	is_int(7000, c->message_max_bytes, "changes nothing");
	memset(&err, 0, sizeof(err));
	text = config_to_text(c);
	d = config_new();
	config_set(d, LAYER_STATIC, "broker.rack", "gone", &err);
	is_int(0, config_from_text(d, text, &err), "text is taken by another process");
	ok(d->num_partitions == 4 && d->message_max_bytes == 7000 && d->broker_rack == NULL,
	    "with the same effect");
	again = config_to_text(d);
	is_string(text, again, "and the same origins");
	free(again);
	config_set(d, LAYER_DYNAMIC_NODE, "message.max.bytes", NULL, &err);
	is_int(6000, d->message_max_bytes, "a layer less");
	is_int(-1, config_from_text(d, "1\t0\tbad\n", &err), "what is no such text is refused");
	free(text);
	config_free(&d);
	text = config_print(c);
	config_free(&c);
	c = load(text, &err, &r);
	is_int(0, r, "the printed configuration parses again (%s)", err.count ? err.text : "");
	ok(c->num_partitions == 4 && c->message_max_bytes == 7000 && c->broker_rack == NULL,
	    "with the same effect");
	free(text);
	config_free(&c);
}

static void
count(void *arg, const char *text)
{
	is_string(
	    "num.partitions changed to 9: restart to use it", text, "what needs a restart is said");
	++*(int *)arg;
}

static void
check_reload(void)
{
	struct config *c, *fresh, *copy;
	struct config_err err = {0};
	int r, reports = 0;

	c = load("num.partitions=3\nlog.level=debug\n", &err, &r);
	config_set(c, LAYER_DYNAMIC_NODE, "log.segment.bytes", "2000000", &err);
	fresh = load("num.partitions=9\nconnections.max.idle.ms=1000\n", &err, &r);
	config_set(fresh, LAYER_DYNAMIC_NODE, "log.segment.bytes", "2000000", &err);
	copy = config_clone(c);
	is_int(2, config_reload(copy, fresh, count, &reports), "two settings change");
	is_int(1, reports, "one needs a restart");
	ok(copy->num_partitions == 3 && copy->log_level == 1 &&
		copy->connections_max_idle_ms == 1000 && copy->log_segment_bytes == 2000000,
	    "and the effect is right");
	config_free(&c);
	config_free(&fresh);
	config_free(&copy);
}

static void
check_describe(void)
{
	struct config_err err = {0};
	struct config *c;
	struct config_entry *e = calloc(1, sizeof(*e));
	int r;

	c = load("log.retention.hours=24\nlog.cleanup.policy=delete,compact\n", &err, &r);
	config_describe(c, CONFIG_ID_log_retention_ms, e);
	ok(e->value == NULL && e->type == CONFIG_WIRE_LONG && !e->read_only && !e->sensitive,
	    "log.retention.ms");
	is_int(0, e->nsynonyms,
	    "what stands behind it is shown only when it is set itself, as Kafka does");
	is_int(CONFIG_SOURCE_DEFAULT, e->source, "source");
	config_describe(c, CONFIG_ID_log_retention_hours, e);
	ok(e->nsynonyms == 2 && strcmp(e->synonyms[0].value, "24") == 0 &&
		e->synonyms[0].source == CONFIG_SOURCE_STATIC &&
		strcmp(e->synonyms[1].value, "168") == 0 &&
		e->synonyms[1].source == CONFIG_SOURCE_DEFAULT,
	    "the file, the default");
	config_set(c, LAYER_DYNAMIC_DEFAULT, "log.retention.ms", "5", &err);
	config_describe(c, CONFIG_ID_log_retention_ms, e);
	is_string("5", e->value, "set by a client");
	ok(e->nsynonyms == 3 && strcmp(e->synonyms[1].name, "log.retention.hours") == 0,
	    "and what stands behind it");
	is_int(CONFIG_SOURCE_DYNAMIC_DEFAULT, e->source, "source");
	config_describe(c, CONFIG_ID_log_cleanup_policy, e);
	ok(e->type == CONFIG_WIRE_LIST && strcmp(e->value, "compact,delete") == 0, "a list");
	config_describe(c, CONFIG_ID_log_cleaner_min_cleanable_ratio, e);
	is_string("0.5", e->value, "a double");
	config_describe(c, CONFIG_ID_num_partitions, e);
	ok(e->read_only && e->type == CONFIG_WIRE_INT && e->source == CONFIG_SOURCE_DEFAULT,
	    "what clients cannot change");
	config_free(&c);
	free(e);
}

static void
check_budget(void)
{
	static const struct {
		const char *text;
		int ok;
		int64_t bytes;
		int percent;
	} all[] = {{"85%", 1, -1, 85}, {"12.5%", 1, -1, 12}, {"100%", 1, -1, 100}, {"-1", 1, -1, 0}, {"0", 1, 0, 0},
	    {"1000000", 1, 1000000, 0}, {"", 0, 0, 0}, {"0%", 0, 0, 0}, {"101%", 0, 0, 0}, {"85", 1, 85, 0},
	    {"85 %", 0, 0, 0}, {"-2", 0, 0, 0}, {"nan%", 0, 0, 0}, {"10G", 0, 0, 0}, {"99999999999999999999", 0, 0, 0}};
	struct config_err err = {0};
	struct disk_budget b;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct config *c = config_new();
		config_set(c, LAYER_DYNAMIC_NODE, "log.disk.budget", all[i].text, &err);
		int good = config_disk_budget(c, &b) == 0;
		ok(good == all[i].ok && (!good || (b.bytes == all[i].bytes && (int)(b.share * 100) == all[i].percent)),
		    "log.disk.budget=%s", all[i].text);
		config_free(&c);
	}
}

/* One rack for all directories, or one for each. */
static void
check_racks(void)
{
	struct config *c = config_new();
	struct config_err err = {0};
	char buf[16];

	ok(config_rack(c, config_log_dirs(c)->n, 0, buf, sizeof(buf)) == NULL && !config_rack_aware(c), "no rack");
	config_set_arg(c, "broker.rack=x,y", &err);
	is_string("x,y", config_rack(c, config_log_dirs(c)->n, 0, buf, sizeof(buf)), "the rack of one directory may have a comma");
	is_int(0, config_check(c, &err), "and is fine");
	config_set_arg(c, "log.dirs=/a,/b,/c", &err);
	is_int(-1, config_check(c, &err), "two for three are refused");
	config_set_arg(c, "broker.rack=x", &err);
	is_string("x", config_rack(c, config_log_dirs(c)->n, 2, buf, sizeof(buf)), "one for all");
	config_set_arg(c, "broker.rack=x, yy ,z", &err);
	is_string("yy", config_rack(c, config_log_dirs(c)->n, 1, buf, sizeof(buf)), "one for each, trimmed");
	is_string("z", config_rack(c, config_log_dirs(c)->n, 2, buf, sizeof(buf)), "to the last");
	ok(config_rack(c, config_log_dirs(c)->n, 3, buf, sizeof(buf)) == NULL, "and no farther");
	err.count = 0;
	is_int(0, config_check(c, &err), "that is fine");
	config_set_arg(c, "replica.selector.class=org.apache.kafka.common.replica.RackAwareReplicaSelector", &err);
	ok(config_check(c, &err) == 0 && config_rack_aware(c), "the selector is known");
	config_set_arg(c, "replica.selector.class=my.Own", &err);
	ok(config_check(c, &err) == -1 && !config_rack_aware(c), "another is refused");
	config_free(&c);
}

int
main(void)
{
	char tmp[] = "/tmp/odradek-config.XXXXXX";

	plan(0);
	if (mkdtemp(tmp) == NULL || chdir(tmp) == -1)
		bail("no temporary directory");
	check_defaults();
	check_file();
	check_errors();
	check_layers();
	check_reload();
	check_describe();
	check_budget();
	check_racks();
	if (chdir("/") == 0)
		remove_tree_at(AT_FDCWD, tmp);
	return done_testing();
}
