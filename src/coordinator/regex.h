/* SPDX-License-Identifier: ISC */
/*
 * regex.h - regular expressions that clients subscribe by.  Private to src/coordinator/.
 *
 * Kafka's brokers use RE2/J.  What RE2 does not have (back references, looking around, atomic
 * groups, recursion) is refused here, too, so that a pattern means the same on both.
 */
#ifndef ODRADEK_REGEX_H
#define ODRADEK_REGEX_H

#include <stdbool.h>
#include <stddef.h>

struct regex;

/* NULL with *fault: what is wrong, without a full stop; static. */
struct regex *regex_compile(const char *pattern, const char **fault);
void regex_free(struct regex **re);

enum { REGEX_NO, REGEX_YES, REGEX_TOO_COSTLY };
/* Does the whole of text match?  Time and memory are bounded whatever the pattern is. */
int regex_match(const struct regex *re, const char *text, size_t len);

#endif
