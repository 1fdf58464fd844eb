/* SPDX-License-Identifier: ISC */
/* tap.h - the little of the Test Anything Protocol that our C tests need. */
#ifndef TAP_TAP_H
#define TAP_TAP_H
#include <stddef.h>
#include <stdint.h>

/* Announces n tests; 0 means "announced at the end" by done_testing(). */
void plan(unsigned n);
/* Prints the count if plan() was not called, and returns the exit code for main(). */
int done_testing(void);
/* Ends the program: nothing here can run. */
void skip_all(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
/* Each returns whether it passed.  fmt may be NULL. */
int ok(int cond, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
int is_int(int64_t want, int64_t got, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
int is_string(const char *want, const char *got, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int is_blob(const void *want, const void *got, size_t n, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));
void skip(const char *why, unsigned n);
void diag(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void bail(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));

#endif
