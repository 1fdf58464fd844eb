/* SPDX-License-Identifier: ISC */
/* log-t.c - the form of lines, levels, reopening, limits, and a log that cannot be written. */
#include "config.h"

#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "t/tap/tap.h"

#include <errno.h>
#include <fcntl.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static int
matches(const char *text, const char *pattern)
{
	regex_t re;
	int r;

	if (text == NULL || regcomp(&re, pattern, REG_EXTENDED | REG_NOSUB) != 0)
		return 0;
	r = regexec(&re, text, 0, NULL, 0) == 0;
	regfree(&re);
	if (!r)
		diag("got: %s", text);
	return r;
}

static char *
take(const char *name)
{
	char *p = read_file_at(AT_FDCWD, name, 1 << 20, NULL);

	if (truncate(name, 0) == -1)
		diag("truncate failed");
	return p;
}

static void
check_lines(void)
{
	char *p, big[5000];

	errno = ENOSPC;
	log_warn("could not append to \"%s\"", "x.log");
	is_int(ENOSPC, errno, "errno is kept");
	p = take("log");
	ok(matches(p, "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z warn "
		      "writer\\.1\\[[0-9]+\\]: could not append to "
		      "\"x\\.log\": No space left on device\n$"),
	    "a line with the text of errno");
	free(p);
	log_debug("hidden");
	log_set_level(LOG_LEVEL_DEBUG);
	log_debug("shown");
	log_set_level(LOG_LEVEL_INFO);
	log_info("a\nforged %s", "line\033[2J");
	p = take("log");
	ok(matches(p, "^[^\n]* debug writer[^\n]*: shown\n[^\n]*: a\\?forged line\\?\\[2J\n$"),
	    "levels, and no forged lines");
	free(p);
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	log_warn("%s", big);
	p = take("log");
	ok(p != NULL && strlen(p) <= 2048 && p[strlen(p) - 1] == '\n',
	    "a long line is cut and ends");
	free(p);
	is_int(LOG_LEVEL_WARN, log_level_parse("warn"), "a level by name");
	is_int(-1, log_level_parse("loud"), "not a level");
}

static void
check_reopen(void)
{
	char *p;

	is_int(0, rename("log", "log.1"), NULL);
	log_info("still in the old file");
	is_int(0, log_reopen(), "reopened");
	log_info("in the new file");
	p = take("log.1");
	ok(matches(p, "still in the old file\n$"), "before");
	free(p);
	p = take("log");
	ok(matches(p, "^[^\n]*in the new file\n$"), "after");
	free(p);
	is_int(-1, log_open("no/such/directory/log"), "a path that cannot be opened is refused");
	log_info("goes on");
	p = take("log");
	ok(matches(p, "goes on\n$"), "and the old log stays in use");
	free(p);
}

static void
check_limits(void)
{
	static struct log_limit limit;
	char *p;
	int i, lines = 0;

	for (i = 0; i < 100; i++)
		log_limited_at(&limit, 3, 1000000, LOG_LEVEL_WARN, "again %d", i);
	p = take("log");
	for (i = 0; p[i] != '\0'; i++)
		lines += p[i] == '\n';
	is_int(3, lines, "a repeated line is limited");
	free(p);
	limit.since -= 2000000;
	log_limited_at(&limit, 3, 1000000, LOG_LEVEL_WARN, "later");
	p = take("log");
	ok(matches(p, "97 lines like the following were left out\n.*later\n$"),
	    "and the rest counted");
	free(p);
}

static void
check_ends(void)
{
	int status, kind;
	char *p;

	for (kind = 0; kind < 3; kind++) {
		if (fork() == 0) {
			rlimit_core(0);
			errno = EACCES;
			if (kind == 0)
				fatal("could not read");
			if (kind == 1)
				fatalx("no node");
			signal(SIGABRT, SIG_DFL);
			panic("ring lapped");
		}
		wait(&status);
		if (kind < 2)
			ok(WIFEXITED(status) && WEXITSTATUS(status) == 1, "fatal leaves with 1");
		else
			ok(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT, "panic aborts");
	}
	p = take("log");
	ok(matches(
	       p, "error writer.*could not read: Permission denied\n.*no node\n.*ring lapped\n$"),
	    "and say why");
	free(p);
	log_use_fd(open("/dev/full", O_WRONLY), NULL);
	errno = 0;
	log_info("nowhere");
	is_int(0, errno, "a full disk stops nothing");
}

int
main(void)
{
	char tmp[] = "/tmp/odradek-log.XXXXXX";

	plan(0);
	if (mkdtemp(tmp) == NULL || chdir(tmp) == -1)
		bail("no temporary directory");
	log_set_name("writer.1");
	is_int(0, log_open("log"), "opened");
	check_lines();
	check_reopen();
	check_limits();
	check_ends();
	if (chdir("/") == 0)
		remove_tree_at(AT_FDCWD, tmp);
	return done_testing();
}
