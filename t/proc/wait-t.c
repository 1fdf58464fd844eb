/* SPDX-License-Identifier: ISC */
/* wait-t.c - wait words: a writer that has posted for a value never finds it again, whether its
 * MOVED was taken, came when nobody waited any more, became a rescan, or went to a predecessor. */
#include "config.h"

#include "../shm/shm_pair.h"
#include "odradek/proc/child.h"
#include "odradek/proc/wait.h"
#include "odradek/shm/tables.h"

#define SLOT 3

static struct shm *self, *writer;
static struct child child;

static uint32_t
word(void)
{
	return shm_wait_words(self->self, shm_layout(self)->partitions_max)[SLOT];
}

static void
rescan(void)
{
	struct shm_writer *w = shm_body_of(writer->self);

	atomic_fetch_add(&w->rescan[shm_waiter_index(child.slot)], 1);
}

static void
values(void)
{
	uint32_t was;

	wait_arm(SLOT);
	was = word();
	ok(was != 0, "armed");
	wait_disarm(SLOT);
	is_int(0, word(), "disarmed");
	wait_arm(SLOT);
	is_int(was, word(), "a value that was not used stays the same");
	wait_rearm(SLOT);
	ok(word() != was, "one that was used does not");
	was = word();
	wait_disarm(SLOT);
	wait_rearm(SLOT);
	is_int(0, word(), "a MOVED that comes late arms nothing");
	wait_arm(SLOT);
	ok(word() != was, "but uses the value up");
}

static void
rescans(void)
{
	uint32_t was = word();

	ok(!wait_rescan(true), "nobody has asked for a rescan");
	rescan();
	ok(wait_rescan(false) && word() == was, "one is seen");
	ok(wait_rescan(true), "and taken");
	ok(word() != was && word() != 0, "it may stand for what was armed: that is armed anew");
	was = word();
	wait_disarm(SLOT);
	rescan();
	ok(wait_rescan(true) && word() == 0, "it arms nothing that nobody waits for");
	wait_arm(SLOT);
	ok(word() != was, "but uses up its value");
}

static void
successor(void)
{
	uint32_t was = (child.generation + 1) * 41 + 2; /* the first that it would choose */

	atomic_store(shm_wait_words(self->self, shm_layout(self)->partitions_max) + SLOT, was);
	child.generation++;
	wait_init(&child);
	is_int(0, word(), "what a predecessor has left armed is nobody's");
	wait_arm(SLOT);
	ok(word() != was, "and is not armed again: a writer may have posted for it");
}

int
main(void)
{
	struct shm_controller *ctl;

	plan(0);
	shm_pair_new(&self, proc_slot(PROC_ACCEPTOR, 0), &writer, proc_slot(PROC_WRITER, 0));
	ctl = shm_controller_of(self);
	atomic_store(&ctl->partitions, SLOT + 1);
	child = (struct child){.shm = self, .self = self->self, .slot = self->slot, .generation = self->generation};
	wait_init(&child);
	values();
	rescans();
	successor();
	shm_pair_free(&self, &writer);
	return done_testing();
}
