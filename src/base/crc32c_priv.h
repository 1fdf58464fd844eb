/* SPDX-License-Identifier: ISC */
/* crc32c_priv.h - between crc32c.c and the variants for a processor. */
#ifndef BASE_CRC32C_PRIV_H
#define BASE_CRC32C_PRIV_H
#include <stddef.h>
#include <stdint.h>

/* Product of two reflected polynomials modulo the one of CRC-32C; x^n modulo it. */
uint32_t crc32c_multiply(uint32_t a, uint32_t b);
uint32_t crc32c_power(uint64_t n);
/* Whether this processor has what variant i of the architecture's list needs.  Called once, first:
 * may prepare. */
int crc32c_cpu_has(int i);

#if defined(__x86_64__)
uint32_t crc32c_update_clmul(uint32_t crc, const void *p, size_t n);
uint32_t crc32c_update_sse42(uint32_t crc, const void *p, size_t n);
#elif defined(__aarch64__)
uint32_t crc32c_update_arm(uint32_t crc, const void *p, size_t n);
#endif

#endif
