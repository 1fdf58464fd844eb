/* SPDX-License-Identifier: ISC */
/* notify_none.c - there is no service manager to talk to.  Supervisor. */
#include "config.h"

#include "supervisor.h"

void
notify(const char *fmt, ...)
{
	(void)fmt;
}

int64_t
notify_watchdog(void)
{
	return 0;
}
