/* SPDX-License-Identifier: ISC */
/*
 * walk.c - batch headers of a .log file, one after the other.
 *
 * Writer (recovery, truncation), acceptors (the last step of finding an offset), controller.  Small batches are read
 * by the window, of large ones just the neighbourhood of the header, so that bodies are not touched.
 * Files are not trusted: a header must be plausible and its batch must end within what may be read.
 */
#include "config.h"

#include <errno.h>
#include <string.h>

#include "odradek/base/crc32c.h"
#include "store_priv.h"

enum { LARGE = 16 << 10, PEEK = 512, PAGE = 4096 };

void
walk_init(struct walk *w, int fd, int64_t seg, int64_t pos, int64_t end, int64_t next, uint8_t *buf, size_t cap)
{
	*w = (struct walk){ .fd = fd, .pos = pos, .end = end, .buf = buf, .cap = cap, .window = cap, .next = next,
		.seg = seg };
}

int
walk_fill(struct walk *w, int64_t pos, size_t n)
{
	size_t want = w->last_size > LARGE ? PEEK : w->window;
	ssize_t got;

	if (pos >= w->from && pos + (int64_t)n <= w->from + (int64_t)w->len)
		return 0;
	if (w->stop > 0) { /* whole pages, and no more of them than need be */
		int64_t upto = pos + (int64_t)n > w->stop ? pos + (int64_t)n : w->stop;

		upto = (upto + PAGE - 1) / PAGE * PAGE;
		want = upto - pos < (int64_t)w->cap ? (size_t)(upto - pos) : (size_t)((pos + (int64_t)w->cap) / PAGE * PAGE - pos);
	}
	if (want < n)
		want = n;
	if (want > w->cap)
		want = w->cap;
	if ((int64_t)want > w->end - pos)
		want = (size_t)(w->end - pos);
	w->from = pos;
	w->len = 0;
	if ((got = store_pread(w->fd, w->buf, want, pos)) == -1)
		return -1;
	w->len = (size_t)got;
	if (w->len < n) {
		errno = EBADMSG;
		return -1;
	}
	return 0;
}

static bool
plausible(const struct walk *w, const struct batch_header *h)
{
	int64_t size = (int64_t)h->length + BATCH_LENGTH_END;

	return h->magic == 2 && size >= BATCH_OVERHEAD && size <= w->end - w->pos && h->last_offset_delta >= 0 &&
	    h->count >= 0 && h->base_offset >= w->next && h->base_offset >= w->seg &&
	    h->base_offset - w->seg <= INT32_MAX - h->last_offset_delta;
}

int
walk_next(struct walk *w, struct batch_header *h, int64_t *pos)
{
	if (w->pos >= w->end)
		return 0;
	if (w->end - w->pos < BATCH_OVERHEAD) {
		errno = EBADMSG;
		return -1;
	}
	if (walk_fill(w, w->pos, BATCH_OVERHEAD) == -1)
		return -1;
	batch_header_get(h, w->buf + (w->pos - w->from));
	if (!plausible(w, h)) {
		errno = EBADMSG;
		return -1;
	}
	*pos = w->pos;
	w->last_size = (uint32_t)h->length + BATCH_LENGTH_END;
	w->pos += w->last_size;
	w->next = h->base_offset + h->last_offset_delta + 1;
	return 1;
}

int
walk_crc(struct walk *w, const struct batch_header *h, int64_t pos)
{
	int64_t at = pos + BATCH_CRC_FROM, end = pos + BATCH_LENGTH_END + h->length;
	uint32_t crc = 0;

	w->last_size = 0; /* bodies are wanted: read windows */
	while (at < end) {
		size_t n;

		if (at >= w->from + (int64_t)w->len || at < w->from) {
			w->len = 0;
			if (walk_fill(w, at, 1) == -1)
				return -1;
		}
		n = w->len - (size_t)(at - w->from);
		if ((int64_t)n > end - at)
			n = (size_t)(end - at);
		crc = crc32c_update(crc, w->buf + (at - w->from), n);
		at += (int64_t)n;
	}
	return crc == h->crc;
}
