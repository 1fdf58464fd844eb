/* SPDX-License-Identifier: ISC */
/* crc32c_arm.c - CRC-32C by the instructions of arm64, three streams at a time.
 * Runs in every process on arm64; empty elsewhere.  Joining is done in C: once in 12 KB. */
#include "config.h"

#if defined(__aarch64__)
#include "crc32c_priv.h"

#include <string.h>
#include <sys/auxv.h>

#ifndef HWCAP_CRC32
#define HWCAP_CRC32 (1 << 7)
#endif

enum { STRETCH = 4096 };
static uint32_t factor_one, factor_two;

static inline uint64_t
load64(const uint8_t *b)
{
	uint64_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

/* Written as assembly, so that the compiler need not be told of an extension that the processor may
 * lack. */
static inline uint32_t
crc_u64(uint32_t crc, uint64_t v)
{
	__asm__(".arch_extension crc\n\tcrc32cx %w0, %w0, %x1" : "+r"(crc) : "r"(v));
	return crc;
}

static inline uint32_t
crc_u8(uint32_t crc, uint8_t v)
{
	__asm__(".arch_extension crc\n\tcrc32cb %w0, %w0, %w1" : "+r"(crc) : "r"(v));
	return crc;
}

int
crc32c_cpu_has(int i)
{
	(void)i;
	factor_one = crc32c_power(8 * (uint64_t)STRETCH);
	factor_two = crc32c_power(16 * (uint64_t)STRETCH);
	return (getauxval(AT_HWCAP) & HWCAP_CRC32) != 0;
}

uint32_t
crc32c_update_arm(uint32_t crc, const void *p, size_t n)
{
	const uint8_t *b = p, *end;
	uint32_t x = ~crc, y, z;

	for (; n >= 3 * STRETCH; n -= 3 * STRETCH) {
		y = z = 0;
		for (end = b + STRETCH; b < end; b += 8) {
			x = crc_u64(x, load64(b));
			y = crc_u64(y, load64(b + STRETCH));
			z = crc_u64(z, load64(b + 2 * STRETCH));
		}
		x = crc32c_multiply(x, factor_two) ^ crc32c_multiply(y, factor_one) ^ z;
		b += 2 * STRETCH;
	}
	for (; n >= 8; n -= 8, b += 8)
		x = crc_u64(x, load64(b));
	for (; n > 0; n--)
		x = crc_u8(x, *b++);
	return ~x;
}
#else
/* an empty translation unit is not C */
extern int crc32c_arm_unused;
#endif
