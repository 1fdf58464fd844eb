/* SPDX-License-Identifier: ISC */
/* proctitle-t.c - what /proc shows after a title was set. */
#include "config.h"

#include "odradek/base/fdutil.h"
#include "odradek/base/proctitle.h"
#include "t/tap/tap.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *
cmdline(void)
{
	static char buf[4096];
	int fd = open("/proc/self/cmdline", O_RDONLY);
	ssize_t n = read_full(fd, buf, sizeof(buf) - 1);

	buf[n > 0 ? n : 0] = '\0';
	close(fd);
	return buf;
}

int
main(int argc, char **argv)
{
	char longer[300], **copy;
	const char *path;

	plan(0);
	setenv("ODRADEK_TEST", "before", 1);
	copy = proctitle_init(argc, argv);
	path = getenv("PATH");
	proctitle_set("writer.%d %s", 1, "/x");
	is_string("odradekd: writer.1 /x", cmdline(), "a short title");
	ok(strstr(copy[0], "proctitle") != NULL, "argv is kept");
	memset(longer, 'x', sizeof(longer) - 1);
	longer[sizeof(longer) - 1] = '\0';
	proctitle_set("%s", longer);
	ok(strncmp(cmdline(), "odradekd: xxxxxxxx", 18) == 0, "a long title");
	is_string("before", getenv("ODRADEK_TEST"), "the environment is kept");
	ok(path != NULL && strchr(path, '/') != NULL && strstr(path, "xxx") == NULL, "all of it");
	proctitle_set("%s", "acceptor.2");
	is_string("odradekd: acceptor.2", cmdline(), "short again");
	return done_testing();
}
