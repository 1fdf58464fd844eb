/* SPDX-License-Identifier: ISC */
/* proctitle.c - see proctitle.h.  Runs in every process; the supervisor calls proctitle_init before
 * the first fork. The kernel shows the memory between the start of argv and the end of the
 * environment, up to the first NUL beyond argv's old end; so the environment is copied away and all
 * of the stretch is ours. */
#include "config.h"

#include "odradek/base/proctitle.h"

#include "odradek/base/xalloc.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

extern char **environ;

static char **args; /* the copies live as long as the process */
static char *area;
static size_t area_size;

char **
proctitle_init(int argc, char **argv)
{
	char **copy, **env, *end;
	int i, n;

	args = copy = xcalloc((size_t)argc + 1, sizeof(*copy));
	if (argc == 0)
		return copy;
	end = argv[0];
	for (i = 0; i < argc; i++) {
		if (argv[i] == end)
			end += strlen(argv[i]) + 1;
		copy[i] = xstrdup(argv[i]);
	}
	for (n = 0; environ[n] != NULL; n++)
		;
	env = xcalloc((size_t)n + 1, sizeof(*env));
	for (i = 0; i < n; i++) {
		if (environ[i] == end)
			end += strlen(environ[i]) + 1;
		env[i] = xstrdup(environ[i]);
	}
	area = argv[0];
	area_size = (size_t)(end - area);
	environ = env;
	return args;
}

void
proctitle_set(const char *fmt, ...)
{
	static const char prefix[] = "odradekd: ";
	char title[512];
	va_list ap;
	size_t n;

	if (area_size < 2)
		return;
	memcpy(title, prefix, sizeof(prefix));
	va_start(ap, fmt);
	vsnprintf(title + sizeof(prefix) - 1, sizeof(title) - sizeof(prefix) + 1, fmt, ap);
	va_end(ap);
	n = strlen(title);
	if (n > area_size - 1)
		n = area_size - 1;
	memcpy(area, title, n);
	memset(area + n, 0, area_size - n);
	/* the short name, for top, perf and core files: "writer.1"; the supervisor stays "odradekd"
	 * for pidof */
	if (strncmp(title + sizeof(prefix) - 1, "supervisor", 10) == 0)
		return;
	title[sizeof(prefix) - 1 + strcspn(title + sizeof(prefix) - 1, " ")] = '\0';
	prctl(PR_SET_NAME, title + sizeof(prefix) - 1);
}
