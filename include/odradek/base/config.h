/* SPDX-License-Identifier: ISC */
/* config.h - the settings of the daemon, driven by tbl/params.h: one member of struct config per
 * row.
 *
 * A value can be given in several layers; the highest that has one is effective.  The file and the
 * command line are the static layer; what clients set with AlterConfigs are the two dynamic ones
 * (for the whole cluster, for one node). Used in: all processes.  The supervisor loads; the others
 * get config_to_text() and apply it. */
#ifndef ODRADEK_BASE_CONFIG_H
#define ODRADEK_BASE_CONFIG_H
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifndef STATEDIR
#define STATEDIR "/var/lib/odradek"
#endif
#ifndef RUNDIR
#define RUNDIR "/run/odradek"
#endif

/* A number that was not set and has no default. */
#define CONFIG_UNSET INT64_MIN
#define CONFIG_UNSET32 INT32_MIN

enum config_type {
	CONFIG_BOOL,
	CONFIG_INT32,
	CONFIG_INT64,
	CONFIG_DOUBLE,
	CONFIG_STRING,
	CONFIG_LIST,
	CONFIG_ENUM,
	CONFIG_FLAGS,
	CONFIG_REPLICAS
};
enum config_when { CONFIG_RESTART, CONFIG_RELOAD, CONFIG_DYNAMIC };
enum config_layer {
	LAYER_DEFAULT,
	LAYER_STATIC,
	LAYER_DYNAMIC_DEFAULT,
	LAYER_DYNAMIC_NODE,
	LAYER_COUNT
};

/* Indexes of the ENUM and FLAGS columns. */
enum compression_setting {
	SETTING_UNCOMPRESSED,
	SETTING_ZSTD,
	SETTING_LZ4,
	SETTING_SNAPPY,
	SETTING_GZIP,
	SETTING_PRODUCER
};
enum timestamp_setting { SETTING_CREATE_TIME, SETTING_LOG_APPEND_TIME };
enum cleanup_setting { SETTING_COMPACT = 1 << 0, SETTING_DELETE = 1 << 1 };

struct config_list {
	int n;
	char **v;
};

enum config_id {
#define PARAM_SECTION(text)
#define PARAM(field, ...) CONFIG_ID_##field,
#include "tbl/params.h"
#undef PARAM
	CONFIG_COUNT
};

#define CONFIG_CTYPE_BOOL int
#define CONFIG_CTYPE_INT32 int32_t
#define CONFIG_CTYPE_INT64 int64_t
#define CONFIG_CTYPE_DOUBLE double
#define CONFIG_CTYPE_STRING char *
#define CONFIG_CTYPE_LIST struct config_list
#define CONFIG_CTYPE_ENUM int32_t
#define CONFIG_CTYPE_FLAGS uint32_t

struct config_origin {
	char *text; /* as given, trimmed; NULL: this layer has no value */
	char *file; /* static layer: the file, or NULL for the command line */
	int line;
};

struct config {
#define PARAM(field, name, type, ...) CONFIG_CTYPE_##type field;
#include "tbl/params.h"
#undef PARAM
#undef PARAM_SECTION
	struct config_origin origin[CONFIG_COUNT][LAYER_COUNT];
};

/* What went wrong, one line per error: where, what was found, what was expected, what to do. */
struct config_err {
	int count;
	char text[4096];
};

/* A row of a table: of this one, or of topic_config.h. */
struct config_row {
	const char *name;
	enum config_type type;
	const char *def;  /* NULL: not set */
	double min, max;  /* as double INT64_MAX is a little more than any value, which is what a
			     bound needs */
	const char *unit; /* values of ENUM and FLAGS */
	enum config_when when;
	const char *text;
	size_t offset;
};
const struct config_row *config_row(enum config_id id);
/* -1 if there is no such setting. */
int config_find(const char *name);
/* The nearest known name, or NULL if none is near. */
const char *config_nearest(const char *name);

/* All defaults. */
struct config *config_new(void);
struct config *config_clone(const struct config *c);
void config_free(struct config **cp);

/* Reads the file into the static layer.  All errors are collected; 0, or -1 with err filled and c
 * partly changed. */
int config_load(struct config *c, const char *path, struct config_err *err);
/* "name=value" of the command line (-o), which wins over the file. */
int config_set_arg(struct config *c, const char *arg, struct config_err *err);
/* Sets one value in a layer; NULL removes it.  On -1 nothing has changed, and err->text is Kafka's
 * wording. */
int config_set(struct config *c, enum config_layer layer, const char *name, const char *value,
    struct config_err *err);
/* What single values cannot show: listeners, directories, contradictions.  After all loading. */
int config_check(const struct config *c, struct config_err *err);

/* Takes over from fresh what may change at run time, layer by layer; for what may not, report (may
 * be NULL) is called with a text, and the old value stays.  Returns how many settings changed. */
int config_reload(struct config *c, const struct config *fresh,
    void (*report)(void *arg, const char *text), void *arg);

/* The values that are not defaults, with their layers and origins, as text; malloc'd. */
char *config_to_text(const struct config *c);
/* Makes c what config_to_text was given: every setting that the text lacks falls back to its
 * default. */
int config_from_text(struct config *c, const char *text, struct config_err *err);
/* The whole effective configuration as a file that parses again, each setting with its origin
 * (-nv); malloc'd. */
char *config_print(const struct config *c);

/* Resolved values that rest on several settings. */
const struct config_list *config_log_dirs(const struct config *c);
/* The rack of entry k of log.dirs, which has, or had, dirs of them, into buf: of broker.rack, which names one for all or
 * one for each; NULL: none. */
const char *config_rack(const struct config *c, int dirs, int k, char *buf, size_t size);
/* Are consumers sent to replicas in their rack? */
bool config_rack_aware(const struct config *c);
/* Number of acceptors: num.network.threads, or one per core that this process may use. */
int config_acceptors(const struct config *c);
/* Bytes of an acceptor's arena, at least one largest request. */
int64_t config_arena_bytes(const struct config *c);
int64_t config_retention_ms(const struct config *c);
int64_t config_roll_ms(const struct config *c);
int64_t config_roll_jitter_ms(const struct config *c);
/* log.disk.budget: bytes, or -1; share of the room, or 0.  -1 when it is malformed. */
struct disk_budget {
	int64_t bytes;
	double share;
};
int config_disk_budget(const struct config *c, struct disk_budget *b);
int64_t config_flush_ms(const struct config *c);

/* DescribeConfigs of a broker.  Sources have Kafka's numbers. */
enum config_source {
	CONFIG_SOURCE_TOPIC = 1,
	CONFIG_SOURCE_DYNAMIC_NODE = 2,
	CONFIG_SOURCE_DYNAMIC_DEFAULT = 3,
	CONFIG_SOURCE_STATIC = 4,
	CONFIG_SOURCE_DEFAULT = 5
};
/* Kafka's numbers of types in DescribeConfigs. */
enum config_wire_type {
	CONFIG_WIRE_BOOLEAN = 1,
	CONFIG_WIRE_STRING = 2,
	CONFIG_WIRE_INT = 3,
	CONFIG_WIRE_LONG = 5,
	CONFIG_WIRE_DOUBLE = 6,
	CONFIG_WIRE_LIST = 7
};
enum { CONFIG_SYNONYMS_MAX = 16 };
struct config_synonym {
	const char *name;
	enum config_source source;
	char value[512]; /* canonical, cut at 511 */
};
struct config_entry {
	const char *name;
	const char *value; /* canonical text in buf or elsewhere; NULL: not set */
	enum config_wire_type type;
	enum config_source source;
	int read_only, sensitive;
	const char *doc;
	int nsynonyms;
	struct config_synonym synonyms[CONFIG_SYNONYMS_MAX];
	char buf[4096];
};
/* Fills e for this setting (ids run from 0 to CONFIG_COUNT - 1). */
void config_describe(const struct config *c, enum config_id id, struct config_entry *e);

/* For topic_config.c and tests.  Checks value against the row and, if out is not NULL, stores it at
 * out + offset of the row (freeing what is there is the caller's).  On -1 err has Kafka's wording.
 */
int config_parse_value(
    const struct config_row *row, const char *value, void *out, struct config_err *err);
/* Canonical text of the value at base + offset ("true", "0.5", "a,b"); NULL if it is not set. */
const char *config_render_value(
    const struct config_row *row, const void *base, char *buf, size_t n);
void config_err_add(struct config_err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
