/* SPDX-License-Identifier: ISC */
/* slots.c - which slot belongs to which kind of process, from tbl/procs.h.  Used in: all processes.
 */
#include "config.h"

#include "odradek/shm/part.h"

static const struct {
	const char *name;
	uint32_t first, slots;
} kinds[PROC_KINDS] = {
#define PROC(KIND, name, first, slots, main) {name, first, slots},
#include "tbl/procs.h"
#undef PROC
};

#define PROC(KIND, name, first, slots, main) \
	static_assert((first) + (slots) <= SHM_SLOTS, name " has slots beyond SHM_SLOTS");
#include "tbl/procs.h"
#undef PROC

uint32_t
proc_slot(enum proc_kind kind, uint32_t index)
{
	assert(kind < PROC_KINDS && index < kinds[kind].slots);
	return kinds[kind].first + index;
}

enum proc_kind
proc_kind_of(uint32_t slot)
{
	enum proc_kind k;

	for (k = 0; k < PROC_KINDS; k++)
		if (slot - kinds[k].first < kinds[k].slots)
			break;
	return k;
}

uint32_t
proc_index_of(uint32_t slot)
{
	enum proc_kind k = proc_kind_of(slot);

	return k < PROC_KINDS ? slot - kinds[k].first : 0;
}

const char *
proc_name(enum proc_kind kind)
{
	return kind < PROC_KINDS ? kinds[kind].name : "none";
}

uint32_t
proc_slots(enum proc_kind kind)
{
	return kind < PROC_KINDS ? kinds[kind].slots : 0;
}
