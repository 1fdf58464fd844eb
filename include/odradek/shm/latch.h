/* SPDX-License-Identifier: ISC */
/*
 * latch.h - a line of several words that one process writes and any may read.
 *
 * Two copies and a counter whose low bit names the valid one.  The writer fills the other copy,
 * then moves the counter; death or preemption in the middle leaves the valid copy untouched.  A
 * reader copies and looks at the counter again: if it moved at all, the copy may have been under
 * the writer's hand, so it reads again. Words are copied as relaxed 64-bit atomics: a torn copy is
 * discarded, never a torn word seen.
 */
#ifndef ODRADEK_SHM_LATCH_H
#define ODRADEK_SHM_LATCH_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

/* Declares a latched line of struct type; its size must be a multiple of 8. */
#define SHM_LATCH(type)                                              \
	struct {                                                     \
		_Atomic uint64_t seq;                                \
		union {                                              \
			struct type v;                               \
			_Atomic uint64_t w[sizeof(struct type) / 8]; \
		} copy[2];                                           \
	}

/* Owner of the part only. */
static inline void
latch_write_words(_Atomic uint64_t *seq, _Atomic uint64_t *copy0, const void *from, size_t words)
{
	uint64_t s = atomic_load_explicit(seq, memory_order_relaxed) + 1;
	_Atomic uint64_t *to = copy0 + (s & 1) * words;
	const uint64_t *src = from;

	/* the words of the copy must not become visible before the counter moved off it: partner
	 * latch_read_words */
	atomic_thread_fence(memory_order_release);
	for (size_t i = 0; i < words; i++)
		atomic_store_explicit(&to[i], src[i], memory_order_relaxed);
	atomic_store_explicit(seq, s, memory_order_release);
}

/* Any process.  Returns the counter that the copy belongs to. */
static inline uint64_t
latch_read_words(const _Atomic uint64_t *seq, const _Atomic uint64_t *copy0, void *to, size_t words)
{
	uint64_t s, *dst = to;

	for (;;) {
		s = atomic_load_explicit((_Atomic uint64_t *)seq, memory_order_acquire);
		const _Atomic uint64_t *from = copy0 + (s & 1) * words;
		for (size_t i = 0; i < words; i++)
			dst[i] = atomic_load_explicit(
			    (_Atomic uint64_t *)&from[i], memory_order_relaxed);
		atomic_thread_fence(memory_order_acquire);
		if (atomic_load_explicit((_Atomic uint64_t *)seq, memory_order_relaxed) == s)
			return s;
	}
}

#define latch_write(l, from) \
	latch_write_words(&(l)->seq, (l)->copy[0].w, (from), sizeof((l)->copy[0]) / 8)
#define latch_read(l, to) \
	latch_read_words(&(l)->seq, (l)->copy[0].w, (to), sizeof((l)->copy[0]) / 8)

#endif
