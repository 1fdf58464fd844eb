/* SPDX-License-Identifier: ISC */
/* trace-t.c - the checker of traces finds what it is for, and nothing in what is right. */
#include "config.h"

#include <stdio.h>
#include <string.h>

#include "t/tap/tap.h"
#include "trace.h"

static char last[512]; /* what was said first */

static void
said(void *arg, const char *what)
{
	(void)arg;
	if (last[0] == '\0')
		snprintf(last, sizeof(last), "%s", what);
}

/* An election, a follower that truncates and joins again; one that joins and leads in one change. */
static const char *const good[] = {
    "10 boot",
    "11 # three nodes",
    "20 look t/0 v=5 pe=1 leader=0 epoch=1 isr=0x7 count=0x7 elr=0 min=1 0:ok:1:5:5:5 1:ok:1:5:4:0 "
    "2:ok:1:5:3:0",
    "21 ack t/0 3 a3",
    "22 read t/0 4 a4",
    "30 look t/0 v=5 pe=1 leader=0 epoch=1 isr=0x7 count=0x7 elr=0 min=1 0:ok:1:8:5:5 1:ok:1:6:5:0 "
    "2:ok:1:5:5:0",
    "40 look t/0 v=6 pe=2 leader=1 epoch=2 isr=0x6 count=0x6 elr=0 min=1 0:ok:1:8:5:5 1:ok:1:6:5:0 "
    "2:ok:1:5:5:0",
    "50 look t/0 v=6 pe=2 leader=1 epoch=2 isr=0x6 count=0x6 elr=0 min=1 0:ok:2:6:5:0 1:ok:2:6:5:6 "
    "2:ok:2:5:5:0",
    "60 look t/0 v=7 pe=2 leader=1 epoch=2 isr=0x6 count=0x7 elr=0 min=1 0:ok:2:6:5:0 1:ok:2:9:6:7 "
    "2:ok:2:9:5:0",
    "70 look t/0 v=8 pe=3 leader=1 epoch=2 isr=0x7 count=0x7 elr=0 min=1 0:ok:2:9:5:0 1:ok:2:9:9:8 "
    "2:ok:2:9:5:0",
    "71 ack t/0 8 a8",
    "80 read t/0 3 a3",
    "80 read t/0 4 a4",
    "80 read t/0 8 a8",
    "80 look t/0 v=9 pe=4 leader=1 epoch=2 isr=0x6 count=0x6 elr=0 min=1 0:ok:2:9:9:0 1:ok:2:9:9:9 "
    "2:ok:2:9:9:0",
    "80 look t/0 v=10 pe=4 leader=1 epoch=2 isr=0x6 count=0x7 elr=0 min=1 0:ok:2:9:9:0 "
    "1:ok:2:9:9:10 2:ok:2:9:9:0",
    "80 look t/0 v=11 pe=5 leader=0 epoch=3 isr=0x7 count=0x7 elr=0 min=1 0:ok:2:9:9:0 "
    "1:ok:2:9:9:10 2:ok:2:9:9:0",
    "81 end t/0 9",
};
#define LINES (sizeof(good) / sizeof(good[0]))

/* The good trace with one line more behind line `after`, or without line `after` when it is NULL.
 */
static uint64_t
violations(size_t after, const char *more)
{
	struct trace *t = trace_new(said, NULL);
	struct trace_counts n;
	char line[512];

	last[0] = '\0';
	for (size_t i = 0; i < LINES; i++) {
		if (more != NULL || i != after) {
			snprintf(line, sizeof(line), "%s", good[i]);
			trace_line(t, line);
		}
		if (more != NULL && i == after) {
			snprintf(line, sizeof(line), "%s", more);
			trace_line(t, line);
		}
	}
	n = trace_counts(t);
	trace_free(&t);
	return n.wrong;
}

static void
finds(size_t after, const char *more, const char *what, const char *text)
{
	violations(after, more);
	if (!ok(strstr(last, text) != NULL, "%s", what))
		diag("%s", last);
}

#define SLOT "isr=0x7 count=0x7 elr=0 min=1 "

int
main(void)
{
	plan(0);
	if (!is_int(
		0, (int64_t)violations(0, "10 # nothing"), "nothing is wrong with what is right"))
		diag("%s", last);
	finds(13, NULL, "an acknowledged record that nobody finds again", "is lost");
	finds(4, "23 read t/0 3 b3", "another record where one was acknowledged",
	    "was acknowledged, now");
	finds(4, "23 ack t/0 4 b4", "another record where one was read", "was read, now");
	finds(4, "23 read t/0 5 a5", "a reader above the HW",
	    "offset 5 was acknowledged or read, and the HW");
	finds(4, "23 ack t/0 7 a7", "an acknowledgement above the HW",
	    "offset 7 was acknowledged or read, and the HW");
	finds(4,
	    "23 look t/0 v=6 pe=2 leader=1 epoch=2 isr=0x6 count=0x6 elr=0 min=1 0:ok:1:8:5:5 "
	    "1:ok:2:6:4:6 2:ok:1:5:5:0",
	    "a leader that starts below the HW", "and the HW of leader 1 in epoch 2 is 4");
	finds(5,
	    "31 look t/0 v=5 pe=1 leader=0 epoch=1 " SLOT "0:ok:1:8:4:5 1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "a HW that falls", "the HW word of node 0 falls");
	finds(5,
	    "31 look t/0 v=5 pe=1 leader=0 epoch=1 " SLOT "0:ok:1:8:5:5 1:ok:1:5:5:0 2:ok:1:5:5:0",
	    "a LEO that falls in its epoch", "the LEO of node 1 falls");
	finds(5,
	    "31 look t/0 v=5 pe=1 leader=0 epoch=1 " SLOT "0:ok:1:8:6:5 1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "a HW above the LEO of one in sync", "node 2 is in sync with LEO 5, and the HW is 6");
	finds(5,
	    "31 look t/0 v=5 pe=1 leader=0 epoch=1 " SLOT "0:ok:1:8:9:5 1:ok:1:9:5:0 2:ok:1:9:5:0",
	    "a HW above the leader's LEO", "above its LEO");
	finds(5,
	    "31 look t/0 v=5 pe=1 leader=0 epoch=1 " SLOT "0:ok:1:8:5:5 1:ok:2:6:5:0 2:ok:1:5:5:0",
	    "an epoch that was not published", "has started epoch 2, the slot has 1");
	finds(7,
	    "51 look t/0 v=6 pe=2 leader=1 epoch=2 isr=0x6 count=0x6 elr=0 min=1 0:ok:2:6:5:0 "
	    "1:ok:2:6:5:6 2:ok:1:5:5:0",
	    "a replica that goes back an epoch", "goes from epoch 2 to 1");
	finds(5,
	    "31 look t/0 v=5 pe=1 leader=2 epoch=1 " SLOT "0:ok:1:8:5:5 1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "two leaders of one epoch", "has the leaders 0 and 2");
	finds(7,
	    "51 look t/0 v=5 pe=1 leader=0 epoch=1 " SLOT "0:ok:1:8:5:5 1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "a slot that goes back", "the slot goes back");
	finds(6,
	    "41 look t/0 v=7 pe=3 leader=0 epoch=3 isr=0x1 count=0x1 elr=0 min=1 0:ok:1:8:5:5 "
	    "1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "a leader that was not in sync", "neither in sync nor eligible");
	finds(5,
	    "31 look t/0 v=6 pe=2 leader=0 epoch=1 isr=0x7 count=0x3 elr=0 min=1 0:ok:1:8:5:5 "
	    "1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "one in sync that is not counted", "counted are only");
	finds(5,
	    "31 look t/0 v=6 pe=2 leader=0 epoch=1 isr=0x6 count=0x6 elr=0 min=1 0:ok:1:8:5:5 "
	    "1:ok:1:6:5:0 2:ok:1:5:5:0",
	    "a leader out of sync", "leader 0 is not in sync");
	finds(5, "31 look t/0 v=6", "half a look", "no look");
	finds(5, "31 gone t/0 6", "what is no event", "\"gone 6\" is no event");
	return done_testing();
}
