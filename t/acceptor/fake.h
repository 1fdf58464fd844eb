/* SPDX-License-Identifier: ISC */
/*
 * fake.h - an acceptor without sockets for tests of Fetch: real shared memory and tables, the test
 * in the part of the controller and of the writer, logs in memory instead of the store's views,
 * answers into a buffer.
 */
#ifndef T_ACCEPTOR_FAKE_H
#define T_ACCEPTOR_FAKE_H

#include "fetch.h"
#include "odradek/proto/api.h"

#define FAKE_PARTITIONS 2048

/* One acceptor, one writer, partitions_max slots. */
void fake_init(void);
/* Publishes a topic with so many partitions; returns its index; slots are given out in order. */
uint32_t fake_topic(const char *name, uint32_t partitions);
uint32_t fake_slot(uint32_t topic, uint32_t partition);
void fake_topic_id(uint32_t topic, struct uuid *id);
/* Publishes the partition anew. */
void fake_epoch(uint32_t slot, int32_t epoch);
/* Appends a batch of n records and size bytes (at least 61); the HW follows; MOVED goes to whoever
 * waits. */
void fake_append(uint32_t slot, int32_t n, uint32_t size);
/* The same, without telling anybody. */
void fake_append_silently(uint32_t slot, int32_t n, uint32_t size);
void fake_tell(uint32_t slot);
struct shm_replica *fake_line(uint32_t slot); /* change, then fake_publish */
void fake_publish(uint32_t slot);
void fake_roll(uint32_t slot);
uint32_t fake_wait_word(uint32_t slot);
extern int fake_moved;    /* MOVED messages posted */
extern int fake_held;     /* files held */
extern int fake_resident; /* what view_resident says */
extern int fake_read_ahead, fake_dropped;
extern int fake_located;                   /* calls of view_locate */
extern void (*fake_on_arm)(uint32_t slot); /* called in the middle of arming, once */

/* A Fetch request, built in an arena. */
struct ask {
	const char *topic;
	int32_t partition;
	int64_t offset;
	int32_t max_bytes, epoch, last_epoch;
};
struct fake_request {
	int16_t version;
	int32_t max_wait, min_bytes, max_bytes, session_id, session_epoch, replica;
	int8_t isolation;
	const struct ask *asks;
	int n;
	const struct ask *forgotten;
	int nforgotten;
};
#define FAKE_REQUEST                                                                      \
	{                                                                                 \
		.version = 12, .max_bytes = 1 << 20, .min_bytes = 1, .session_epoch = -1, \
		.replica = -1                                                             \
	}
struct request *fake_fetch(const struct fake_request *q);
void fake_close(struct request *r); /* the connection goes away */
/* The last answer; NULL: none since the last call. */
struct fetch_resp *fake_answer(void);
int fake_answers(void);
/* Partition i of the answer, counted over all topics; NULL: there are fewer. */
struct fetch_resp_partition_data *fake_part(struct fetch_resp *resp, int i, const char **topic);
const uint8_t *fake_records(const struct fetch_resp_partition_data *p);
/* One turn; block: waits for an event. */
void fake_turn(bool block);

#endif
