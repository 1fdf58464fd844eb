/* SPDX-License-Identifier: ISC */
/* notify_env.c - what the service manager asks for, where libsystemd is absent.  Chosen in local.mk; the other one is
 * notify_systemd.c.  Supervisor. */
#include "config.h"

#include <stdlib.h>
#include <unistd.h>

#include "supervisor.h"

int64_t
notify_watchdog(void)
{
	const char *usec = getenv("WATCHDOG_USEC"), *pid = getenv("WATCHDOG_PID");

	if (usec == NULL || (pid != NULL && atol(pid) != (long)getpid()))
		return 0;
	return atoll(usec) / 1000;
}
