/* SPDX-License-Identifier: ISC */
/*
 * odradek.h - what the files of the command line share.  Private to src/odradek/.
 *
 * Everything but "log" and "replica" goes over the wire through librdkafka, so every such sub-command works against any Kafka.
 * A function that cannot go on says why, what was expected and what to do, and leaves (die).
 */
#ifndef ODRADEK_ODRADEK_H
#define ODRADEK_ODRADEK_H

#include <librdkafka/rdkafka.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum { EXIT_OK, EXIT_FAILED, EXIT_USAGE, EXIT_ABOVE };

/* Options that every sub-command takes. */
struct cli {
	const char *bootstrap;
	bool json;
	bool yes;
	int timeout_ms;
	rd_kafka_conf_t *conf; /* -X; given to the client when it is made */
};
extern struct cli cli;

/* A sub-command: "group", or in its own table "describe".  run gets what follows its name in
 * argv[1]...; argv[0] is the name.  Returns an exit code. */
struct command {
	const char *name, *args, *text;
	int (*run)(int argc, char **argv);
};
/* Runs the command that argv[0] names in the table, which ends with a NULL name; "of" is said in
 * messages. */
int command_run(const struct command *table, const char *of, int argc, char **argv);
void command_list(const struct command *table, const char *of);

int group_main(int argc, char **argv);
int topic_main(int argc, char **argv);
int log_main(int argc, char **argv);
int replica_main(int argc, char **argv);
extern const struct command group_commands[], topic_commands[], log_commands[], replica_commands[];

/* cmd_log.c: is it the directory of a partition that is served, not what a deletion or a move of a replica left? */
bool is_log_name(const char *name);

void die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* The same with exit code 2: the command line was wrong. */
void die_usage(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Is the plan that was shown to be done?  Yes with --yes; else asks, on a terminal only. */
bool confirm(const char *question);

/* ---- client.c: librdkafka ---- */

/* The client; made and connected by the first call. */
rd_kafka_t *client(void);
/* Ends it, if there was one. */
void client_close(void);

/* One call of librdkafka's admin API: begin; call the function with options and queue; wait for its
 * event. */
struct admin {
	rd_kafka_AdminOptions_t *options;
	rd_kafka_queue_t *queue;
	rd_kafka_event_t *event;
	const char *what; /* "list groups" */
};
void admin_begin(struct admin *a, rd_kafka_admin_op_t op, const char *what);
/* Leaves with a message when the whole call failed. */
const rd_kafka_event_t *admin_wait(struct admin *a);
void admin_end(struct admin *a);

/* Offsets by time for all partitions of the list, whose offset fields are timestamps on the way in;
 * one request per broker.  Partitions may have errors of their own. */
#define TIME_EARLIEST (-2)
#define TIME_LATEST (-1)
void offsets_by_time(rd_kafka_topic_partition_list_t *list);
/*
 * The time of the record at each partition's offset, or of the first one behind it; -1 = there is
 * none, or it did not come in time.
 */
void record_times(const rd_kafka_topic_partition_list_t *list, int64_t *ms);
/* Partitions of a topic, -1: there is no such topic. */
int topic_partitions(const char *topic);
const rd_kafka_metadata_t *cluster_metadata(void);

#define SOURCE_TOPIC "set on the topic"
/* One setting of a topic.  Both strings NULL when it is not known. */
struct setting {
	char *value, *source;
};
enum {
	SET_POLICY,
	SET_RETENTION_MS,
	SET_RETENTION_BYTES,
	SET_SEGMENT_MS,
	SET_SEGMENT_BYTES,
	SET_DELETE_RETENTION_MS,
	SET_MIN_IN_SYNC,
	SETTINGS
};
extern const char *const setting_names[SETTINGS];
struct topic_settings {
	char *topic;
	struct setting v[SETTINGS];
};
/* Of each of the n topics, in order; free with topic_settings_free. */
struct topic_settings *topic_settings_get(const char *const *topics, size_t n);
void topic_settings_free(struct topic_settings *s, size_t n);
/* Of a broker; its strings are the caller's to free, NULL when the broker has no such setting. */
struct setting broker_setting_get(int32_t broker, const char *name);
bool setting_has(const struct setting *s, const char *word); /* a word of a comma-separated list */
int64_t setting_number(const struct setting *s);             /* INT64_MIN: not known */

/* ---- ask.c: what librdkafka has no function for ---- */

struct msg_arena;
/*
 * One request (enum api_key) to a broker of cluster_metadata(): the answer, decoded into the arena, which is emptied first.
 * NULL with *why NULL when the broker does not offer it; NULL with a text when it could not be asked.
 */
const void *broker_ask(int32_t broker, int key, const void *req, struct msg_arena *answer, const char **why);

/* ---- table.c: columns for people ---- */

/* A column whose heading begins with '>' is aligned to the right. */
struct table {
	int columns, cells, cap;
	char **cell; /* row by row, the headings first */
};
void table_init(struct table *t, const char *const *headings, int columns);
/* The next cell, row by row. */
void table_cell(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Prints it and frees what it has. */
void table_print(struct table *t);

/* ---- json.c: for programs ---- */

/* Writes to standard output; commas and indentation come by themselves.  key NULL inside of arrays.
 */
void json_begin(const char *key, char bracket); /* '{' or '[' */
void json_end(void);
void json_text(const char *key, const char *value); /* NULL = null */
void json_number(const char *key, int64_t value);
void json_bool(const char *key, bool value);
void json_null(const char *key);

/* ---- units.c: times and spans as people write them ---- */

int64_t now_ms(void);
/* "3 d 4 h", "12 s"; one of a few static buffers. */
const char *span_text(int64_t ms);
/* "2026-11-21T09:00:00Z"; the same. */
const char *time_text(int64_t ms);
const char *bytes_text(int64_t n);
/* "2026-11-21T09:00[:00[.123]][Z|+01:00]" (no zone: local time), "@1700000000000" in ms.  0, or -1.
 */
int time_parse(const char *s, int64_t *ms);
/* "P1DT2H30M", "1d2h30m", "90s".  0, or -1. */
int span_parse(const char *s, int64_t *ms);
int number_parse(const char *s, int64_t *n);

#endif
