/* SPDX-License-Identifier: ISC */
/*
 * controller.c - the controller: topics, partitions, configurations, leader election, producer ids.
 * The only process that knows the metadata store.
 *
 * Its loop never waits for the medium: commits run in the helper thread.  It sees no client bytes:
 * requests arrive decoded.
 */
#include "config.h"

#include <event2/event.h>
#include <event2/event_struct.h>

#include "controller.h"
#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#define RETRY_MS 5 /* until room in a ring or in the arena is looked for again */

static struct event on_helper;
static bool reload_due, reload_again;

/* ---- requests ---- */

static void
handle(struct call *c)
{
	switch (c->api) {
	case API_CreateTopics:
		create_topics(c);
		break;
	case API_DeleteTopics:
		delete_topics(c);
		break;
	case API_CreatePartitions:
		create_partitions(c);
		break;
	case API_AlterConfigs:
		alter_configs(c);
		break;
	case API_IncrementalAlterConfigs:
		incremental_alter_configs(c);
		break;
	case API_DescribeConfigs:
		describe_configs(c);
		break;
	case API_InitProducerId:
		init_producer_id(c);
		break;
	case API_AlterPartitionReassignments:
		alter_partition_reassignments(c);
		break;
	case API_ListPartitionReassignments:
		list_partition_reassignments(c);
		break;
	case API_ElectLeaders:
		elect_leaders(c);
		break;
	case API_UnregisterBroker:
		unregister_broker(c);
		break;
	default: /* call_new lets none through */
		panic("API %d", c->api);
	}
}

static void
on_message(struct child *child, uint32_t from, const struct shm_msg *m)
{
	struct call *c;

	(void)child;
	if (m->type == CALL_ISR)
		isr_propose((const struct msg_isr *)m);
	if (m->type != CALL_REQUEST)
		return; /* CAUGHT_UP: the turn looks at the writers' words */
	if ((c = call_new(from, (const struct msg_request *)m)) == NULL)
		return;
	if (c->api == API_InitProducerId)
		handle(c);
	else
		TAILQ_INSERT_TAIL(&ctl.queue, c, entry);
}

static void
reloaded(const struct meta_err *err)
{
	reload_again = err != NULL; /* the store is full */
	if (reload_again)
		return;
	publish_begin();
	publish_resolved();
	publish_end();
}

/* When the loop is to run again though nobody calls.  Replicas are looked at again soon: what they wait for rings no bell. */
static int64_t
next_due(bool room_wanted)
{
	const int wait[] = {isr_wait(), start_wait(), reassign_wait(), room_wanted ? RETRY_MS : -1};
	int64_t first = INT64_MAX;
	const struct call *c;

	TAILQ_FOREACH (c, &ctl.following, entry)
		if (c->deadline < first)
			first = c->deadline;
	for (size_t i = 0; i < sizeof(wait) / sizeof(*wait); i++)
		if (wait[i] != -1 && ctl.mono_ms + wait[i] < first)
			first = ctl.mono_ms + wait[i];
	return first;
}

static bool
on_turn(struct child *child)
{
	struct call *c;

	ctl.mono_ms = mono_coarse_ms();
	if (!ctl.committing)
		nodes_and_replicas_turn();
	/* it may publish at once: nothing that waits to be committed may be in the model */
	if (!ctl.committing && TAILQ_EMPTY(&ctl.waiting) && reload_due) {
		reload_due = false;
		load_settings();
		disks_addresses();
		nodes_settings_changed(reloaded);
	}
	/* what is being committed is in the model already: others wait until it is known to be so
	 */
	while (!ctl.committing && (c = TAILQ_FIRST(&ctl.queue)) != NULL) {
		TAILQ_REMOVE(&ctl.queue, c, entry);
		handle(c);
	}
	delete_turn();
	reassign_turn();
	commit_turn();
	calls_turn();
	child_alarm(child, next_due(reply_turn()));
	return false;
}

/* ---- the world outside ---- */

static void
helper_event(evutil_socket_t fd, short what, void *arg)
{
	(void)fd;
	(void)what;
	(void)arg;
	ctl.mono_ms = mono_coarse_ms();
	helper_run_done(ctl.helper);
}

static void
on_tick(struct child *child)
{
	(void)child;
	ctl.mono_ms = mono_coarse_ms();
	nodes_tick();
	copies_tick();
	rebalance_tick();
	reload_due |= reload_again;
	arena_trim(ctl.arena);
}

static void
on_reload(struct child *child)
{
	(void)child;
	reload_due = true;
}

static void
on_peer_died(struct child *child, uint32_t slot, uint32_t generation)
{
	(void)child;
	reply_forget(slot, generation);
}

static bool
on_stop(struct child *child)
{
	(void)child;
	commit_stop();
	reply_turn();
	return true;
}

void
controller_main(struct child *c)
{
	ctl.child = c;
	ctl.shm = c->shm;
	ctl.tables = shm_body_of(c->self);
	ctl.partitions_max = shm_layout(c->shm)->partitions_max;
	ctl.mono_ms = mono_coarse_ms();
	ctl.arena = arena_new(c->shm);
	model_init();
	reply_init();
	load();
	if ((ctl.helper = helper_new("commit")) == NULL)
		fatal("could not start the thread for commits");
	event_assign(
	    &on_helper, c->base, helper_fd(ctl.helper), EV_READ | EV_PERSIST, helper_event, NULL);
	event_add(&on_helper, NULL);
	c->message = on_message;
	c->turn = on_turn;
	c->tick = on_tick;
	c->reload = on_reload;
	c->stop = on_stop;
	c->peer_died = on_peer_died;
	copies_settle();
	child_ready(c);
	child_run(c);
	helper_free(&ctl.helper);
	meta_close(&ctl.store);
}
