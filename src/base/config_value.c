/* SPDX-License-Identifier: ISC */
/* config_value.c - texts to values and back, with Kafka's words for what is wrong.  Runs in every
 * process. Used for the daemon's own settings and for those of topics. */
#include "config.h"

#include "odradek/base/config.h"

#include "odradek/base/xalloc.h"

#include "config_priv.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

void
config_err_add(struct config_err *err, const char *fmt, ...)
{
	size_t n = err->count == 0 ? 0 : strlen(err->text);
	va_list ap;

	if (n > 0 && n + 1 < sizeof(err->text))
		err->text[n++] = '\n';
	va_start(ap, fmt);
	vsnprintf(err->text + n, sizeof(err->text) - n, fmt, ap);
	va_end(ap);
	err->count++;
}

int
config_word_index(const char *words, const char *word, size_t len)
{
	const char *end;
	int i;

	for (i = 0;; i++, words = end + 1) {
		end = strchrnul(words, ',');
		if ((size_t)(end - words) == len && memcmp(words, word, len) == 0)
			return i;
		if (*end == '\0')
			return -1;
	}
}

/* "a,b" as "a, b". */
static const char *
spaced(const char *words, char *buf, size_t n)
{
	size_t o = 0;

	for (; *words != '\0' && o + 3 < n; words++) {
		buf[o++] = *words;
		if (*words == ',')
			buf[o++] = ' ';
	}
	buf[o] = '\0';
	return buf;
}

static void invalid(const struct config_row *row, const char *value, struct config_err *err,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

static void
invalid(
    const struct config_row *row, const char *value, struct config_err *err, const char *fmt, ...)
{
	char why[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(why, sizeof(why), fmt, ap);
	va_end(ap);
	config_err_add(err, "Invalid value %s for configuration %s: %s", value, row->name, why);
}

static const char *
type_name(enum config_type type)
{
	switch (type) {
	case CONFIG_INT32:
		return "INT";
	case CONFIG_INT64:
		return "LONG";
	default:
		return "DOUBLE";
	}
}

/* 1 if v lies within; INT64_MAX as a double is one more than the greatest value, so it never
 * refuses. */
static int
within(const struct config_row *row, const char *value, double v, struct config_err *err)
{
	if (strcmp(row->name, "compression.gzip.level") == 0 && (v < -1 || v == 0 || v > 9))
		invalid(row, value, err, "Value must be between 1 and 9 or equal to -1");
	else if (v < row->min)
		invalid(row, value, err, "Value must be at least %.0f", row->min);
	else if (v > row->max)
		invalid(row, value, err, "Value must be no more than %.0f", row->max);
	else
		return 1;
	return 0;
}

static int
parse_integer(const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	long long v;
	char *end;
	int bad;

	errno = 0;
	v = strtoll(value, &end, 10);
	bad = errno != 0 || end == value || *end != '\0' || isspace((unsigned char)value[0]);
	if (row->type == CONFIG_INT32 && (v > INT32_MAX || v < INT32_MIN))
		bad = 1;
	if (bad) {
		invalid(row, value, err, "Not a number of type %s", type_name(row->type));
		return -1;
	}
	if (!within(row, value, (double)v, err))
		return -1;
	if (out != NULL && row->type == CONFIG_INT32)
		*(int32_t *)out = (int32_t)v;
	else if (out != NULL)
		*(int64_t *)out = v;
	return 0;
}

static int
parse_double(const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	char *end;
	double v;

	v = strtod(value, &end);
	if (end == value || *end != '\0' || isnan(v)) {
		invalid(row, value, err, "Not a number of type DOUBLE");
		return -1;
	}
	if (!within(row, value, v, err))
		return -1;
	if (out != NULL)
		*(double *)out = v;
	return 0;
}

static int
parse_bool(const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	int v = strcasecmp(value, "true") == 0;

	if (!v && strcasecmp(value, "false") != 0) {
		invalid(row, value, err, "Expected value to be either true or false");
		return -1;
	}
	if (out != NULL)
		*(int *)out = v;
	return 0;
}

/* The next item of a list, trimmed; *p moves behind it.  0 at the end. */
static int
next_item(const char **p, const char **item, size_t *len)
{
	const char *end;

	if (*p == NULL)
		return 0;
	*item = *p;
	end = strchrnul(*p, ',');
	*p = *end == ',' ? end + 1 : NULL;
	while (*item < end && isspace((unsigned char)**item))
		(*item)++;
	while (end > *item && isspace((unsigned char)end[-1]))
		end--;
	*len = (size_t)(end - *item);
	return 1;
}

static int
parse_list(const char *value, void *out)
{
	struct config_list l = {0, NULL};
	const char *item;
	size_t len;

	if (out == NULL)
		return 0;
	if (*value == '\0')
		value = NULL;
	while (next_item(&value, &item, &len)) {
		l.v = xreallocarray(l.v, (size_t)l.n + 1, sizeof(*l.v));
		l.v[l.n++] = xstrndup(item, len);
	}
	*(struct config_list *)out = l;
	return 0;
}

static int
parse_words(const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	char buf[256], found[256];
	const char *p = *value == '\0' ? NULL : value, *item;
	uint32_t mask = 0;
	size_t len;
	int i = -1;

	if (row->type == CONFIG_ENUM) {
		i = config_word_index(row->unit, value, strlen(value));
		if (i == -1) {
			invalid(row, value, err, "String must be one of: %s",
			    spaced(row->unit, buf, sizeof(buf)));
			return -1;
		}
		if (out != NULL)
			*(int32_t *)out = i;
		return 0;
	}
	while (next_item(&p, &item, &len)) {
		i = config_word_index(row->unit, item, len);
		if (i == -1) {
			snprintf(found, sizeof(found), "%.*s", (int)len, item);
			invalid(row, found, err, "String must be one of: %s",
			    spaced(row->unit, buf, sizeof(buf)));
			return -1;
		}
		mask |= 1u << i;
	}
	if (out != NULL)
		*(uint32_t *)out = mask;
	return 0;
}

/* partition:node pairs, or * */
static int
parse_replicas(const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	const char *p = *value == '\0' ? NULL : value, *item;
	size_t len, i;
	int colons;

	while (strcmp(value, "*") != 0 && next_item(&p, &item, &len)) {
		for (i = 0, colons = 0; i < len; i++) {
			if (item[i] == ':' && i > 0 && i + 1 < len)
				colons++;
			else if (!isdigit((unsigned char)item[i]))
				colons = 9;
		}
		if (colons != 1) {
			config_err_add(err,
			    "Invalid value [%s] for configuration %s: %s must be the literal '*' "
			    "or a list of "
			    "replicas in the following format: "
			    "[partitionId]:[brokerId],[partitionId]:[brokerId],...",
			    value, row->name, row->name);
			return -1;
		}
	}
	if (out != NULL)
		*(const char **)out = value;
	return 0;
}

static int
parse_trimmed(const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	const char *p;

	for (p = value; *p != '\0'; p++) {
		if ((unsigned char)*p < ' ' && *p != '\t') {
			invalid(row, "with a control character", err,
			    "Control characters are not allowed");
			return -1;
		}
	}
	switch (row->type) {
	case CONFIG_BOOL:
		return parse_bool(row, value, out, err);
	case CONFIG_INT32:
	case CONFIG_INT64:
		return parse_integer(row, value, out, err);
	case CONFIG_DOUBLE:
		return parse_double(row, value, out, err);
	case CONFIG_LIST:
		return parse_list(value, out);
	case CONFIG_ENUM:
	case CONFIG_FLAGS:
		return parse_words(row, value, out, err);
	case CONFIG_REPLICAS:
		return parse_replicas(row, value, out, err);
	case CONFIG_STRING:
		break;
	}
	if (out != NULL)
		*(char **)out = xstrdup(value);
	return 0;
}

int
config_parse_value(
    const struct config_row *row, const char *value, void *out, struct config_err *err)
{
	size_t n = strlen(value);
	char *copy;
	int r;

	/* trimmed already, as all that are stored: REPLICAS keeps the pointer */
	if (n == 0 || (!isspace((unsigned char)value[0]) && !isspace((unsigned char)value[n - 1])))
		return parse_trimmed(row, value, out, err);
	while (n > 0 && isspace((unsigned char)value[n - 1]))
		n--;
	while (n > 0 && isspace((unsigned char)*value))
		value++, n--;
	copy = xstrndup(value, n);
	r = parse_trimmed(row, copy, row->type == CONFIG_REPLICAS ? NULL : out, err);
	free(copy);
	if (r == 0 && out != NULL && row->type == CONFIG_REPLICAS)
		*(const char **)out = value;
	return r;
}

void
config_free_value(const struct config_row *row, void *base)
{
	void *at = (char *)base + row->offset;
	struct config_list *l = at;
	int i;

	if (row->type == CONFIG_STRING) {
		free(*(char **)at);
		*(char **)at = NULL;
	} else if (row->type == CONFIG_LIST) {
		for (i = 0; i < l->n; i++)
			free(l->v[i]);
		free(l->v);
		l->v = NULL;
		l->n = 0;
	}
}

/* The shortest text that means the same, with a fraction, as Java writes it. */
static void
render_double(double v, char *buf, size_t n)
{
	char *e, mantissa[64];
	int digits;

	for (digits = 1; digits <= 17; digits++) {
		snprintf(buf, n, "%.*g", digits, v);
		if (strtod(buf, NULL) == v)
			break;
	}
	e = strchr(buf, 'e');
	if (e != NULL) {
		snprintf(mantissa, sizeof(mantissa), "%.*s%s", (int)(e - buf), buf,
		    memchr(buf, '.', (size_t)(e - buf)) ? "" : ".0");
		digits = atoi(e + 1);
		snprintf(buf, n, "%sE%d", mantissa, digits);
	} else if (strchr(buf, '.') == NULL && isfinite(v)) {
		strncat(buf, ".0", n - strlen(buf) - 1);
	}
}

static void
render_list(const struct config_list *l, char *buf, size_t n)
{
	size_t o = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; i < l->n && o < n; i++)
		o += (size_t)snprintf(buf + o, n - o, "%s%s", i > 0 ? "," : "", l->v[i]);
}

static void
render_words(const struct config_row *row, uint32_t mask, char *buf, size_t n)
{
	const char *w = row->unit, *end;
	size_t o = 0;
	int i;

	buf[0] = '\0';
	for (i = 0; *w != '\0' && o < n; i++, w = *end == '\0' ? end : end + 1) {
		end = strchrnul(w, ',');
		if (mask >> i & 1)
			o += (size_t)snprintf(
			    buf + o, n - o, "%s%.*s", o > 0 ? "," : "", (int)(end - w), w);
	}
}

const char *
config_render_value(const struct config_row *row, const void *base, char *buf, size_t n)
{
	const void *at = (const char *)base + row->offset;
	const char *text;
	int64_t v;

	switch (row->type) {
	case CONFIG_BOOL:
		return *(const int *)at ? "true" : "false";
	case CONFIG_INT32:
	case CONFIG_INT64:
		v = row->type == CONFIG_INT32 ? *(const int32_t *)at : *(const int64_t *)at;
		if (row->def == NULL &&
		    v == (row->type == CONFIG_INT32 ? (int64_t)CONFIG_UNSET32 : CONFIG_UNSET))
			return NULL;
		snprintf(buf, n, "%" PRId64, v);
		return buf;
	case CONFIG_DOUBLE:
		render_double(*(const double *)at, buf, n);
		return buf;
	case CONFIG_STRING:
		return *(char *const *)at;
	case CONFIG_LIST:
		if (row->def == NULL && ((const struct config_list *)at)->n == 0)
			return NULL;
		render_list(at, buf, n);
		return buf;
	case CONFIG_ENUM:
		render_words(row, 1u << *(const int32_t *)at, buf, n);
		return buf;
	case CONFIG_FLAGS:
		render_words(row, *(const uint32_t *)at, buf, n);
		return buf;
	case CONFIG_REPLICAS:
		text = *(const char *const *)at;
		return text != NULL ? text : "";
	}
	return NULL;
}

/* The items of a list without the blanks around them. */
static void
join_trimmed(const char *text, char *buf, size_t n)
{
	size_t at = 0, len;

	for (const char *p = text;; p++) {
		p += strspn(p, " \t");
		for (len = strcspn(p, ","); len > 0 && (p[len - 1] == ' ' || p[len - 1] == '\t');
		     len--)
			;
		if (at + len + 2 > n)
			len = n - at - 2;
		memcpy(buf + at, p, len);
		at += len;
		p += strcspn(p, ",");
		if (*p == '\0' || at + 2 > n)
			break;
		buf[at++] = ',';
	}
	buf[at] = '\0';
}

const char *
config_canonical(const struct config_row *row, const char *text, char *buf, size_t n)
{
	union {
		int b;
		int32_t i32;
		int64_t i64;
		double d;
		char *s;
		struct config_list l;
	} v;
	struct config_row at_zero = *row;
	struct config_err err = {0};
	const char *r;

	memset(&v, 0, sizeof(v));
	at_zero.offset = 0;
	if (config_parse_value(&at_zero, text, &v, &err) == -1)
		return NULL;
	/* order and repetition of a list are the user's */
	if (row->type == CONFIG_FLAGS) {
		join_trimmed(text, buf, n);
		return buf;
	}
	r = config_render_value(&at_zero, &v, buf, n);
	if (r != NULL && r != buf)
		snprintf(buf, n, "%s", r);
	config_free_value(&at_zero, &v);
	return r != NULL ? buf : NULL;
}

void
config_expected(const struct config_row *row, char *buf, size_t n)
{
	char words[256], range[128];

	switch (row->type) {
	case CONFIG_INT32:
	case CONFIG_INT64:
		if (row->max >= (row->type == CONFIG_INT32 ? (double)INT32_MAX : (double)INT64_MAX))
			snprintf(range, sizeof(range), "%.0f or more", row->min);
		else
			snprintf(range, sizeof(range), "from %.0f to %.0f", row->min, row->max);
		snprintf(buf, n, "a whole number, %s%s%s%s", range, *row->unit ? " (" : "",
		    row->unit, *row->unit ? ")" : "");
		return;
	case CONFIG_DOUBLE:
		snprintf(buf, n, "a number from %g to %g", row->min, row->max);
		return;
	case CONFIG_BOOL:
		snprintf(buf, n, "true or false");
		return;
	case CONFIG_ENUM:
		snprintf(buf, n, "one of %s", spaced(row->unit, words, sizeof(words)));
		return;
	case CONFIG_FLAGS:
		snprintf(buf, n, "a list of %s", spaced(row->unit, words, sizeof(words)));
		return;
	default:
		snprintf(buf, n, "a text without control characters");
	}
}
