/* SPDX-License-Identifier: ISC */
/* print-params.c - prints tbl/params.h as the shipped configuration file, or as the list in
 * odradek.conf(5). Runs at `make regen-conf` only, and in the test that both are current.  Paths
 * are those of a package, whatever this build was configured for; `make install` puts the right
 * ones in. */
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#undef STATEDIR
#undef RUNDIR
#define STATEDIR "/var/lib/odradek"
#define RUNDIR "/run/odradek"

struct row {
	const char *section, *name, *type, *def;
	double min, max;
	const char *unit, *when, *text;
};

static const struct row rows[] = {
#define PARAM_SECTION(title) {.section = title},
#define PARAM(field, name, type, def, min, max, unit, when, text) \
	{NULL, name, #type, def, (double)(min), (double)(max), unit, #when, text},
#include "tbl/params.h"
};

static const char *
when_text(const char *when)
{
	if (strcmp(when, "RESTART") == 0)
		return "read at start";
	if (strcmp(when, "RELOAD") == 0)
		return "changed by reload";
	return "changed by reload and by clients";
}

static int
is_words(const struct row *r)
{
	return strcmp(r->type, "ENUM") == 0 || strcmp(r->type, "FLAGS") == 0;
}

/* "a whole number, 1 or more, in ms" */
static void
kind(const struct row *r, char *buf, size_t n)
{
	char words[256];
	size_t o = 0;
	const char *p;

	if (is_words(r)) {
		for (p = r->unit; *p != '\0' && o + 3 < sizeof(words); p++) {
			words[o++] = *p;
			if (*p == ',')
				words[o++] = ' ';
		}
		words[o] = '\0';
		snprintf(
		    buf, n, "%s %s", strcmp(r->type, "ENUM") == 0 ? "one of" : "any of", words);
	} else if (strncmp(r->type, "INT", 3) == 0) {
		if (r->min < -2147483646)
			o = (size_t)snprintf(buf, n, "a number");
		else if (r->max >=
			 (strcmp(r->type, "INT32") == 0 ? (double)INT32_MAX : (double)INT64_MAX))
			o = (size_t)snprintf(buf, n, "a number from %.0f", r->min);
		else
			o = (size_t)snprintf(buf, n, "a number from %.0f to %.0f", r->min, r->max);
		if (*r->unit != '\0')
			snprintf(buf + o, n - o, ", in %s", r->unit);
	} else if (strcmp(r->type, "DOUBLE") == 0) {
		snprintf(buf, n, "a number from %g to %g", r->min, r->max);
	} else if (strcmp(r->type, "BOOL") == 0) {
		snprintf(buf, n, "true or false");
	} else {
		snprintf(buf, n, "%s",
		    strcmp(r->type, "LIST") == 0 ? "a list, separated by commas" : "a text");
	}
}

/* Comment lines of at most 78 columns. */
static void
wrap(const char *text)
{
	size_t column = 0, len;

	while (*text != '\0') {
		len = strcspn(text, " ");
		if (column == 0 || column + 1 + len > 78) {
			printf("%s# %.*s", column > 0 ? "\n" : "", (int)len, text);
			column = 2 + len;
		} else {
			printf(" %.*s", (int)len, text);
			column += 1 + len;
		}
		text += len;
		text += strspn(text, " ");
	}
	printf("\n");
}

static void
print_conf(void)
{
	const struct row *r;
	char buf[512], line[1024];
	size_t i;

	printf("# odradek.conf - settings of odradekd; see odradek.conf(5).\n"
	       "# Everything here is commented out at its default: the daemon needs none of it.\n"
	       "# `odradekd -n` checks this file, `odradekd -nv` prints what is in effect, and\n"
	       "# `systemctl reload odradek` makes changes effective where a reload is enough.\n");
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = &rows[i];
		if (r->section != NULL) {
			printf("\n\n## %s\n", r->section);
			continue;
		}
		printf("\n");
		wrap(r->text);
		kind(r, buf, sizeof(buf));
		snprintf(line, sizeof(line), "(%s; %s%s)", buf, when_text(r->when),
		    r->def == NULL ? "; not set" : "");
		wrap(line);
		printf("#%s =%s%s\n", r->name, r->def != NULL ? " " : "",
		    r->def != NULL ? r->def : "");
	}
}

/* A sentence per line, and nothing that mdoc would take for a request. */
static void
print_sentences(const char *text)
{
	for (; *text != '\0'; text++) {
		if (text[0] == '.' && text[1] == ' ') {
			printf(".\n");
			text++;
		} else if (*text == '\\') {
			printf("\\e");
		} else {
			putchar(*text);
		}
	}
	printf("\n");
}

static void
print_man(void)
{
	const struct row *r;
	char buf[512];
	size_t i;
	int open = 0;

	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		r = &rows[i];
		if (r->section != NULL) {
			printf("%s.Ss %s\n.Bl -tag -width Ds\n", open ? ".El\n" : "", r->section);
			open = 1;
			continue;
		}
		printf(".It Ic %s Ns No = Ns Ar value\n", r->name);
		print_sentences(r->text);
		kind(r, buf, sizeof(buf));
		printf("It is %s,\n", buf);
		if (r->def == NULL)
			printf("by default not set;\n");
		else
			printf("by default\n.Ql %s ;\n", r->def);
		printf("%s.\n", when_text(r->when));
	}
	printf(".El\n");
}

int
main(int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "conf") == 0) {
		print_conf();
	} else if (argc == 2 && strcmp(argv[1], "man") == 0) {
		print_man();
	} else {
		fprintf(stderr, "usage: print-params conf|man\n");
		return 2;
	}
	return 0;
}
