/* SPDX-License-Identifier: ISC */
/*
 * coordinator.c - the coordinator: consumer groups and committed offsets.
 *
 * Its state is a view of __consumer_offsets: it may die at any instant, and its successor reads it
 * again.  It sees no client bytes: requests arrive decoded.
 */
#include "config.h"

#include <stddef.h>
#include <stdlib.h>

#include "classic.h"
#include "consumer.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/proc/wait.h"
#include "odradek/proto/gen/consumer_group_heartbeat.h"
#include "odradek/proto/gen/heartbeat.h"
#include "odradek/proto/gen/join_group.h"
#include "odradek/proto/gen/leave_group.h"
#include "odradek/proto/gen/offset_commit.h"
#include "odradek/proto/gen/offset_delete.h"
#include "odradek/proto/gen/sync_group.h"
#include "shard.h"

#define RETRY_MS 2 /* until room in a ring or in the arena is looked for again */

struct coordinator co;

TAILQ_HEAD(call_list, call);
static struct call_list queue = TAILQ_HEAD_INITIALIZER(queue);     /* taken since the last turn */
static struct call_list stalled = TAILQ_HEAD_INITIALIZER(stalled); /* wait for their shard */
static bool look; /* something moved that shards may wait for */

/* ---- dispatch ---- */

enum {
	EMPTY_ID = 1,     /* takes "" for a group id */
	LOADING_IS_OK = 2 /* is answered without an error while the shard is being read */
};

/* APIs with one group in them. */
static const struct row {
	int16_t api;
	uint16_t group_id; /* offset of the struct kstr in the request */
	int flags;
	group_api_fn *classic, *consumer;
} rows[] = {
#define ROW(Api, name, flags, classic, consumer)                                           \
	{                                                                                  \
		API_##Api, offsetof(struct name##_req, group_id), flags, classic, consumer \
	}
    ROW(OffsetCommit, offset_commit, EMPTY_ID, offset_commit, offset_commit),
    ROW(JoinGroup, join_group, 0, classic_join, consumer_classic_join),
    ROW(SyncGroup, sync_group, 0, classic_sync, consumer_classic_sync),
    ROW(Heartbeat, heartbeat, LOADING_IS_OK, classic_heartbeat, consumer_classic_heartbeat),
    ROW(LeaveGroup, leave_group, 0, classic_leave, consumer_classic_leave),
    ROW(OffsetDelete, offset_delete, 0, offset_delete, offset_delete),
    /* refuses "" itself, with a text */
    ROW(ConsumerGroupHeartbeat, consumer_group_heartbeat, EMPTY_ID, consumer_heartbeat,
	consumer_heartbeat),
#undef ROW
};

/* APIs that speak of many groups, or of all. */
static const struct {
	int16_t api;
	void (*handler)(struct call *c);
} many[] = {
    {API_OffsetFetch, offset_fetch},
    {API_ListGroups, list_groups},
    {API_DescribeGroups, describe_groups},
    {API_ConsumerGroupDescribe, consumer_group_describe},
    {API_DeleteGroups, delete_groups},
};

static void
handle_one(struct call *c, const struct row *row)
{
	const struct kstr *id = (const struct kstr *)((const char *)c->req + row->group_id);
	const struct group *g;
	struct shard *s;
	int16_t error;

	if (id->len < 0 || (id->len == 0 && (row->flags & EMPTY_ID) == 0)) {
		call_error(c, KERR_INVALID_GROUP_ID);
		return;
	}
	s = c->shard = shard_for(kstr(id), (size_t)id->len, call_node(c), &error);
	if (s == NULL) {
		if (error == KERR_COORDINATOR_LOAD_IN_PROGRESS && (row->flags & LOADING_IS_OK) != 0)
			error = KERR_NONE;
		call_error(c, error);
		return;
	}
	if ((error = append_refused(s)) != 0 && (row->flags & LOADING_IS_OK) == 0) {
		call_error(c, error);
		return;
	}
	if (append_full(s)) {
		TAILQ_INSERT_TAIL(&stalled, c, entry);
		return;
	}
	g = group_get(s, kstr(id), (size_t)id->len);
	(g != NULL && g->type == GROUP_CONSUMER ? row->consumer : row->classic)(
	    c, kstr(id), (size_t)id->len);
	append_flush(s);
}

static void
handle(struct call *c)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].api == c->api) {
			handle_one(c, &rows[i]);
			return;
		}
	for (size_t i = 0; i < sizeof(many) / sizeof(*many); i++)
		if (many[i].api == c->api) {
			many[i].handler(c);
			return;
		}
}

static void
handle_all(void)
{
	struct call *c, *last = TAILQ_LAST(&stalled, call_list), *next;

	for (c = last == NULL ? NULL : TAILQ_FIRST(&stalled); c != NULL; c = next) {
		next = c == last ? NULL : TAILQ_NEXT(c, entry);
		TAILQ_REMOVE(&stalled, c, entry);
		handle(c);
	}
	while ((c = TAILQ_FIRST(&queue)) != NULL) {
		TAILQ_REMOVE(&queue, c, entry);
		handle(c);
	}
}

/* ---- the turn ---- */

static void
on_message(struct child *child, uint32_t from, const struct shm_msg *m)
{
	struct call *c;

	(void)child;
	switch (m->type) {
	case CALL_REQUEST:
		if ((c = call_take(from, (const struct msg_request *)m)) != NULL)
			TAILQ_INSERT_TAIL(&queue, c, entry);
		break;
	case CALL_PRODUCED:
		append_answer(from, (const struct msg_produced *)m);
		break;
	case CALL_MOVED:
		wait_rearm(((const struct msg_moved *)m)->slot);
		look = true;
		break;
	default:
		log_limited("message of type %u from slot %u was not expected", m->type, from);
	}
}

static void
clocks(void)
{
	co.now_ms = mono_coarse_ms();
	co.wall_ms = now_ms();
}

static bool
on_turn(struct child *child)
{
	bool more, room;

	clocks();
	if (tables_follow(co.tables))
		look = true;
	if (wait_rescan(true))
		look = true;
	shards_look(look);
	look = false;
	handle_all();
	timers_fire(co.now_ms);
	more = load_turn();
	room = append_turn();
	room |= call_turn();
	child_alarm(child, room ? co.now_ms + RETRY_MS : timers_first());
	return more;
}

/* About to sleep: did a word that on_turn follows move meanwhile? */
static bool
on_look(struct child *c)
{
	return atomic_load_explicit(&shm_controller_of(c->shm)->version, memory_order_acquire) !=
		   tables_version(co.tables) ||
	       wait_rescan(false);
}

/* ---- the world outside ---- */

static void
on_tick(struct child *child)
{
	(void)child;
	arena_trim(co.arena);
}

static void
on_reload(struct child *child)
{
	(void)child;
	group_settings_load();
}

static void
on_peer_died(struct child *child, uint32_t slot, uint32_t generation)
{
	(void)child;
	call_forget(slot, generation);
	if (proc_kind_of(slot) == PROC_WRITER)
		append_writer_died(slot);
	look = true;
}

static bool
on_stop(struct child *child)
{
	(void)child;
	return true; /* what was acknowledged is in the log */
}

static void
on_topic(void *arg, struct topic_entry *t)
{
	(void)arg;
	topic_changed(t);
}

static void
on_partition(void *arg, uint32_t slot, const struct shm_partition *p)
{
	(void)arg;
	(void)slot;
	(void)p;
}

void
coordinator_main(struct child *c)
{
	static const struct tables_hooks hooks = {.topic = on_topic, .partition = on_partition};

	co.child = c;
	co.shm = c->shm;
	co.arena = arena_new(c->shm);
	if (co.arena == NULL)
		fatalx("could not take over the arena");
	clocks();
	wait_init(c);
	records_init();
	call_init();
	co.tables = tables_new(c->shm, &hooks, NULL);
	group_settings_load();
	look = true;
	c->events_every = 2; /* a turn that handled what came by a ring sleeps at once instead of asking first */
	c->message = on_message;
	c->turn = on_turn;
	c->look = on_look;
	c->tick = on_tick;
	c->reload = on_reload;
	c->stop = on_stop;
	c->peer_died = on_peer_died;
	child_ready(c);
	child_run(c);
}
