/* SPDX-License-Identifier: ISC */
/* crc32c_x86.c - CRC-32C by the crc32 instruction, three streams at a time, joined by carry-less
 * multiplication. Runs in every process on x86-64; empty elsewhere.
 *
 * A product of two reflected 32-bit polynomials, seen as 64 bits, is a*b*x, and the crc32
 * instruction on those 64 bits multiplies by x^32; so the factor that moves a sum over n bytes is
 * x^(8n - 33). */
#include "config.h"

#if defined(__x86_64__)
#include "crc32c_priv.h"

#include <nmmintrin.h>
#include <string.h>
#include <wmmintrin.h>

/* Bytes of one stream, multiples of 16.  Long ones cost few joins, short ones leave a small rest;
 * none is a power of two, because then the three streams would fall into the same sets of the
 * cache. */
static const size_t stretch[] = {1360, 176, 48};
enum { STRETCHES = sizeof(stretch) / sizeof(stretch[0]) };
static struct {
	uint64_t one, two; /* factors over one stretch, over two */
} factor[STRETCHES];

static inline uint64_t
load64(const uint8_t *b)
{
	uint64_t v;

	memcpy(&v, b, sizeof(v));
	return v;
}

int
crc32c_cpu_has(int i)
{
	int s;

	__builtin_cpu_init();
	if (!__builtin_cpu_supports("sse4.2"))
		return 0;
	if (i == 1)
		return 1;
	for (s = 0; s < STRETCHES; s++) {
		factor[s].one = crc32c_power(8 * stretch[s] - 33);
		factor[s].two = crc32c_power(16 * stretch[s] - 33);
	}
	return __builtin_cpu_supports("pclmul") != 0;
}

/* Up to the end, one word after the other; crc is not inverted here. */
__attribute__((target("sse4.2"))) static inline uint64_t
serial(uint64_t crc, const uint8_t *b, size_t n)
{
	for (; n >= 8; n -= 8, b += 8)
		crc = _mm_crc32_u64(crc, load64(b));
	if (n & 4) {
		uint32_t v;

		memcpy(&v, b, sizeof(v));
		crc = _mm_crc32_u32((uint32_t)crc, v);
		b += 4;
	}
	for (n &= 3; n > 0; n--)
		crc = _mm_crc32_u8((uint32_t)crc, *b++);
	return crc;
}

__attribute__((target("sse4.2"))) uint32_t
crc32c_update_sse42(uint32_t crc, const void *p, size_t n)
{
	return ~(uint32_t)serial(~crc, p, n);
}

__attribute__((target("sse4.2,pclmul"))) static inline uint64_t
shift(uint64_t crc, uint64_t by)
{
	return (uint64_t)_mm_cvtsi128_si64(_mm_clmulepi64_si128(
	    _mm_cvtsi64_si128((long long)crc), _mm_cvtsi64_si128((long long)by), 0));
}

__attribute__((target("sse4.2,pclmul"))) uint32_t
crc32c_update_clmul(uint32_t crc, const void *p, size_t n)
{
	const uint8_t *b = p, *end;
	uint64_t x = (uint32_t)~crc, y, z;
	size_t len;
	int s;

	for (s = 0; s < STRETCHES; s++) {
		len = stretch[s];
		for (; n >= 3 * len; n -= 3 * len) {
			y = z = 0;
			for (end = b + len; b < end; b += 16) {
				x = _mm_crc32_u64(x, load64(b));
				y = _mm_crc32_u64(y, load64(b + len));
				z = _mm_crc32_u64(z, load64(b + 2 * len));
				x = _mm_crc32_u64(x, load64(b + 8));
				y = _mm_crc32_u64(y, load64(b + len + 8));
				z = _mm_crc32_u64(z, load64(b + 2 * len + 8));
			}
			x = _mm_crc32_u64(0, shift(x, factor[s].two) ^ shift(y, factor[s].one)) ^ z;
			b += 2 * len;
		}
	}
	return ~(uint32_t)serial(x, b, n);
}
#else
/* an empty translation unit is not C */
extern int crc32c_x86_unused;
#endif
