/* SPDX-License-Identifier: ISC */
/* group_id.c - which partition of __consumer_offsets a group belongs to.  Used in: acceptor,
 * coordinator. */
#include "config.h"

#include "odradek/proto/group_id.h"

/* The next code point of UTF-8, and one for each byte that is none: the id was checked when it was
 * decoded, or is nobody's. */
static uint32_t
code_point(const uint8_t **p, const uint8_t *end)
{
	static const uint8_t lead[] = {0xc0, 0xe0, 0xf0}, mask[] = {0x1f, 0x0f, 0x07};
	const uint8_t *s = *p;
	uint32_t c = *s;

	for (int n = 3; n >= 1; n--) {
		if (c < lead[n - 1] || end - s <= n)
			continue;
		c &= mask[n - 1];
		for (int i = 1; i <= n; i++)
			c = c << 6 | (s[i] & 0x3f);
		*p = s + n + 1;
		return c;
	}
	*p = s + 1;
	return c;
}

/* java.lang.String.hashCode: over UTF-16 units. */
static uint32_t
java_hash(const char *id, size_t len)
{
	const uint8_t *p = (const uint8_t *)id, *end = p + len;
	uint32_t h = 0;

	while (p < end) {
		uint32_t c = code_point(&p, end);

		if (c >= 0x10000) {
			h = 31 * h + (0xd800 + ((c - 0x10000) >> 10));
			c = 0xdc00 + ((c - 0x10000) & 0x3ff);
		}
		h = 31 * h + c;
	}
	return h;
}

int32_t
group_partition(const char *id, size_t len, int32_t partitions)
{
	int32_t h = (int32_t)java_hash(id, len);

	if (partitions <= 0)
		return -1;
	return h == INT32_MIN ? 0 : (h < 0 ? -h : h) % partitions;
}
