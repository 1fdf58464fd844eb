/* SPDX-License-Identifier: ISC */
/* json.c - JSON on standard output. */
#include "config.h"

#include <inttypes.h>

#include "odradek.h"

#define DEPTH 16

static char open_bracket[DEPTH];
static int depth, members; /* members: of the innermost one so far, 0 or more */

static void
text(const char *s)
{
	putchar('"');
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < 0x20)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void
member(const char *key)
{
	if (members++ > 0)
		putchar(',');
	if (depth > 0)
		printf("\n%*s", depth * 2, "");
	if (key != NULL) {
		text(key);
		fputs(": ", stdout);
	}
}

void
json_begin(const char *key, char bracket)
{
	member(key);
	putchar(bracket);
	open_bracket[depth++] = bracket;
	members = 0;
}

void
json_end(void)
{
	depth--;
	if (members > 0)
		printf("\n%*s", depth * 2, "");
	putchar(open_bracket[depth] == '{' ? '}' : ']');
	members = 1;
	if (depth == 0) {
		putchar('\n');
		members = 0;
	}
}

void
json_text(const char *key, const char *value)
{
	if (value == NULL) {
		json_null(key);
		return;
	}
	member(key);
	text(value);
}

void
json_number(const char *key, int64_t value)
{
	member(key);
	printf("%" PRId64, value);
}

void
json_bool(const char *key, bool value)
{
	member(key);
	fputs(value ? "true" : "false", stdout);
}

void
json_null(const char *key)
{
	member(key);
	fputs("null", stdout);
}
