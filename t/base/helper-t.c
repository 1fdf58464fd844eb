/* SPDX-License-Identifier: ISC */
/* helper-t.c - jobs run in order in the other thread, and come back through the eventfd. */
#include "config.h"

#include "odradek/base/helper.h"
#include "t/tap/tap.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

struct job {
	struct helper_job job;
	int number;
};

static int ran, finished, out_of_order, in_loop;
static pthread_t loop;

static void
run(struct helper_job *j)
{
	if (((struct job *)j)->number != ran++)
		out_of_order++;
	if (pthread_equal(loop, pthread_self()))
		in_loop++;
}

static void
done(struct helper_job *j)
{
	if (((struct job *)j)->number != finished++)
		out_of_order++;
	if (!pthread_equal(loop, pthread_self()))
		in_loop++;
	free(j);
}

static void
submit(struct helper *h, int number)
{
	struct job *j = calloc(1, sizeof(*j));

	j->job.run = run;
	j->job.done = done;
	j->number = number;
	helper_submit(h, &j->job);
}

int
main(void)
{
	struct pollfd pfd = {.events = POLLIN};
	struct helper *h;
	int i;

	plan(0);
	loop = pthread_self();
	h = helper_new("test helper");
	pfd.fd = helper_fd(h);
	is_int(0, poll(&pfd, 1, 0), "nothing to tell at first");
	is_int(0, (int64_t)helper_run_done(h), "nothing done at first");
	for (i = 0; i < 1000; i++)
		submit(h, i);
	while (finished < 1000 && poll(&pfd, 1, 10000) == 1)
		helper_run_done(h);
	is_int(1000, finished, "all jobs come back through the eventfd");
	is_int(0, out_of_order, "in the order of submission");
	is_int(0, in_loop, "run in the thread, done in the loop");
	is_int(0, (int64_t)helper_pending(h), "nothing pending");
	for (; i < 1010; i++)
		submit(h, i);
	is_int(10, (int64_t)helper_pending(h), "ten pending");
	helper_drain(h);
	is_int(1010, finished, "drained");
	for (; i < 1020; i++)
		submit(h, i);
	helper_free(&h);
	is_int(1020, finished, "freeing runs what was submitted");
	ok(h == NULL, "the pointer is cleared");
	return done_testing();
}
