/* SPDX-License-Identifier: ISC */
/* kerr.c - names and texts of Kafka's error codes.  Used in: every process. */
#include "config.h"

#include <stddef.h>

#include "odradek/proto/kerr.h"

static const struct row {
	const char *name;
	const char *text;
	int retriable;
} rows[] = {
#define KERR(code, name, retriable, text) [code + 1] = {#name, text, retriable},
#include "tbl/kerrors.h"
#undef KERR
};

static const struct row *
row(int code)
{
	const struct row *r;

	if (code < -1 || code + 1 >= (int)(sizeof(rows) / sizeof(rows[0])))
		return &rows[0];
	r = &rows[code + 1];
	return r->name == NULL ? &rows[0] : r;
}

const char *
kerr_name(int code)
{
	return row(code)->name;
}

const char *
kerr_text(int code)
{
	return row(code)->text;
}

int
kerr_retriable(int code)
{
	return row(code)->retriable;
}
