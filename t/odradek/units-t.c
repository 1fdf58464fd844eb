/* SPDX-License-Identifier: ISC */
/* units-t.c - times, spans and sizes as people write and read them. */
#include "config.h"

#include <stdlib.h>
#include <time.h>

#include "src/odradek/odradek.h"
#include "t/tap/tap.h"

static int64_t
time_of(const char *s)
{
	int64_t ms;

	return time_parse(s, &ms) == 0 ? ms : -1;
}

static int64_t
span_of(const char *s)
{
	int64_t ms;

	return span_parse(s, &ms) == 0 ? ms : -1;
}

int
main(void)
{
	static const char *const bad_times[] = {"", "now", "2026-11-21", "2026-13-01T00:00", "2026-11-21T25:00", "2026-11-21T10:00X",
	    "2026-11-21T10:00+1", "2026-11-21T10:00Z!", "@", "@12x"};
	static const char *const bad_spans[] = {"", "P", "PT", "1", "h", "1x", "1h2", "-1h", "99999999999999999999s", "9223372036854775807w"};

	plan(0);
	setenv("TZ", "UTC-2", 1); /* two hours east */
	tzset();
	is_int(1763719200000, time_of("2025-11-21T10:00Z"), "a time in UTC");
	is_int(1763719200000, time_of("2025-11-21T10:00:00.000Z"), "with seconds and milliseconds");
	is_int(1763719201500, time_of("2025-11-21T10:00:01.5Z"), "a fraction of one digit");
	is_int(1763719200123, time_of("2025-11-21T10:00:00.123456Z"), "digits beyond milliseconds are dropped");
	is_int(1763719200000, time_of("2025-11-21T11:30+01:30"), "a zone in the east");
	is_int(1763719200000, time_of("2025-11-21T05:00-0500"), "a zone in the west, without a colon");
	is_int(1763719200000, time_of("2025-11-21T12:00"), "without a zone it is local time");
	is_int(1763719200000, time_of("@1763719200000"), "milliseconds since 1970");
	for (size_t i = 0; i < sizeof bad_times / sizeof *bad_times; i++)
		is_int(-1, time_of(bad_times[i]), "\"%s\" is no time", bad_times[i]);
	is_int(5400000, span_of("1h30m"), "1h30m");
	is_int(5400000, span_of("PT1H30M"), "PT1H30M");
	is_int(93784000, span_of("P1DT2H3M4S"), "P1DT2H3M4S");
	is_int(604800000, span_of("1w"), "1w");
	for (size_t i = 0; i < sizeof bad_spans / sizeof *bad_spans; i++)
		is_int(-1, span_of(bad_spans[i]), "\"%s\" is no span", bad_spans[i]);
	is_string("7 d", span_text(604800000), "seven days");
	is_string("6 d 23 h", span_text(604799000), "a little less");
	is_string("1 h 30 min", span_text(5400000), "an hour and a half");
	is_string("59 s", span_text(59999), "59 s");
	is_string("5 ms", span_text(5), "5 ms");
	is_string("0 s", span_text(-5), "what is over");
	is_string("2025-11-21T10:00:00Z", time_text(1763719200000), "a time is shown in UTC");
	is_string("1.0 GB", bytes_text(1 << 30), "1 GB");
	is_string("100 MB", bytes_text(100 << 20), "100 MB");
	is_string("512 B", bytes_text(512), "512 B");
	return done_testing();
}
