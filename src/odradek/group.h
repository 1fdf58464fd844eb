/* SPDX-License-Identifier: ISC */
/* group.h - what is known of one consumer group.  Private to src/odradek/. */
#ifndef ODRADEK_GROUP_H
#define ODRADEK_GROUP_H

#include "odradek.h"

enum loss {
	LOSS_NOTHING, /* all is read */
	LOSS_NEVER,   /* retention does not delete by time */
	LOSS_UNKNOWN, /* the time of the next record, or the retention, is not known */
	LOSS_IN,      /* not before loss_ms from now */
	LOSS_ALREADY, /* the log begins behind what was committed */
};

struct group_part {
	const char *topic; /* of the report's list of offsets */
	int32_t partition;
	int64_t committed;  /* -1 = nothing was */
	int64_t start, end; /* of the log; -1 = not known, error says why */
	int64_t lag;        /* -1 = not known */
	int64_t lost;       /* records that were deleted before they were read */
	int64_t next_ms;    /* time of the next record to read; -1 = not known */
	enum loss loss;
	int64_t loss_ms;
	bool by_size; /* retention.bytes may delete it earlier */
	const char *error;
	const struct group_member *owner; /* NULL = nobody */
};

struct group_member {
	char *id, *client, *instance, *host; /* instance NULL = none */
	rd_kafka_topic_partition_list_t *assigned;
};

struct group_report {
	char *id, *state, *assignor, *coordinator;
	bool there;         /* the broker knows the group */
	bool simple;        /* it only commits offsets */
	bool members_known; /* librdkafka could describe it */
	struct group_member *member;
	size_t members;
	rd_kafka_topic_partition_list_t *offsets; /* committed or assigned, sorted */
	struct group_part *part;                  /* one for each of them */
	int parts;
};

/* All groups that the brokers know, sorted, without members and parts; NULL-terminated states
 * filter (NULL = any). */
struct group_report *groups_list(size_t *n);
/* State, members and committed offsets.  A group that is not there has there = false. */
void group_load(struct group_report *g, const char *id);
/* Ends, lags and times to loss of its parts; with_loss false leaves out what needs records to be
 * read. */
void group_measure(struct group_report *g, bool with_loss);
void group_report_fini(struct group_report *g);

/* Sums over the parts. */
struct group_sum {
	int64_t lag, lost;
	int unknown;                      /* parts whose lag is not known */
	const struct group_part *soonest; /* NULL = no loss is known to come */
};
struct group_sum group_total(const struct group_report *g);
const char *loss_text(const struct group_part *p);
void loss_json(const struct group_part *p);

/* group_reset.c */
int group_reset(int argc, char **argv);

#endif
