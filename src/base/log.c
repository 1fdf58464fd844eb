/* SPDX-License-Identifier: ISC */
/* log.c - see log.h.  Runs in every process.
 * A line is built on the stack and written by one write(2), so that processes sharing the file do
 * not mix lines. Nothing here allocates, locks, or acts on a failed write. */
#include "config.h"

#include "odradek/base/log.h"

#include "odradek/base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LINE_SIZE = 2048 };

static struct {
	char name[32];
	char path[4096];
	int fd;
	int journal; /* fd is standard error and that is the journal */
	int asked;   /* journal is known */
	enum log_level level;
	void (*last_words)(const char *text);
} state = {.name = "odradekd", .fd = STDERR_FILENO, .level = LOG_LEVEL_INFO};

static const struct {
	const char *name;
	char prefix; /* sd-daemon(3) */
} levels[] = {{"debug", '7'}, {"info", '6'}, {"warn", '4'}, {"error", '3'}};

/* JOURNAL_STREAM names the device and inode that the service manager gave us as standard error. */
static int
is_journal(void)
{
	const char *text = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return text != NULL && sscanf(text, "%llu:%llu", &dev, &ino) == 2 &&
	       fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

void
log_set_name(const char *name)
{
	snprintf(state.name, sizeof(state.name), "%s", name);
}

void
log_set_level(enum log_level level)
{
	state.level = level;
}

enum log_level
log_level(void)
{
	return state.level;
}

int
log_level_parse(const char *text)
{
	int i;

	for (i = 0; i < (int)(sizeof(levels) / sizeof(levels[0])); i++)
		if (strcmp(levels[i].name, text) == 0)
			return i;
	return -1;
}

void
log_use_fd(int fd, const char *path)
{
	if (state.fd != STDERR_FILENO && state.fd != fd)
		close(state.fd);
	state.fd = fd;
	snprintf(state.path, sizeof(state.path), "%s", path != NULL ? path : "");
}

int
log_open(const char *path)
{
	int fd;

	if (path == NULL) {
		log_use_fd(STDERR_FILENO, NULL);
		return 0;
	}
	if (strlen(path) >= sizeof(state.path)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd == -1)
		return -1;
	log_use_fd(fd, path);
	return 0;
}

int
log_reopen(void)
{
	char path[sizeof(state.path)];

	if (state.path[0] == '\0')
		return 0;
	memcpy(path, state.path, sizeof(path));
	return log_open(path);
}

int
log_fd(void)
{
	return state.fd;
}

/* "2026-11-21T09:00:00.123Z" */
static int
stamp(char *p, size_t n)
{
	struct timespec ts;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &ts);
	gmtime_r(&ts.tv_sec, &tm);
	return snprintf(p, n, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ ", tm.tm_year + 1900,
	    tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec,
	    (int)(ts.tv_nsec / 1000000));
}

/* Text that came from elsewhere must not forge lines or move the cursor. */
static void
make_printable(char *p, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if ((unsigned char)p[i] < ' ' || p[i] == 0x7f)
			p[i] = p[i] == '\t' ? ' ' : '?';
}

/* A full disk or a reader that went away must not stop the daemon; what the file does not take goes to stderr. */
static void
put_line(int fd, const char *p, size_t n)
{
	while (n > 0) {
		ssize_t r = write(fd, p, n);

		if (r == -1 && errno == EINTR)
			continue;
		if (r <= 0)
			break;
		p += r;
		n -= (size_t)r;
	}
	if (n > 0 && fd != STDERR_FILENO)
		put_line(STDERR_FILENO, p, n);
}

/* Builds and writes the line; err is 0 for none.  body, if not NULL, gets the text alone. */
static void
emit(enum log_level level, int err, const char *fmt, va_list ap, char *body, size_t body_size)
{
	char line[LINE_SIZE];
	size_t n = 0, start, room;
	int r;

	if (!state.asked) {
		state.journal = is_journal();
		state.asked = 1;
	}
	if (state.fd == STDERR_FILENO && state.journal) /* the journal has its own clock */
		n = (size_t)snprintf(line, sizeof(line), "<%c>", levels[level].prefix);
	else
		n = (size_t)stamp(line, sizeof(line));
	n += (size_t)snprintf(line + n, sizeof(line) - n, "%s %s[%d]: ", levels[level].name,
	    state.name, (int)getpid());
	start = n;
	room = sizeof(line) - n - 1;
	r = vsnprintf(line + n, room, fmt, ap);
	n += r < 0 ? 0 : (size_t)r < room ? (size_t)r : room - 1;
	if (err != 0) {
		room = sizeof(line) - n - 1;
		r = snprintf(line + n, room, ": %s",
		    strerrordesc_np(err) != NULL ? strerrordesc_np(err) : "unknown error");
		n += (size_t)r < room ? (size_t)r : room - 1;
	}
	make_printable(line + start, n - start);
	if (body != NULL)
		snprintf(body, body_size, "%.*s", (int)(n - start), line + start);
	line[n++] = '\n';
	if (level < state.level && body == NULL)
		return;
	put_line(state.fd, line, n);
}

#define EMIT(at, err)                                        \
	do {                                                 \
		int saved = errno;                           \
		va_list ap;                                  \
                                                             \
		if ((at) >= state.level) {                   \
			va_start(ap, fmt);                   \
			emit((at), (err), fmt, ap, NULL, 0); \
			va_end(ap);                          \
		}                                            \
		errno = saved;                               \
	} while (0)

void
log_debug(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_DEBUG, 0);
}

void
log_info(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_INFO, 0);
}

void
log_warn(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_WARN, saved);
}

void
log_warnx(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_WARN, 0);
}

void
log_error(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_ERROR, saved);
}

void
log_errorx(const char *fmt, ...)
{
	EMIT(LOG_LEVEL_ERROR, 0);
}

void
log_at(enum log_level level, const char *fmt, ...)
{
	EMIT(level, 0);
}

void
log_vat(enum log_level level, const char *fmt, va_list ap)
{
	int saved = errno;

	if (level >= state.level)
		emit(level, 0, fmt, ap, NULL, 0);
	errno = saved;
}

void
log_set_last_words(void (*fn)(const char *text))
{
	state.last_words = fn;
}

static void
last_line(int err, const char *fmt, va_list ap)
{
	char text[512];

	emit(LOG_LEVEL_ERROR, err, fmt, ap, text, sizeof(text));
	if (state.last_words != NULL)
		state.last_words(text);
}

void
fatal(const char *fmt, ...)
{
	int saved = errno;
	va_list ap;

	va_start(ap, fmt);
	last_line(saved, fmt, ap);
	va_end(ap);
	exit(1);
}

void
fatalx(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	last_line(0, fmt, ap);
	va_end(ap);
	exit(1);
}

void
panic(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	last_line(0, fmt, ap);
	va_end(ap);
	abort();
}

void
log_limited_at(struct log_limit *limit, uint32_t burst, uint32_t interval_ms, enum log_level level,
    const char *fmt, ...)
{
	int saved = errno;
	int64_t now = mono_coarse_ms();
	uint32_t dropped;
	va_list ap;

	if (level < state.level)
		return;
	if (limit->passed == 0 || now - limit->since >= (int64_t)interval_ms) {
		dropped = limit->dropped;
		limit->since = now;
		limit->passed = limit->dropped = 0;
		if (dropped > 0)
			log_at(level, "%u lines like the following were left out", dropped);
	}
	if (limit->passed >= burst) {
		limit->dropped++;
		return;
	}
	limit->passed++;
	va_start(ap, fmt);
	emit(level, 0, fmt, ap, NULL, 0);
	va_end(ap);
	errno = saved;
}
