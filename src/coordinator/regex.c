/* SPDX-License-Identifier: ISC */
/*
 * regex.c - regular expressions by PCRE2.  Used in: coordinator.
 *
 * pcre2_dfa_match() follows all ways of a match at once, one character after the other, and never
 * goes back: the cost is the length of the text times the number of states, which the workspace
 * bounds.  A pattern that needs more states gets REGEX_TOO_COSTLY.  No JIT: nothing here is
 * executed that a client's bytes were turned into.
 */
#include "config.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include "odradek/base/xalloc.h"
#include "regex.h"

#define PATTERN_MAX 8192 /* bytes */
#define REPEAT_MAX 1000  /* a{n}: as RE2 */
#define NEST_MAX 100     /* parentheses in each other */
#define WORKSPACE 3000   /* ints: some 500 states at once */

struct regex {
	pcre2_code *code;
};

static int workspace[WORKSPACE];
static pcre2_match_data *match_data;
static pcre2_match_context *match_context;
static pcre2_compile_context *compile_context;

/* ---- RE2's syntax ---- */

/* Behind a backslash: what RE2 knows.  Letters and digits that it does not know are faults. */
static const char *
escape_fault(const char *p)
{
	if (*p == '\0')
		return "trailing backslash at end of expression";
	if (!isalnum((unsigned char)*p) || strchr("AabBCdDfnpPQrsStvwWxz01234567", *p) != NULL)
		/* \1 to \7 are back references but for octal numbers, which begin with 0 */
		return *p >= '1' && *p <= '7' ? "invalid escape sequence" : NULL;
	return "invalid escape sequence";
}

/* Behind "(?": flags, a group without a number, or a name. */
static const char *
group_fault(const char *p)
{
	if (strncmp(p, "P<", 2) == 0 || p[0] == '<') {
		p = strchr(p, '<') + 1;
		if (*p == '>')
			return "invalid named capture";
		for (; *p != '>'; p++) {
			if (!isalnum((unsigned char)*p) && *p != '_')
				return "invalid named capture";
		}
		return NULL;
	}
	for (; *p != ':' && *p != ')'; p++) {
		if (*p == '\0' || strchr("imsU-", *p) == NULL)
			return "invalid or unsupported Perl syntax";
	}
	return NULL;
}

/* At "{": "{n}", "{n,}" or "{n,m}" is a repetition, anything else is itself.  *end: behind it. */
static const char *
repeat_fault(const char *p, const char **end)
{
	char *e;
	unsigned long lo, hi;

	*end = p + 1;
	if (!isdigit((unsigned char)p[1]))
		return NULL;
	lo = hi = strtoul(p + 1, &e, 10);
	if (*e == ',')
		hi = isdigit((unsigned char)e[1]) ? strtoul(e + 1, &e, 10) : (e++, lo);
	if (*e != '}')
		return NULL;
	*end = e + 1;
	return lo > REPEAT_MAX || hi > REPEAT_MAX || hi < lo ? "invalid repeat count" : NULL;
}

/* At "[": *end is behind its "]". */
static const char *
class_fault(const char *p, const char **end)
{
	const char *fault;

	p++;
	if (*p == '^')
		p++;
	if (*p == ']')
		p++;
	for (; *p != ']'; p++) {
		if (*p == '\0')
			return "missing closing ]";
		if (p[0] == '[' && p[1] == ':' && strstr(p + 2, ":]") != NULL) {
			p = strstr(p + 2, ":]") + 1;
		} else if (*p == '\\') {
			if ((fault = escape_fault(++p)) != NULL)
				return fault;
		}
	}
	*end = p + 1;
	return NULL;
}

/* Goes through the pattern once for what PCRE2 would take and RE2 would not. */
static const char *
syntax_fault(const char *p)
{
	const char *fault = NULL, *last_repeat = NULL;
	int depth = 0;

	while (*p != '\0' && fault == NULL) {
		const char *at = p++;

		switch (*at) {
		case '\\':
			fault = escape_fault(p);
			if (fault == NULL && *p == 'Q') {
				const char *e = strstr(p, "\\E");

				p = e == NULL ? p + strlen(p) : e + 2;
			} else if (fault == NULL) {
				p++;
			}
			break;
		case '[':
			fault = class_fault(at, &p);
			break;
		case '(':
			if (++depth > NEST_MAX)
				fault = "expression nests too deeply";
			else if (*p == '?')
				fault = group_fault(p + 1);
			else if (*p == '*')
				fault = "missing argument to repetition operator";
			if (fault == NULL && *p == '?')
				p++;
			break;
		case ')':
			if (depth-- == 0)
				fault = "unexpected )";
			break;
		case '*':
		case '+':
		case '?':
		case '{':
			if (*at == '{' && (fault = repeat_fault(at, &p)) == NULL && p == at + 1)
				break; /* a brace that is only itself */
			if (fault == NULL && last_repeat == at)
				fault = "invalid nested repetition operator";
			if (*p == '?')
				p++;
			last_repeat = p;
			break;
		default:
			break;
		}
	}
	if (fault == NULL && depth > 0)
		fault = "missing closing )";
	return fault;
}

/* ---- compiling and matching ---- */

/* PCRE2's error in RE2's words, where it has some; else in its own. */
static const char *
compile_fault(int error)
{
	static char text[128];

	switch (error) {
	case PCRE2_ERROR_QUANTIFIER_INVALID:
		return "missing argument to repetition operator";
	case PCRE2_ERROR_MISSING_SQUARE_BRACKET:
		return "missing closing ]";
	case PCRE2_ERROR_CLASS_RANGE_ORDER:
	case PCRE2_ERROR_CLASS_INVALID_RANGE:
	case PCRE2_ERROR_UNKNOWN_POSIX_CLASS:
		return "invalid character class range";
	case PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS:
		return "missing closing )";
	case PCRE2_ERROR_PATTERN_TOO_LARGE:
	case PCRE2_ERROR_PATTERN_STRING_TOO_LONG:
		return "expression is too large";
	default:
		pcre2_get_error_message(error, (PCRE2_UCHAR *)text, sizeof(text));
		return text;
	}
}

/* Once in a process's life. */
static bool
prepare(void)
{
	if (match_data != NULL)
		return true;
	compile_context = pcre2_compile_context_create(NULL);
	match_context = pcre2_match_context_create(NULL);
	match_data = pcre2_match_data_create(1, NULL);
	if (compile_context == NULL || match_context == NULL || match_data == NULL)
		return false;
	pcre2_set_max_pattern_length(compile_context, PATTERN_MAX);
	pcre2_set_parens_nest_limit(compile_context, NEST_MAX);
	pcre2_set_match_limit(match_context, 10000);
	pcre2_set_depth_limit(match_context, 100);
	pcre2_set_heap_limit(match_context, 256); /* KiB */
	return true;
}

struct regex *
regex_compile(const char *pattern, const char **fault)
{
	struct regex *re;
	pcre2_code *code;
	PCRE2_SIZE at;
	int error;

	if ((*fault = syntax_fault(pattern)) != NULL)
		return NULL;
	if (!prepare()) {
		*fault = "out of memory";
		return NULL;
	}
	code = pcre2_compile((PCRE2_SPTR)pattern, PCRE2_ZERO_TERMINATED,
	    PCRE2_ANCHORED | PCRE2_ENDANCHORED | PCRE2_DOLLAR_ENDONLY | PCRE2_NEVER_BACKSLASH_C |
		PCRE2_NO_AUTO_CAPTURE,
	    &error, &at, compile_context);
	if (code == NULL) {
		*fault = compile_fault(error);
		return NULL;
	}
	re = xcalloc(1, sizeof(*re));
	re->code = code;
	return re;
}

void
regex_free(struct regex **re)
{
	if (*re == NULL)
		return;
	pcre2_code_free((*re)->code);
	free(*re);
	*re = NULL;
}

int
regex_match(const struct regex *re, const char *text, size_t len)
{
	int n = pcre2_dfa_match(
	    re->code, (PCRE2_SPTR)text, len, 0, 0, match_data, match_context, workspace, WORKSPACE);

	if (n >= 0)
		return REGEX_YES;
	return n == PCRE2_ERROR_NOMATCH ? REGEX_NO : REGEX_TOO_COSTLY;
}
