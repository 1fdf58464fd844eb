/* SPDX-License-Identifier: ISC */
/* units.c - times, spans and sizes as people write them. */
#include "config.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "odradek.h"

static char *
buffer(void)
{
	static char ring[16][48];
	static unsigned at;

	return ring[at++ % 16];
}

int64_t
now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

/* Units of time, the greatest first; ms is the last and is not said beside a greater one. */
static const struct {
	int64_t ms;
	const char *name;
	char letter;
} units[] = {{7 * 86400000LL, NULL, 'w'}, {86400000, "d", 'd'}, {3600000, "h", 'h'},
    {60000, "min", 'm'}, {1000, "s", 's'}, {1, "ms", 0}};
enum { UNITS = sizeof units / sizeof *units };

const char *
span_text(int64_t ms)
{
	char *to = buffer();

	if (ms <= 0) {
		snprintf(to, 48, "0 s");
		return to;
	}
	for (int i = 1; i < UNITS; i++) {
		int64_t n = ms / units[i].ms;
		int64_t rest = i + 1 < UNITS ? ms % units[i].ms / units[i + 1].ms : 0;

		if (n == 0)
			continue;
		if (rest > 0 && n < 10 && i + 2 < UNITS)
			snprintf(to, 48, "%" PRId64 " %s %" PRId64 " %s", n, units[i].name, rest,
			    units[i + 1].name);
		else
			snprintf(to, 48, "%" PRId64 " %s", n, units[i].name);
		break;
	}
	return to;
}

const char *
time_text(int64_t ms)
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;
	char *to = buffer();

	if (ms < 0 || gmtime_r(&s, &tm) == NULL || strftime(to, 48, "%Y-%m-%dT%H:%M:%SZ", &tm) == 0)
		snprintf(to, 48, "%" PRId64 " ms", ms);
	return to;
}

const char *
bytes_text(int64_t n)
{
	static const char *const names[] = {"B", "KB", "MB", "GB", "TB", "PB"};
	char *to = buffer();
	double x = (double)n;
	int i = 0;

	for (; (x >= 1024 || x <= -1024) && i < 5; i++)
		x /= 1024;
	snprintf(to, 48, i > 0 && x < 10 ? "%.1f %s" : "%.0f %s", x, names[i]);
	return to;
}

int
number_parse(const char *s, int64_t *n)
{
	char *end;

	errno = 0;
	*n = strtoll(s, &end, 10);
	return errno != 0 || end == s || *end != '\0' ? -1 : 0;
}

/* "Z", "+01:00", "-0130" or nothing: minutes to the east; *local when there is nothing. */
static int
zone_parse(const char *s, int *minutes, bool *local)
{
	int h, m, n = 0;

	*minutes = 0;
	*local = *s == '\0';
	if (*local || strcmp(s, "Z") == 0)
		return 0;
	if ((*s != '+' && *s != '-') || (sscanf(s + 1, "%2d:%2d%n", &h, &m, &n) != 2 &&
					    sscanf(s + 1, "%2d%2d%n", &h, &m, &n) != 2))
		return -1;
	*minutes = (h * 60 + m) * (*s == '-' ? -1 : 1);
	return s[1 + n] == '\0' ? 0 : -1;
}

int
time_parse(const char *s, int64_t *ms)
{
	struct tm tm = {.tm_isdst = -1};
	int n = 0, minutes, milli = 0;
	const char *p;
	bool local;
	time_t t;

	if (*s == '@')
		return number_parse(s + 1, ms);
	if (sscanf(s, "%4d-%2d-%2dT%2d:%2d%n", &tm.tm_year, &tm.tm_mon, &tm.tm_mday, &tm.tm_hour,
		&tm.tm_min, &n) != 5)
		return -1;
	p = s + n;
	n = 0;
	if (*p == ':') {
		if (sscanf(p, ":%2d%n", &tm.tm_sec, &n) != 1)
			return -1;
		p += n;
	}
	if (*p == '.') {
		int digits = 0;

		for (p++; isdigit((unsigned char)*p); p++)
			if (digits++ < 3)
				milli = milli * 10 + (*p - '0');
		for (; digits < 3; digits++)
			milli *= 10;
	}
	if (zone_parse(p, &minutes, &local) == -1 || tm.tm_mon < 1 || tm.tm_mon > 12 ||
	    tm.tm_mday < 1 || tm.tm_mday > 31 || tm.tm_hour > 23 || tm.tm_min > 59 ||
	    tm.tm_sec > 60)
		return -1;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	t = local ? mktime(&tm) : timegm(&tm);
	*ms = ((int64_t)t - (local ? 0 : (int64_t)minutes * 60)) * 1000 + milli;
	return 0;
}

int
span_parse(const char *s, int64_t *ms)
{
	int64_t total = 0;
	bool some = false;

	if (*s == 'P' || *s == 'p')
		s++;
	while (*s != '\0') {
		char *end;
		long long n;
		int i;

		if ((*s == 'T' || *s == 't') && s[1] != '\0')
			s++;
		if (!isdigit((unsigned char)*s))
			return -1;
		errno = 0;
		n = strtoll(s, &end, 10);
		for (i = 0; i < UNITS - 1 && tolower((unsigned char)*end) != units[i].letter; i++)
			;
		if (errno != 0 || i == UNITS - 1 || n > INT64_MAX / 4 / units[i].ms)
			return -1;
		total += n * units[i].ms;
		some = true;
		s = end + 1;
	}
	*ms = total;
	return some ? 0 : -1;
}
