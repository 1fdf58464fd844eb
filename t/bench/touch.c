/* SPDX-License-Identifier: ISC */
/* touch - make the kernel own this machine's free memory before a measurement: touches all but 2 GB of it once and exits.
 * On a virtual machine the first touch of a page costs about 2.5 CPU s/GB in the hypervisor, whoever does it; without
 * this a benchmark that writes files measures the hypervisor.  Run it again before each row that writes much. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

int
main(void)
{
	char line[256];
	long kb = 0;
	FILE *f = fopen("/proc/meminfo", "r");
	while (f != NULL && fgets(line, sizeof line, f) != NULL)
		sscanf(line, "MemFree: %ld", &kb);
	long n = (kb - (2L << 20)) * 1024;
	if (n <= 0)
		return 0;
	char *m = mmap(NULL, n, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (m == MAP_FAILED)
		return 1;
	for (long i = 0; i < n; i += 4096)
		m[i] = 1;
	return 0;
}
