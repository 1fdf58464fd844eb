/* SPDX-License-Identifier: ISC */
/*
 * reload.c - HUP: the file is read again and what may change at run time is handed to the children;
 * a file that is not good changes nothing.  USR1: the log is opened again.  Supervisor.
 */
#include "config.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "supervisor.h"

/* The children copy the text of version v while config_version stays v: the other place is written
 * first. */
void
reload_publish(struct supervisor *s)
{
	struct shm_supervisor *t = shm_processes_rw(s->shm);
	uint64_t version = atomic_load_explicit(&t->config_version, memory_order_relaxed) + 1;
	char *text = config_to_text(s->config);
	size_t n = strlen(text);

	if (n >= sizeof(t->config[0])) {
		log_errorx(
		    "the settings are longer than %zu bytes: the processes keep what they have",
		    sizeof(t->config[0]) - 1);
		free(text);
		return;
	}
	atomic_thread_fence(
	    memory_order_release); /* the old version before the words of the place it gave up */
	memcpy(t->config[version & 1], text, n + 1);
	t->config_len[version & 1] = (uint32_t)n;
	atomic_store_explicit(&t->config_version, version, memory_order_release);
	free(text);
}

static void
report(void *arg, const char *text)
{
	(void)arg;
	log_warnx("%s", text);
}

void
reload_settings(struct supervisor *s)
{
	struct config_err err = {0};
	struct config *fresh;
	int changed;

	notify("RELOADING=1\nMONOTONIC_USEC=%lld", (long long)(mono_ns() / 1000));
	if (settings_load(&s->opt, &fresh, &err) == -1) {
		for (char *save = NULL, *line = strtok_r(err.text, "\n", &save); line != NULL;
		     line = strtok_r(NULL, "\n", &save))
			log_errorx("%s", line);
		log_errorx("the settings were not changed: correct them and reload again");
	} else {
		changed = config_reload(s->config, fresh, report, NULL);
		config_free(&fresh);
		log_set_level((enum log_level)s->config->log_level);
		/* also when nothing changed: a writer looks at a disk that was repaired */
		reload_publish(s);
		disks_reload(s);
		children_signal(s, SIGHUP);
		log_info("settings read again: %d changed", changed);
	}
	if (s->state == SUPER_SERVING)
		s->ready_unheard = !notify("READY=1");
}

void
reopen_log(struct supervisor *s)
{
	if (log_reopen() == -1)
		log_warn("could not open the log \"%s\" again", s->config->log_file);
	else if (s->in.change_user && s->config->log_file != NULL &&
		 fchown(log_fd(), s->in.uid, s->in.gid) == -1)
		log_warn("could not give the log \"%s\" to user \"%s\"", s->config->log_file,
		    s->in.user);
	children_signal(s, SIGUSR1);
}
