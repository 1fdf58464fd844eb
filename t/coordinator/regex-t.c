/* SPDX-License-Identifier: ISC */
/*
 * regex-t.c - regular expressions that clients send: what they match, what is refused, and that
 * none takes long.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odradek/base/xalloc.h"
#include "regex.h"
#include "t/tap/tap.h"

static void
matches(const char *pattern, const char *text, int want)
{
	const char *fault;
	struct regex *re = regex_compile(pattern, &fault);

	if (!ok(re != NULL, "%s is good", pattern)) {
		diag("%s", fault);
		return;
	}
	is_int(want, regex_match(re, text, strlen(text)), "%s on %s", pattern, text);
	regex_free(&re);
}

/* The texts are those of Kafka 4.1, which has them from RE2/J. */
static void
refused(const char *pattern, const char *why)
{
	const char *fault = NULL;
	struct regex *re = regex_compile(pattern, &fault);

	ok(re == NULL, "%s is refused", pattern);
	is_string(why, fault == NULL ? "" : fault, "%s: why", pattern);
	regex_free(&re);
}

static void
costs(const char *pattern, const char *text)
{
	const char *fault;
	struct regex *re = regex_compile(pattern, &fault);
	struct timespec from, to;
	int r;

	if (re == NULL) {
		ok(1, "%.40s is refused: %s", pattern, fault);
		return;
	}
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &from);
	r = regex_match(re, text, strlen(text));
	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &to);
	ok(r == REGEX_NO || r == REGEX_YES || r == REGEX_TOO_COSTLY, "%.40s comes to an end",
	    pattern);
	diag("%.40s: %d in %.2f ms", pattern, r,
	    (double)(to.tv_sec - from.tv_sec) * 1e3 + (double)(to.tv_nsec - from.tv_nsec) / 1e6);
	regex_free(&re);
}

int
main(void)
{
	char text[250], *deep = xmalloc(100001);

	matches("foo", "foo", REGEX_YES);
	matches("foo", "foobar", REGEX_NO);
	matches("foo", "xfoo", REGEX_NO);
	matches("foo|foobar", "foobar", REGEX_YES);
	matches("foo.*", "foobar", REGEX_YES);
	matches("foo.*?", "foobar", REGEX_YES);
	matches("(foo|bar)+", "foobarfoo", REGEX_YES);
	matches("(a+)+b", "aaaaaaaaab", REGEX_YES);
	matches("(?:x|y){2,3}", "xyx", REGEX_YES);
	matches("(?:x|y){2,3}", "xyxy", REGEX_NO);
	matches("(?i)FOO", "foo", REGEX_YES);
	matches("(?P<name>a|b)c", "bc", REGEX_YES);
	matches("[[:alpha:]_]+[^0-9]", "ab_c", REGEX_YES);
	matches("[^]a]", "b", REGEX_YES);
	matches("\\Qa.b\\E.", "a.bc", REGEX_YES);
	matches("\\Qa.b\\E.", "axbc", REGEX_NO);
	matches("\\d{4}-\\w+", "2026-topic", REGEX_YES);
	matches("^foo$", "foo", REGEX_YES);
	matches("a{,3}", "a{,3}", REGEX_YES);
	matches("x*", "", REGEX_YES);
	matches("\\.", ".", REGEX_YES);

	refused("(a", "missing closing )");
	refused("a)", "unexpected )");
	refused("[a", "missing closing ]");
	refused("[z-a]", "invalid character class range");
	refused("*a", "missing argument to repetition operator");
	refused("a**", "invalid nested repetition operator");
	refused("a++", "invalid nested repetition operator");
	refused("a{1001}", "invalid repeat count");
	refused("a{3,2}", "invalid repeat count");
	refused("a\\", "trailing backslash at end of expression");
	refused("(a)\\1", "invalid escape sequence");
	refused("\\k<x>", "invalid escape sequence");
	refused("(?=a)", "invalid or unsupported Perl syntax");
	refused("(?!a)b", "invalid or unsupported Perl syntax");
	refused("(?<=a)b", "invalid named capture");
	refused("(?>a)b", "invalid or unsupported Perl syntax");
	refused("(?R)", "invalid or unsupported Perl syntax");
	refused("(?P<n", "invalid named capture");
	refused("(*ACCEPT)", "missing argument to repetition operator");

	memset(text, 'a', 249);
	text[249] = '\0';
	costs("(a+)+[bc]", text);
	costs("(a*)*[bc]", text);
	costs("(a|aa)+[bc]", text);
	costs("(.*.*.*.*.*.*.*.*.*.*)[bc]", text);
	costs("(a?){1000}[bc]", text);
	costs("((a{100}){100}){100}", text);
	costs("(x+x+)+y|(a|a|a|a|a)*[bc]", text);
	memset(deep, '(', 50000);
	memset(deep + 50000, ')', 50000);
	deep[100000] = '\0';
	costs(deep, text);
	memset(deep, 'a', 100000);
	costs(deep, text);
	for (int i = 0; i < 100000; i += 2)
		memcpy(deep + i, "a?", 2);
	deep[8000] = '\0';
	costs(deep, text);
	free(deep);
	return done_testing();
}
