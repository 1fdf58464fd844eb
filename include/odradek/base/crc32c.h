/* SPDX-License-Identifier: ISC */
/* crc32c.h - CRC-32C (Castagnoli), the checksum of record batches and producer snapshots.
 * The fastest variant for the processor is chosen at the first call.  Used in: all processes. */
#ifndef ODRADEK_BASE_CRC32C_H
#define ODRADEK_BASE_CRC32C_H
#include <stddef.h>
#include <stdint.h>

/* Finalised value in and out; start with 0.  crc32c_update(0, "123456789", 9) is 0xE3069283, and
 * crc32c_update(crc32c_update(0, a, n), b, m) is the value of a followed by b. */
uint32_t crc32c_update(uint32_t crc, const void *p, size_t n);
/* The value of A followed by B, from the values of A and of B and the length of B. */
uint32_t crc32c_combine(uint32_t crc_a, uint32_t crc_b, uint64_t len_b);

/* For tests and benchmarks: variant i, or NULL behind the last; usable says whether this processor
 * has it. */
struct crc32c_variant {
	const char *name;
	uint32_t (*update)(uint32_t crc, const void *p, size_t n);
	int usable;
};
const struct crc32c_variant *crc32c_variant(int i);

#endif
