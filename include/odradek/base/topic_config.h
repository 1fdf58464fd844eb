/* SPDX-License-Identifier: ISC */
/* topic_config.h - the configuration of a topic: its own values over the defaults that the broker's
 * settings give. Driven by tbl/topic_configs.h.  Used in: controller (check, store, describe),
 * whoever needs resolved values. */
#ifndef ODRADEK_BASE_TOPIC_CONFIG_H
#define ODRADEK_BASE_TOPIC_CONFIG_H
#include "odradek/base/config.h"

#define CONFIG_CTYPE_REPLICAS char *

/* Resolved: segment_bytes already is internal_segment_bytes where that is set.  No pointers except
 * the two REPLICAS, which are NULL unless topic_config_resolve's caller kept its values: they point
 * into the overrides that were given. */
struct topic_config {
#define TOPIC_CONFIG(field, name, type, ...) CONFIG_CTYPE_##type field;
#include "tbl/topic_configs.h"
#undef TOPIC_CONFIG
};

enum topic_config_id {
#define TOPIC_CONFIG(field, ...) TOPIC_CONFIG_##field,
#include "tbl/topic_configs.h"
#undef TOPIC_CONFIG
	TOPIC_CONFIG_COUNT
};

/* One value that was set on a topic. */
struct config_kv {
	const char *name;
	const char *value;
};

/* -1 if Kafka has no such name. */
int topic_config_find(const char *name);
const struct config_row *topic_config_row(enum topic_config_id id);
/* 1 if values of this name are lists (IncrementalAlterConfigs APPEND and SUBTRACT), -1 if there is
 * no such name. */
int topic_config_is_list(const char *name);
/* One value.  0, or -1 with err in Kafka's wording (for INVALID_CONFIG). */
int topic_config_check(const char *name, const char *value, struct config_err *err);
/* All values of a topic together, over this broker's defaults: single values, and what contradicts
 * each other. */
int topic_config_check_all(
    const struct config *broker, const struct config_kv *kv, size_t n, struct config_err *err);
/* Fills out.  Values that do not parse (a store written by another version) are left at the default
 * and counted. */
int topic_config_resolve(
    struct topic_config *out, const struct config *broker, const struct config_kv *kv, size_t n);
/* DescribeConfigs: fills e for this name.  0, or -1 if it is not to be shown (an internal one that
 * is not set). */
int topic_config_describe(const struct config *broker, const struct config_kv *kv, size_t n,
    enum topic_config_id id, struct config_entry *e);

#endif
