/* SPDX-License-Identifier: ISC */
/* helper.c - see helper.h.  Runs in any process that makes calls which can stall.
 * Two lists under one mutex that is held for a few instructions only, never across a job. */
#include "config.h"

#include "odradek/base/helper.h"

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct list {
	struct helper_job *head, **tail;
};

struct helper {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;    /* for the thread: a job or stop */
	pthread_cond_t idle;    /* for helper_drain: nothing waits or runs */
	struct list todo, done; /* under the lock */
	int running, stop;      /* under the lock */
	size_t pending;         /* the loop's own */
	int fd;
	char name[16];
};

static void
list_init(struct list *l)
{
	l->head = NULL;
	l->tail = &l->head;
}

static void
list_append(struct list *l, struct helper_job *job)
{
	job->next = NULL;
	*l->tail = job;
	l->tail = &job->next;
}

static void
tell_loop(struct helper *h)
{
	uint64_t one = 1;

	/* can only fail when the counter is full, and then the loop knows */
	if (write(h->fd, &one, sizeof(one)) == -1)
		return;
}

static void *
helper_main(void *arg)
{
	struct helper *h = arg;
	struct helper_job *job;
	int first;

	pthread_setname_np(pthread_self(), h->name);
	pthread_mutex_lock(&h->lock);
	for (;;) {
		while (h->todo.head == NULL && !h->stop)
			pthread_cond_wait(&h->wake, &h->lock);
		job = h->todo.head;
		if (job == NULL)
			break;
		h->todo.head = job->next;
		if (h->todo.head == NULL)
			h->todo.tail = &h->todo.head;
		h->running = 1;
		pthread_mutex_unlock(&h->lock);
		job->run(job);
		pthread_mutex_lock(&h->lock);
		h->running = 0;
		first = h->done.head == NULL;
		list_append(&h->done, job);
		if (first)
			tell_loop(h);
		if (h->todo.head == NULL)
			pthread_cond_signal(&h->idle);
	}
	pthread_mutex_unlock(&h->lock);
	return NULL;
}

struct helper *
helper_new(const char *name)
{
	sigset_t all, old;
	struct helper *h;
	int err;

	h = xcalloc(1, sizeof(*h));
	strncpy(h->name, name, sizeof(h->name) - 1);
	list_init(&h->todo);
	list_init(&h->done);
	h->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (h->fd == -1) {
		free(h);
		return NULL;
	}
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->wake, NULL);
	pthread_cond_init(&h->idle, NULL);
	/* signals are the loop's */
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	err = pthread_create(&h->thread, NULL, helper_main, h);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	if (err != 0) {
		close(h->fd);
		free(h);
		errno = err;
		return NULL;
	}
	return h;
}

void
helper_submit(struct helper *h, struct helper_job *job)
{
	if (job->run == NULL)
		panic("helper job without a function");
	h->pending++;
	pthread_mutex_lock(&h->lock);
	list_append(&h->todo, job);
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
}

int
helper_fd(const struct helper *h)
{
	return h->fd;
}

size_t
helper_run_done(struct helper *h)
{
	struct helper_job *job, *next;
	uint64_t count;
	size_t n = 0;

	/* clear the bell before looking, or a completion between the two would be missed */
	if (read(h->fd, &count, sizeof(count)) == -1 && errno != EAGAIN && errno != EINTR)
		log_warn("could not read the helper's eventfd");
	pthread_mutex_lock(&h->lock);
	job = h->done.head;
	list_init(&h->done);
	pthread_mutex_unlock(&h->lock);
	for (; job != NULL; job = next) {
		next = job->next;
		h->pending--;
		n++;
		if (job->done != NULL)
			job->done(job);
	}
	return n;
}

size_t
helper_pending(const struct helper *h)
{
	return h->pending;
}

void
helper_drain(struct helper *h)
{
	pthread_mutex_lock(&h->lock);
	while (h->todo.head != NULL || h->running)
		pthread_cond_wait(&h->idle, &h->lock);
	pthread_mutex_unlock(&h->lock);
	helper_run_done(h);
}

void
helper_free(struct helper **hp)
{
	struct helper *h = *hp;

	if (h == NULL)
		return;
	pthread_mutex_lock(&h->lock);
	h->stop = 1;
	pthread_cond_signal(&h->wake);
	pthread_mutex_unlock(&h->lock);
	pthread_join(h->thread, NULL);
	helper_run_done(h);
	close(h->fd);
	pthread_mutex_destroy(&h->lock);
	pthread_cond_destroy(&h->wake);
	pthread_cond_destroy(&h->idle);
	free(h);
	*hp = NULL;
}
