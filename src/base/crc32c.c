/* SPDX-License-Identifier: ISC */
/* crc32c.c - see crc32c.h.  Runs in every process.
 *
 * The instruction of both architectures takes one word per cycle but answers three cycles later, so
 * three stretches of a block are summed side by side and joined.  Joining rests on: appending n
 * zero bytes to a message multiplies its CRC by x^8n modulo the polynomial.  The variant is chosen
 * before main(), so that there is nothing to lock. */
#include "config.h"

#include "odradek/base/crc32c.h"

#include "crc32c_priv.h"

#include <string.h>

#define POLYNOMIAL 0x82f63b78u /* reflected: bit 31 is x^0 */

static uint32_t table[8][256];

uint32_t
crc32c_multiply(uint32_t a, uint32_t b)
{
	uint32_t product = 0;
	int i;

	for (i = 31; i >= 0; i--) {
		if (a >> i & 1)
			product ^= b;
		b = b >> 1 ^ (b & 1 ? POLYNOMIAL : 0);
	}
	return product;
}

uint32_t
crc32c_power(uint64_t n)
{
	uint32_t square = 1u << 30, result = 1u << 31; /* x and 1 */

	for (; n > 0; n >>= 1) {
		if (n & 1)
			result = crc32c_multiply(result, square);
		square = crc32c_multiply(square, square);
	}
	return result;
}

uint32_t
crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t len_b)
{
	/* x has order 2^31 - 1 or a divisor of 2^32 - 1; len_b * 8 fits 64 bits for any length that
	 * memory can hold */
	return crc32c_multiply(crc_a, crc32c_power(len_b * 8)) ^ crc_b;
}

/* Slicing by 8: eight tables, one for each distance of a byte from the end of the word. */
static uint32_t
update_table(uint32_t crc, const void *p, size_t n)
{
	const uint8_t *b = p;
	uint32_t lo, hi;

	crc = ~crc;
	for (; n >= 8; n -= 8, b += 8) {
		lo = crc ^ ((uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 |
			       (uint32_t)b[3] << 24);
		hi = (uint32_t)b[4] | (uint32_t)b[5] << 8 | (uint32_t)b[6] << 16 |
		     (uint32_t)b[7] << 24;
		crc = table[7][lo & 255] ^ table[6][lo >> 8 & 255] ^ table[5][lo >> 16 & 255] ^
		      table[4][lo >> 24] ^ table[3][hi & 255] ^ table[2][hi >> 8 & 255] ^
		      table[1][hi >> 16 & 255] ^ table[0][hi >> 24];
	}
	for (; n > 0; n--)
		crc = crc >> 8 ^ table[0][(crc ^ *b++) & 255];
	return ~crc;
}

static void
table_init(void)
{
	uint32_t crc;
	int i, j;

	for (i = 0; i < 256; i++) {
		crc = (uint32_t)i;
		for (j = 0; j < 8; j++)
			crc = crc >> 1 ^ (crc & 1 ? POLYNOMIAL : 0);
		table[0][i] = crc;
	}
	for (i = 0; i < 256; i++)
		for (j = 1; j < 8; j++)
			table[j][i] = table[j - 1][i] >> 8 ^ table[0][table[j - 1][i] & 255];
}

static struct crc32c_variant variants[] = {
#if defined(__x86_64__)
    {"sse4.2 three streams, pclmul", crc32c_update_clmul, 0},
    {"sse4.2", crc32c_update_sse42, 0},
#elif defined(__aarch64__)
    {"arm64 crc three streams", crc32c_update_arm, 0},
#endif
    {"slicing by 8", update_table, 1},
};
static uint32_t (*chosen)(uint32_t, const void *, size_t);

__attribute__((constructor)) static void
choose(void)
{
	size_t i;

	table_init();
#if defined(__x86_64__) || defined(__aarch64__)
	for (i = 0; i + 1 < sizeof(variants) / sizeof(variants[0]); i++)
		variants[i].usable = crc32c_cpu_has((int)i);
#endif
	for (i = 0; !variants[i].usable; i++)
		;
	chosen = variants[i].update;
}

uint32_t
crc32c_update(uint32_t crc, const void *p, size_t n)
{
	return chosen(crc, p, n);
}

const struct crc32c_variant *
crc32c_variant(int i)
{
	return i >= 0 && (size_t)i < sizeof(variants) / sizeof(variants[0]) ? &variants[i] : NULL;
}
