/* SPDX-License-Identifier: ISC */
/* tap.c - see tap.h.  Output is line-buffered so that a crash shows the last finished test. */
#include "tap.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static unsigned planned, run, failed;

static void
start(void)
{
	static int done;

	if (!done)
		setvbuf(stdout, NULL, _IOLBF, 0);
	done = 1;
}

void
plan(unsigned n)
{
	start();
	planned = n;
	if (n > 0)
		printf("1..%u\n", n);
}

int
done_testing(void)
{
	start();
	if (planned == 0)
		printf("1..%u\n", run);
	if (failed > 0)
		diag("%u of %u failed", failed, run);
	return failed > 0 || (planned > 0 && planned != run);
}

void
skip_all(const char *fmt, ...)
{
	va_list ap;

	start();
	printf("1..0 # SKIP ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	exit(0);
}

static int
report(int cond, const char *fmt, va_list ap)
{
	start();
	run++;
	if (!cond)
		failed++;
	printf("%sok %u", cond ? "" : "not ", run);
	if (fmt != NULL) {
		printf(" - ");
		vprintf(fmt, ap);
	}
	printf("\n");
	return cond;
}

int
ok(int cond, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = report(cond, fmt, ap);
	va_end(ap);
	return r;
}

int
is_int(int64_t want, int64_t got, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = report(want == got, fmt, ap);
	va_end(ap);
	if (!r)
		diag("wanted %" PRId64 ", got %" PRId64, want, got);
	return r;
}

int
is_string(const char *want, const char *got, const char *fmt, ...)
{
	va_list ap;
	int r, same;

	same = want == NULL || got == NULL ? want == got : strcmp(want, got) == 0;
	va_start(ap, fmt);
	r = report(same, fmt, ap);
	va_end(ap);
	if (!r)
		diag("wanted \"%s\", got \"%s\"", want ? want : "(null)", got ? got : "(null)");
	return r;
}

int
is_blob(const void *want, const void *got, size_t n, const char *fmt, ...)
{
	const unsigned char *w = want, *g = got;
	va_list ap;
	size_t i;
	int r;

	for (i = 0; i < n && w[i] == g[i]; i++)
		;
	va_start(ap, fmt);
	r = report(i == n, fmt, ap);
	va_end(ap);
	if (!r)
		diag("byte %zu: wanted %02x, got %02x", i, w[i], g[i]);
	return r;
}

void
skip(const char *why, unsigned n)
{
	while (n-- > 0) {
		start();
		run++;
		printf("ok %u # skip %s\n", run, why);
	}
}

void
diag(const char *fmt, ...)
{
	va_list ap;

	start();
	printf("# ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
}

void
bail(const char *fmt, ...)
{
	va_list ap;

	start();
	printf("Bail out! ");
	va_start(ap, fmt);
	vprintf(fmt, ap);
	va_end(ap);
	printf("\n");
	exit(255);
}
