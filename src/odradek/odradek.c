/* SPDX-License-Identifier: ISC */
/* odradek.c - the command line: options that all sub-commands share, and the way to each of them.
 */
#include "config.h"

#include <getopt.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek.h"

#define DEFAULT_BOOTSTRAP "localhost:9092"
#define DEFAULT_TIMEOUT_MS 10000

struct cli cli = {.timeout_ms = DEFAULT_TIMEOUT_MS};

static const struct command commands[] = {
    {"group", "COMMAND ...", "consumer groups: who reads what, how far, and what will be lost",
	group_main},
    {"topic", "COMMAND ...", "topics: what is kept, why, and until when", topic_main},
    {"log", "COMMAND ...", "segments on a disk: what of them is damaged", log_main},
    {"replica", "COMMAND ...", "replicas on several disks: are they the same", replica_main},
    {NULL, NULL, NULL, NULL},
};

enum { OPTION_JSON = 256, OPTION_TIMEOUT };
static const struct {
	struct option option;
	const char *argument, *text;
} options[] = {
    {{"bootstrap-server", required_argument, NULL, 'b'}, "HOST:PORT",
	"brokers to ask first (default $ODRADEK_BOOTSTRAP, else " DEFAULT_BOOTSTRAP ")"},
    {{"property", required_argument, NULL, 'X'}, "NAME=VALUE",
	"a setting of librdkafka; may be repeated"},
    {{"json", no_argument, NULL, OPTION_JSON}, NULL, "print JSON, for programs"},
    {{"timeout", required_argument, NULL, OPTION_TIMEOUT}, "SECONDS",
	"how long to wait for an answer (default 10)"},
    {{"yes", no_argument, NULL, 'y'}, NULL, "do what is shown without asking"},
    {{"version", no_argument, NULL, 'V'}, NULL, "print the version"},
    {{"help", no_argument, NULL, 'h'}, NULL, "print this"},
};
enum { OPTIONS = sizeof options / sizeof *options };

static void
complain(const char *fmt, va_list ap)
{
	fflush(stdout);
	fputs("odradek: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
}

/* Threads of librdkafka may run still: what libraries do at exit would take from them what they use. */
static void leave(int code) __attribute__((noreturn));

static void
leave(int code)
{
	fflush(NULL);
	_exit(code);
}

void
die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	leave(EXIT_FAILED);
}

void
die_usage(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	complain(fmt, ap);
	va_end(ap);
	leave(EXIT_USAGE);
}

bool
confirm(const char *question)
{
	char line[16];

	if (cli.yes)
		return true;
	if (!isatty(STDIN_FILENO))
		die("nothing was changed: standard input is no terminal to ask on; add --yes to do "
		    "what is shown");
	fflush(stdout);
	fprintf(stderr, "%s [y/N] ", question);
	return fgets(line, sizeof line, stdin) != NULL && (line[0] == 'y' || line[0] == 'Y');
}

void
command_list(const struct command *table, const char *of)
{
	for (const struct command *c = table; c->name != NULL; c++)
		printf("  %s%s%s %s\n        %s\n", of, *of != '\0' ? " " : "", c->name, c->args,
		    c->text);
}

int
command_run(const struct command *table, const char *of, int argc, char **argv)
{
	for (const struct command *c = table; argc > 0 && c->name != NULL; c++)
		if (strcmp(c->name, argv[0]) == 0)
			return c->run(argc, argv);
	if (argc > 0)
		fprintf(stderr, "odradek: \"%s%s%s\" is no command; these are:\n", of,
		    *of != '\0' ? " " : "", argv[0]);
	else
		fprintf(stderr, "odradek: a command is missing; these are:\n");
	fflush(stderr);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	command_list(table, of);
	return EXIT_USAGE;
}

static void
usage(void)
{
	printf("usage: odradek [OPTION]... COMMAND ...\n");
	command_list(group_commands, "group");
	command_list(topic_commands, "topic");
	command_list(log_commands, "log");
	command_list(replica_commands, "replica");
	printf("\nOptions, before or behind the command:\n");
	for (size_t i = 0; i < OPTIONS; i++) {
		char left[64], letter[5] = "    ";

		if (options[i].option.val < 256)
			snprintf(letter, sizeof letter, "-%c, ", options[i].option.val);
		snprintf(left, sizeof left, "%s--%s%s%s", letter, options[i].option.name,
		    options[i].argument != NULL ? " " : "",
		    options[i].argument != NULL ? options[i].argument : "");
		printf("  %-34s %s\n", left, options[i].text);
	}
	printf("All of it: odradek(1).\n");
}

static void
take_property(char *text)
{
	char err[256], *equals = strchr(text, '=');

	if (equals == NULL)
		die_usage("-X wants name=value, not \"%s\"", text);
	*equals = '\0';
	if (rd_kafka_conf_set(cli.conf, text, equals + 1, err, sizeof err) != RD_KAFKA_CONF_OK)
		die_usage("-X %s=%s: %s", text, equals + 1, err);
}

static void
take(int c)
{
	int64_t n;

	switch (c) {
	case 'b':
		cli.bootstrap = optarg;
		break;
	case 'X':
		take_property(optarg);
		break;
	case OPTION_JSON:
		cli.json = true;
		break;
	case OPTION_TIMEOUT:
		if (number_parse(optarg, &n) == -1 || n < 1 || n > 3600)
			die_usage("--timeout wants 1 to 3600 seconds, not \"%s\"", optarg);
		cli.timeout_ms = (int)n * 1000;
		break;
	case 'y':
		cli.yes = true;
		break;
	case 'V':
		printf("odradek %s, librdkafka %s\n", PACKAGE_VERSION, rd_kafka_version_str());
		exit(EXIT_OK);
	case 'h':
		usage();
		exit(EXIT_OK);
	default:
		exit(EXIT_USAGE);
	}
}

/*
 * The shared options may stand anywhere, a command's own ones only behind it: the former are picked
 * out here, in the form that getopt_long would take them, and the rest keeps its order.
 */
static int
option_index(const char *arg, bool *attached)
{
	const char *equals = strchr(arg, '=');
	size_t len = equals != NULL ? (size_t)(equals - arg) : strlen(arg);

	*attached = false;
	for (int i = 0; i < (int)OPTIONS; i++) {
		const char *name = options[i].option.name;

		if (arg[0] == '-' && arg[1] == '-' && len == strlen(name) + 2 &&
		    strncmp(arg + 2, name, len - 2) == 0) {
			*attached = equals != NULL;
			return i;
		}
		if (arg[0] == '-' && arg[1] == options[i].option.val &&
		    options[i].option.val < 256) {
			*attached = arg[2] != '\0';
			return i;
		}
	}
	return -1;
}

static int
take_shared(int argc, char **argv)
{
	int left = 0;

	for (int i = 1; i < argc; i++) {
		bool attached;
		int o = option_index(argv[i], &attached);

		if (strcmp(argv[i], "--") == 0)
			o = -1;
		if (o == -1) {
			argv[left++] = argv[i];
			continue;
		}
		optarg = NULL;
		if (options[o].option.has_arg == no_argument) {
			if (attached)
				die_usage("\"%s\" takes no value", argv[i]);
		} else if (attached) {
			optarg = argv[i][1] == '-' ? strchr(argv[i], '=') + 1 : argv[i] + 2;
		} else if (++i < argc) {
			optarg = argv[i];
		} else {
			die_usage("\"%s\" wants %s", argv[i - 1], options[o].argument);
		}
		take(options[o].option.val);
	}
	return left;
}

int
main(int argc, char **argv)
{
	int code;

	cli.bootstrap = getenv("ODRADEK_BOOTSTRAP");
	cli.conf = rd_kafka_conf_new();
	argc = take_shared(argc, argv);
	if (cli.bootstrap == NULL || *cli.bootstrap == '\0')
		cli.bootstrap = DEFAULT_BOOTSTRAP;
	code = command_run(commands, "", argc, argv);
	client_close();
	if (fflush(stdout) != 0 || ferror(stdout))
		die("could not write to standard output");
	return code;
}
