/* SPDX-License-Identifier: ISC */
/* table.c - columns for people: as wide as their widest cell. */
#include "config.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "odradek.h"
#include "odradek/base/xalloc.h"

static void
add(struct table *t, char *text)
{
	if (t->cells == t->cap) {
		t->cap = t->cap > 0 ? t->cap * 2 : 64;
		t->cell = xreallocarray(t->cell, (size_t)t->cap, sizeof *t->cell);
	}
	t->cell[t->cells++] = text;
}

void
table_init(struct table *t, const char *const *headings, int columns)
{
	memset(t, 0, sizeof *t);
	t->columns = columns;
	for (int i = 0; i < columns; i++)
		add(t, xstrdup(headings[i]));
}

void
table_cell(struct table *t, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	add(t, xvasprintf(fmt, ap));
	va_end(ap);
}

/* Characters, not bytes: names may be in UTF-8. */
static int
width(const char *s)
{
	int n = 0;

	for (; *s != '\0'; s++)
		n += ((unsigned char)*s & 0xc0) != 0x80;
	return n;
}

void
table_print(struct table *t)
{
	int *wide = xcalloc((size_t)t->columns, sizeof *wide), cells = t->cells;

	for (int i = 0; i < cells; i++) {
		bool heading = i < t->columns;
		int w = width(t->cell[i]) - (heading && t->cell[i][0] == '>');

		if (w > wide[i % t->columns])
			wide[i % t->columns] = w;
	}
	for (int i = 0; i < cells; i++) {
		int column = i % t->columns;
		bool right = t->cell[column][0] == '>';
		const char *text = t->cell[i] + (i < t->columns && right);
		int pad = wide[column] - width(text);

		printf("%s%*s%s", column > 0 ? "  " : "", right ? pad : 0, "", text);
		if (column == t->columns - 1)
			putchar('\n');
		else if (!right)
			printf("%*s", pad, "");
	}
	for (int i = 0; i < cells; i++)
		free(t->cell[i]);
	free(t->cell);
	free(wide);
	memset(t, 0, sizeof *t);
}
