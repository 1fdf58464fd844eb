/* SPDX-License-Identifier: ISC */
/* notify_systemd.c - what systemd asks for.  Chosen in local.mk; the other one is notify_env.c.  Supervisor. */
#include "config.h"

#include <systemd/sd-daemon.h>

#include "supervisor.h"

int64_t
notify_watchdog(void)
{
	uint64_t usec;

	return sd_watchdog_enabled(0, &usec) > 0 ? (int64_t)(usec / 1000) : 0;
}
