/* SPDX-License-Identifier: ISC */
/* proctitle.h - what ps shows: "odradekd: writer.1 /var/lib/odradek". */
#ifndef ODRADEK_BASE_PROCTITLE_H
#define ODRADEK_BASE_PROCTITLE_H

/* Once, first thing in main(): moves the environment away so that argv's memory can carry titles.
 * argv itself stays usable through the copy that is returned. */
char **proctitle_init(int argc, char **argv);
/* The title becomes "odradekd: " and this text; cut where the room ends.  Does nothing before
 * proctitle_init. */
void proctitle_set(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
