/* SPDX-License-Identifier: ISC */
/* log.h - what every process says about itself: one line per event, one write(2) per line.
 *
 *	2026-11-21T09:00:00.123Z info writer.1[4711]: recovered 3 partitions in 12 ms
 *
 * Lines go to standard error (with the journal's <N> prefixes when it is the journal) or to a file
 *opened O_APPEND, which several processes may share.  A log that cannot be written (full disk)
 *stops nobody. Every function here preserves errno.  Used in: all processes; not async-signal-safe.
*/
#ifndef ODRADEK_BASE_LOG_H
#define ODRADEK_BASE_LOG_H
#include <stdarg.h>
#include <stdint.h>

enum log_level { LOG_LEVEL_DEBUG, LOG_LEVEL_INFO, LOG_LEVEL_WARN, LOG_LEVEL_ERROR };

/* The name in front of the pid, "writer.1".  Copied, at most 31 bytes.  The pid is asked anew: call
 * after fork. */
void log_set_name(const char *name);
/* Lines below this level are not written. */
void log_set_level(enum log_level level);
enum log_level log_level(void);
/* "debug", "info", "warn", "error"; -1 if it is none of them. */
int log_level_parse(const char *text);

/* Write to path from now on; NULL is standard error.  0, or -1 with errno and the old log still in
 * use. */
int log_open(const char *path);
/* Use this open descriptor (inherited from the supervisor); path is what log_reopen() opens, may be
 * NULL. The descriptor then belongs to the log. */
void log_use_fd(int fd, const char *path);
/* Open the path again, after a rotation (USR1).  0, or -1 with errno and the old file still in use.
 */
int log_reopen(void);
/* The descriptor in use (2 for standard error): keep it open when closing what was inherited. */
int log_fd(void);

void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_info(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* Adds ": " and the text of errno.  log_warnx does not. */
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warnx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
/* The same as log_warn and log_warnx at level error: the daemon goes on, an operator must look. */
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_errorx(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_at(enum log_level level, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void log_vat(enum log_level level, const char *fmt, va_list ap)
    __attribute__((format(printf, 2, 0)));

/* The world is unfit to start in: says why and leaves with exit code 1.  fatal adds the text of
 * errno. */
void fatal(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn, cold));
void fatalx(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn, cold));
/* Our own bug: says why and aborts, which the supervisor counts as a crash. */
void panic(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn, cold));
/* Called with the text of every fatal and panic before the process leaves ("last words"); NULL is
 * none. */
void log_set_last_words(void (*fn)(const char *text));

/* At most `burst` lines every `interval_ms`; the first line after a silence says how many were left
 * out. One static struct log_limit per place. */
struct log_limit {
	int64_t since;    /* coarse monotonic ms when the current interval began */
	uint32_t passed;  /* lines written in it */
	uint32_t dropped; /* lines left out */
};
void log_limited_at(struct log_limit *limit, uint32_t burst, uint32_t interval_ms,
    enum log_level level, const char *fmt, ...) __attribute__((format(printf, 5, 6)));
/* A warning that a client or a full disk could repeat for ever: 5 lines in 10 s. */
#define log_limited(...)                                                                \
	do {                                                                            \
		static struct log_limit log_limit_here;                                 \
		log_limited_at(&log_limit_here, 5, 10000, LOG_LEVEL_WARN, __VA_ARGS__); \
	} while (0)

#endif
