/* SPDX-License-Identifier: ISC */
/* vectors-t.c - messages that other code encoded (vectors-make): we read in them what it meant, and
 * write the same bytes. */
#include "config.h"

#include "t/proto/support.h"
#include "t/tap/tap.h"

#include <stdio.h>
#include <stdlib.h>

static struct msg_arena arena;

static const struct msg_table *
table(const char *name)
{
	for (const struct msg_table *const *t = msg_tables; *t != NULL; t++)
		if (strcmp((*t)->name, name) == 0)
			return *t;
	return NULL;
}

/* Encodes again; record data are zero bytes in the vectors. */
static int
same_bytes(
    const struct msg_table *t, int version, const void *root, const uint8_t *want, size_t len)
{
	struct msg_splice v[64];
	struct msg_splices sp = {v, 0, 64, 0};
	struct wire_out out;
	size_t from = 0, at = 0;
	int good;

	wire_out_init(&out, 1 << 20);
	good = msg_encode(t, version, root, &out, &sp) == 0 && out.len + (size_t)sp.bytes == len;
	for (int i = 0; good && i < sp.n; i++) {
		good = memcmp(out.base + from, want + at, v[i].out_off - from) == 0;
		at += v[i].out_off - from + (size_t)v[i].len;
		from = v[i].out_off;
	}
	good = good && (out.len == from || memcmp(out.base + from, want + at, out.len - from) == 0);
	wire_out_fini(&out);
	return good;
}

static void
one(const char *name, int version, const char *hex, const char *want)
{
	const struct msg_table *t = table(name);
	struct wire_in in;
	uint8_t *bytes;
	size_t len;
	char *text;
	int error;

	if (t == NULL) {
		ok(0, "there is a table for %s", name);
		return;
	}
	bytes = unhex(strcmp(hex, "-") == 0 ? "" : hex, &len);
	wire_in_mem(&in, bytes, len);
	msg_arena_reset(&arena);
	error = msg_decode(t, version, &in, &arena);
	if (ok(error == 0, "%s v%d decodes: %s", name, version, msg_strerror(error))) {
		text = dump_message(t, msg_root(&arena));
		is_string(want, text, "%s v%d says what was meant", name, version);
		free(text);
		ok(same_bytes(t, version, msg_root(&arena), bytes, len),
		    "%s v%d encodes to the same bytes", name, version);
	}
	free(bytes);
}

int
main(void)
{
	const char *src = getenv("srcdir");
	char path[4096], *line = NULL;
	size_t size = 0;
	FILE *f;

	snprintf(path, sizeof(path), "%s/t/proto/vectors.txt", src != NULL ? src : ".");
	if ((f = fopen(path, "r")) == NULL)
		bail("could not open \"%s\"", path);
	if (msg_arena_init(&arena, 1 << 20) == -1)
		bail("no address space");
	while (getline(&line, &size, f) > 0) {
		char *name = strtok(line, " \n"), *version = strtok(NULL, " \n");
		char *hex = strtok(NULL, " \n"), *text = strtok(NULL, "\n");

		if (text != NULL && name[0] != '#')
			one(name, atoi(version), hex, text);
	}
	fclose(f);
	free(line);
	msg_arena_fini(&arena);
	return done_testing();
}
