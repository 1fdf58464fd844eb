/* SPDX-License-Identifier: ISC */
/* options.c - the command line of odradekd.  Runs in the supervisor. */
#include "config.h"

#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "odradek/base/xalloc.h"
#include "supervisor.h"

static const struct {
	struct option option;
	const char *argument, *text;
} table[] = {
    {{"daemon", no_argument, NULL, 'd'}, NULL,
	"go to the background; returns when the daemon serves"},
    {{"file", required_argument, NULL, 'f'}, "FILE",
	"settings (default " SYSCONFDIR "/odradek.conf, if it is there)"},
    {{"set", required_argument, NULL, 'o'}, "NAME=VALUE",
	"one setting; wins over the file; may be repeated"},
    {{"check", no_argument, NULL, 'n'}, NULL,
	"check the settings and leave; with -v also print them"},
    {{"verbose", no_argument, NULL, 'v'}, NULL, "log at level debug"},
    {{"version", no_argument, NULL, 'V'}, NULL, "print the version"},
    {{"help", no_argument, NULL, 'h'}, NULL, "print this"},
};
enum { OPTIONS = sizeof(table) / sizeof(*table) };

void
options_usage(void)
{
	printf("usage: odradekd [-dnvV] [-f file] [-o name=value]...\n");
	for (size_t i = 0; i < OPTIONS; i++) {
		char left[64];

		snprintf(left, sizeof(left), "-%c, --%s%s%s", table[i].option.val,
		    table[i].option.name, table[i].argument != NULL ? " " : "",
		    table[i].argument != NULL ? table[i].argument : "");
		printf("  %-24s %s\n", left, table[i].text);
	}
	printf("Settings and their defaults: odradek.conf(5).\n");
}

static void
take(struct options *o, int c)
{
	switch (c) {
	case 'd':
		o->daemonize = true;
		break;
	case 'f':
		o->file = optarg;
		break;
	case 'o':
		o->set = xreallocarray(o->set, (size_t)o->sets + 1, sizeof(*o->set));
		o->set[o->sets++] = optarg;
		break;
	case 'n':
		o->check = true;
		break;
	case 'v':
		o->verbose = true;
		break;
	case 'V':
		o->version = true;
		break;
	case 'h':
		o->help = true;
		break;
	}
}

int
options_parse(struct options *o, int argc, char **argv)
{
	struct option longs[OPTIONS + 1];
	char shorts[OPTIONS * 2 + 1] = "";
	int c;

	memset(longs, 0, sizeof(longs));
	for (size_t i = 0; i < OPTIONS; i++) {
		const char one[3] = {
		    (char)table[i].option.val, table[i].option.has_arg ? ':' : '\0', '\0'};

		longs[i] = table[i].option;
		strcat(shorts, one);
	}
	while ((c = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		if (c == '?')
			return -1;
		take(o, c);
	}
	if (optind < argc) {
		fprintf(stderr,
		    "odradekd: \"%s\" was not expected: settings are given as -o name=value\n",
		    argv[optind]);
		return -1;
	}
	return 0;
}
