/* SPDX-License-Identifier: ISC */
/* fuzz.h - what a fuzz target gives: libFuzzer's entry point, and inputs to start from. */
#ifndef T_FUZZ_FUZZ_H
#define T_FUZZ_FUZZ_H

#include <stddef.h>
#include <stdint.h>

extern const char fuzz_name[];

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
/* Input i of those that the target can make itself; its size, 0 behind the last. */
size_t fuzz_seed(unsigned i, uint8_t *buf, size_t max);

#endif
