/* SPDX-License-Identifier: ISC */
/* notify_systemd.c - tells systemd how we are.  Chosen in local.mk; the other one is notify_none.c.
 * Supervisor. */
#include "config.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <systemd/sd-daemon.h>

#include "supervisor.h"

void
notify(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	if (getenv("NOTIFY_SOCKET") == NULL)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)sd_notify(0, text);
}

int64_t
notify_watchdog(void)
{
	uint64_t usec;

	return sd_watchdog_enabled(0, &usec) > 0 ? (int64_t)(usec / 1000) : 0;
}
