/* SPDX-License-Identifier: ISC */
/* clock.h - the three clocks in use.  Record timestamps and retention go by the wall, waiting by
 * the monotonic. */
#ifndef ODRADEK_BASE_CLOCK_H
#define ODRADEK_BASE_CLOCK_H
#include <stdint.h>
#include <time.h>

static inline int64_t
clock_ns(clockid_t id)
{
	struct timespec ts;

	clock_gettime(id, &ts);
	return (int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec;
}

/* Milliseconds since 1970, as in record timestamps. */
static inline int64_t
now_ms(void)
{
	return clock_ns(CLOCK_REALTIME) / 1000000;
}

/* Monotonic nanoseconds, exact (about 20 ns to read). */
static inline int64_t
mono_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC);
}

/* Monotonic nanoseconds with the resolution of a timer tick (1 to 10 ms), about 5 ns to read. */
static inline int64_t
mono_coarse_ns(void)
{
	return clock_ns(CLOCK_MONOTONIC_COARSE);
}

static inline int64_t
mono_coarse_ms(void)
{
	return mono_coarse_ns() / 1000000;
}

#endif
