/* SPDX-License-Identifier: ISC */
/* config_table.c - the rows of tbl/params.h, and finding a name in them.  Runs in every process. */
#include "config.h"

#include "odradek/base/config.h"

#include "config_priv.h"

#include <string.h>

static const struct config_row rows[] = {
#define PARAM_SECTION(text)
#define PARAM(field, name, type, def, min, max, unit, when, text)                           \
	{name, CONFIG_##type, def, (double)(min), (double)(max), unit, CONFIG_##when, text, \
	    offsetof(struct config, field)},
#include "tbl/params.h"
#undef PARAM
#undef PARAM_SECTION
};

/* Settings of Kafka's that this daemon does not have, by the beginning of their names, and what to
 * do instead. */
static const struct {
	const char *prefix, *advice;
} foreign[] = {
    {"broker.id", "use node.id"},
    {"process.roles", "one daemon does everything: remove the line"},
    {"controller.", "there is no separate controller to configure: remove the line"},
    {"zookeeper.", "nodes of one host need no ZooKeeper: remove the line"},
    {"metadata.log.", "use metadata.dir"},
    {"num.io.threads",
	"one acceptor per core does the work, see num.network.threads: remove the line"},
    {"background.threads", "remove the line"},
    {"num.recovery.threads.per.data.dir",
	"each directory is recovered by its own process: remove the line"},
    {"num.replica.", "each directory is followed by its own process: remove the line"},
    {"queued.max.requests", "memory is the limit, see queued.max.request.bytes: remove the line"},
    {"inter.broker.", "nodes of one host do not talk through sockets: remove the line"},
    {"security.inter.broker.protocol",
	"nodes of one host do not talk through sockets: remove the line"},
    {"ssl.", "TLS is not built yet in this version: remove the line"},
    {"sasl.", "SASL is not built yet in this version: remove the line"},
    {"authorizer.", "authorisation is not built yet in this version: remove the line"},
    {"super.users", "authorisation is not built yet in this version: remove the line"},
    {"group.", "consumer groups are not built yet in this version: remove the line"},
    {"offsets.", "consumer groups are not built yet in this version: remove the line"},
    {"offset.", "consumer groups are not built yet in this version: remove the line"},
    {"transaction", "transactions are not built yet in this version: remove the line"},
    {"share.", "share groups are not built yet in this version: remove the line"},
    {"remote.", "there is no tiered storage: remove the line"},
    {"producer.id.expiration.check.", "they are looked for in passing: remove the line"},
    {"log.flush.start.offset.checkpoint.", "it is written within seconds: remove the line"},
    {"replica.high.watermark.checkpoint.", "it is written within seconds: remove the line"},
    {"replica.", "replication between hosts is not built yet in this version: remove the line"},
    {"metric", "remove the line"},
    {"kafka.metrics.", "remove the line"},
    {"quota.", "quotas are not built yet in this version: remove the line"},
    {"log.cleaner.", "there is no such setting of the cleaner: remove the line"},
};

const struct config_row *
config_row(enum config_id id)
{
	return &rows[id];
}

int
config_find(const char *name)
{
	int i;

	for (i = 0; i < CONFIG_COUNT; i++)
		if (strcmp(rows[i].name, name) == 0)
			return i;
	return -1;
}

const char *
config_foreign(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++)
		if (strncmp(name, foreign[i].prefix, strlen(foreign[i].prefix)) == 0)
			return foreign[i].advice;
	return NULL;
}

/* Number of characters to insert, delete, change or swap with their neighbours. */
static unsigned
distance(const char *a, const char *b)
{
	unsigned row[3][65], i, j, d, change;
	size_t la = strlen(a), lb = strlen(b);
	unsigned *up = row[0], *now = row[1], *before = row[2], *spare;

	if (la > 64 || lb > 64)
		return 64;
	for (j = 0; j <= lb; j++)
		up[j] = j;
	for (i = 1; i <= la; i++) {
		now[0] = i;
		for (j = 1; j <= lb; j++) {
			change = a[i - 1] != b[j - 1];
			d = up[j - 1] + change;
			if (up[j] + 1 < d)
				d = up[j] + 1;
			if (now[j - 1] + 1 < d)
				d = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] &&
			    before[j - 2] + change < d)
				d = before[j - 2] + change;
			now[j] = d;
		}
		spare = before;
		before = up;
		up = now;
		now = spare;
	}
	return up[lb];
}

const char *
config_nearest(const char *name)
{
	unsigned d, best = (unsigned)strlen(name) / 3 + 1;
	const char *found = NULL;
	int i;

	for (i = 0; i < CONFIG_COUNT; i++) {
		d = distance(name, rows[i].name);
		if (d < best) {
			best = d;
			found = rows[i].name;
		}
	}
	return found;
}
