/* SPDX-License-Identifier: ISC */
/* config_file.c - settings from a file, from the command line, and as text between processes.
 * Runs in the supervisor (file, command line, -nv) and in its children (text). */
#include "config.h"

#include "odradek/base/config.h"

#include "odradek/base/fdutil.h"
#include "odradek/base/xalloc.h"

#include "config_priv.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FILE_MAX = 1 << 20 };

/* In place. */
static char *
trim(char *s)
{
	size_t n;

	while (isspace((unsigned char)*s))
		s++;
	for (n = strlen(s); n > 0 && isspace((unsigned char)s[n - 1]);)
		s[--n] = '\0';
	return s;
}

/* One setting of the static layer; where is "file:line" or "-o".  seen has the line of each that
 * this file had already. */
static int
set_static(struct config *c, const char *where, const char *file, int line, int *seen, char *name,
    char *value, struct config_err *err)
{
	struct config_err detail = {0};
	const struct config_row *row;
	const char *hint;
	char expected[384];
	int id;

	id = config_find(name);
	if (id == -1) {
		hint = config_foreign(name);
		if (hint != NULL)
			config_err_add(err,
			    "%s: \"%s\" is a setting of Kafka's that Odradek does not have: %s",
			    where, name, hint);
		else if ((hint = config_nearest(name)) != NULL)
			config_err_add(err, "%s: unknown setting \"%s\": did you mean \"%s\"?",
			    where, name, hint);
		else
			config_err_add(
			    err, "%s: unknown setting \"%s\": see odradek.conf(5)", where, name);
		return -1;
	}
	row = config_row((enum config_id)id);
	/* an empty value takes a setting without a default away, as in the printed form */
	if (*value == '\0' && row->def == NULL)
		value = NULL;
	if (value != NULL && config_parse_value(row, value, NULL, &detail) == -1) {
		config_expected(row, expected, sizeof(expected));
		config_err_add(err, "%s: %s = %s: expected %s", where, name, value, expected);
		return -1;
	}
	if (seen != NULL && seen[id] != 0) {
		config_err_add(err, "%s: \"%s\" is set already in line %d: remove one of them",
		    where, name, seen[id]);
		return -1;
	}
	if (seen != NULL)
		seen[id] = line;
	if (file != NULL && c->origin[id][LAYER_STATIC].text != NULL &&
	    c->origin[id][LAYER_STATIC].file == NULL)
		return 0; /* the command line wins */
	config_put(c, LAYER_STATIC, (enum config_id)id, value, file, line);
	config_recompute(c, (enum config_id)id);
	return 0;
}

/* Splits "name = value"; NULL if there is no =. */
static char *
split(char *text)
{
	char *eq = strchr(text, '=');

	if (eq == NULL)
		return NULL;
	*eq = '\0';
	return trim(eq + 1);
}

/* Takes the next logical line from *p: physical lines that end with a backslash continue. */
static char *
next_line(char **p, int *line, int *lines)
{
	char *start = *p, *in = *p, *out = *p, *end;
	size_t n, slashes;

	if (*in == '\0')
		return NULL;
	*line += *lines;
	*lines = 0;
	for (;;) {
		end = strchrnul(in, '\n');
		++*lines;
		n = (size_t)(end - in);
		if (n > 0 && in[n - 1] == '\r')
			n--;
		for (slashes = 0; slashes < n && in[n - 1 - slashes] == '\\'; slashes++)
			;
		if (slashes % 2 == 0 || *end == '\0')
			break;
		memmove(out, in, n - 1);
		out += n - 1;
		for (in = end + 1; *in == ' ' || *in == '\t'; in++)
			;
	}
	memmove(out, in, n);
	out += n;
	*p = *end == '\0' ? end : end + 1;
	*out = '\0';
	return trim(start);
}

int
config_load(struct config *c, const char *path, struct config_err *err)
{
	char *text, *p, *s, *value, where[1024];
	int line = 1, lines = 0, before = err->count, seen[CONFIG_COUNT] = {0};
	size_t n;

	text = read_file_at(AT_FDCWD, path, FILE_MAX, &n);
	if (text == NULL) {
		config_err_add(err, "could not read \"%s\": %s", path, strerror(errno));
		return -1;
	}
	if (memchr(text, '\0', n) != NULL)
		config_err_add(err, "%s: not a text file: it has a NUL", path);
	for (p = text; err->count < 20 && (s = next_line(&p, &line, &lines)) != NULL;) {
		if (*s == '\0' || *s == '#' || *s == '!')
			continue;
		snprintf(where, sizeof(where), "%s:%d", path, line);
		value = split(s);
		if (value == NULL)
			config_err_add(err, "%s: \"%.60s\": expected \"name = value\"", where, s);
		else
			set_static(c, where, path, line, seen, trim(s), value, err);
	}
	free(text);
	return err->count == before ? 0 : -1;
}

int
config_set_arg(struct config *c, const char *arg, struct config_err *err)
{
	char *text = xstrdup(arg), *value;
	int r = -1;

	value = split(text);
	if (value == NULL)
		config_err_add(err, "-o %s: expected -o name=value", arg);
	else
		r = set_static(c, "-o", NULL, 0, NULL, trim(text), value, err);
	free(text);
	return r;
}

/* A growing text. */
struct text {
	char *p;
	size_t n, size;
};

static void append(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void
append(struct text *t, const char *fmt, ...)
{
	va_list ap;
	char *s;
	size_t n;

	va_start(ap, fmt);
	s = xvasprintf(fmt, ap);
	va_end(ap);
	n = strlen(s);
	if (t->n + n + 1 > t->size) {
		t->size = (t->n + n + 1) * 2;
		t->p = xrealloc(t->p, t->size);
	}
	memcpy(t->p + t->n, s, n + 1);
	t->n += n;
	free(s);
}

/* One line per value that is not a default: layer, origin line, origin file, name=value; separated
 * by tabs, which come neither in names nor, since they are replaced, in file names. */
char *
config_to_text(const struct config *c)
{
	const struct config_origin *o;
	struct text t = {0};
	char *file, *tab;
	int i, layer;

	append(&t, "%s", "");
	for (i = 0; i < CONFIG_COUNT; i++) {
		for (layer = LAYER_STATIC; layer < LAYER_COUNT; layer++) {
			o = &c->origin[i][layer];
			if (o->text == NULL)
				continue;
			file = xstrdup(o->file != NULL ? o->file : "");
			while ((tab = strpbrk(file, "\t\n")) != NULL)
				*tab = '?';
			append(&t, "%d\t%d\t%s\t%s=%s\n", layer, o->line, file,
			    config_row((enum config_id)i)->name, o->text);
			free(file);
		}
	}
	return t.p;
}

/* One line of config_to_text; -1 if it is not one. */
static int
take_line(struct config *c, char *s, int seen[CONFIG_COUNT][LAYER_COUNT], struct config_err *err)
{
	char *file, *name, *value;
	long layer, line;
	int id;

	layer = strtol(s, &s, 10);
	if (*s++ != '\t' || layer <= LAYER_DEFAULT || layer >= LAYER_COUNT)
		return -1;
	line = strtol(s, &s, 10);
	if (*s++ != '\t' || line < 0 || line > FILE_MAX)
		return -1;
	file = s;
	name = strchr(file, '\t');
	if (name == NULL)
		return -1;
	*name++ = '\0';
	value = strchr(name, '=');
	if (value == NULL)
		return -1;
	*value++ = '\0';
	id = config_find(name);
	if (id == -1)
		return -1;
	if (config_parse_value(config_row((enum config_id)id), value, NULL, err) == -1)
		return 0; /* said in err */
	config_put(c, (enum config_layer)layer, (enum config_id)id, value,
	    *file != '\0' ? file : NULL, (int)line);
	seen[id][layer] = 1;
	return 0;
}

int
config_from_text(struct config *c, const char *text, struct config_err *err)
{
	int seen[CONFIG_COUNT][LAYER_COUNT] = {{0}};
	char *copy = xstrdup(text), *p, *s, *end;
	int before = err->count, i, layer;

	for (p = copy; *p != '\0'; p = end) {
		s = p;
		end = strchrnul(p, '\n');
		if (*end != '\0')
			*end++ = '\0';
		if (take_line(c, s, seen, err) == -1)
			config_err_add(err, "not a line of a configuration: \"%.80s\"", s);
	}
	for (i = 0; i < CONFIG_COUNT; i++) {
		for (layer = LAYER_STATIC; layer < LAYER_COUNT; layer++)
			if (!seen[i][layer])
				config_put(
				    c, (enum config_layer)layer, (enum config_id)i, NULL, NULL, 0);
		config_recompute(c, (enum config_id)i);
	}
	free(copy);
	return err->count == before ? 0 : -1;
}

static void
print_origin(const struct config *c, enum config_id id, struct text *t)
{
	enum config_layer layer = config_layer_of(c, id);
	const struct config_origin *o = &c->origin[id][layer];

	switch (layer) {
	case LAYER_STATIC:
		if (o->file != NULL)
			append(t, "# %s:%d\n", o->file, o->line);
		else
			append(t, "# command line\n");
		break;
	case LAYER_DYNAMIC_DEFAULT:
		append(t, "# set by a client for all nodes\n");
		break;
	case LAYER_DYNAMIC_NODE:
		append(t, "# set by a client for this node\n");
		break;
	default:
		append(t, "# default\n");
	}
}

char *
config_print(const struct config *c)
{
	const char *value;
	struct text t = {0};
	char buf[4096];
	int i;

	append(&t, "# The effective configuration; above each setting, where it comes from.\n");
	for (i = 0; i < CONFIG_COUNT; i++) {
		value = config_render_value(config_row((enum config_id)i), c, buf, sizeof(buf));
		print_origin(c, (enum config_id)i, &t);
		append(&t, "%s = %s\n", config_row((enum config_id)i)->name,
		    value != NULL ? value : "");
	}
	return t.p;
}
