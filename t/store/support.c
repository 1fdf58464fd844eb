/* SPDX-License-Identifier: ISC */
/* support.c - see support.h. */
#include "support.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/record.h"
#include "odradek/store/reader.h"

/* ---- directories and numbers ---- */

static char made_dirs[64][256];
static int n_dirs;
static pid_t dirs_owner;

static void
remove_dirs(void)
{
	if (getpid() != dirs_owner)
		return;
	for (int i = 0; i < n_dirs; i++)
		remove_tree_at(AT_FDCWD, made_dirs[i]);
}

const char *
tmp_dir(void)
{
	const char *base = getenv("TMPDIR");

	if (n_dirs == 64)
		bail("too many directories");
	if (n_dirs == 0) {
		dirs_owner = getpid();
		atexit(remove_dirs);
		if (getenv("STORE_T_DEBUG") == NULL)
			log_set_level(LOG_LEVEL_ERROR);
		else
			log_set_level(LOG_LEVEL_DEBUG);
	}
	snprintf(made_dirs[n_dirs], sizeof(made_dirs[0]), "%s/odradek-store.XXXXXX", base == NULL ? "/tmp" : base);
	if (mkdtemp(made_dirs[n_dirs]) == NULL)
		bail("mkdtemp: %s", strerror(errno));
	return made_dirs[n_dirs++];
}

static uint64_t rnd_state = 88172645463325252ULL;

void
rnd_seed(uint64_t seed)
{
	rnd_state = seed * 2654435761u + 88172645463325252ULL;
}

uint32_t
rnd(uint32_t below)
{
	rnd_state ^= rnd_state << 13;
	rnd_state ^= rnd_state >> 7;
	rnd_state ^= rnd_state << 17;
	return (uint32_t)((rnd_state >> 16) % below);
}

/* ---- batches ---- */

static void
build(struct wire_out *out, const struct spec *s)
{
	struct batch_header h = {
		.leader_epoch = -1, .attributes = (int16_t)s->attributes, .base_timestamp = s->timestamp,
		.producer_id = s->producer_id, .producer_epoch = s->epoch, .base_sequence = s->sequence,
	};
	uint8_t *value = xmalloc((size_t)s->value + 1);
	struct batch_builder b;

	if (s->marker >= 0) {
		if (control_marker_build(out, s->producer_id, s->epoch, s->marker, 0, s->timestamp) == -1)
			bail("marker");
		free(value);
		return;
	}
	if (batch_build_begin(&b, out, &h, CODEC_DEFAULT_LEVEL) == -1)
		bail("batch_build_begin");
	for (int i = 0; i < s->records; i++) {
		for (int k = 0; k < s->value; k++)
			value[k] = (uint8_t)rnd(256);
		batch_build_add(&b, s->timestamp + i * s->step, "key", 3, value, s->value);
	}
	if (batch_build_finish(&b) == -1)
		bail("batch_build_finish");
	free(value);
}

void
make_batch(struct made *m, const struct spec *s)
{
	size_t rest, cut;

	memset(m, 0, sizeof(*m));
	wire_out_init(&m->out, 64 << 20);
	build(&m->out, s);
	batch_header_get(&m->h, m->out.base);
	rest = m->out.len - BATCH_PREFIX;
	cut = 1 + rnd((uint32_t)rest - 1);
	m->iov[0] = (struct iovec){ m->out.base + BATCH_PREFIX, cut };
	m->iov[1] = (struct iovec){ m->out.base + BATCH_PREFIX + cut, rest - cut };
	m->b = (struct plog_batch){
		.iov = m->iov, .iovcnt = 2, .length = (uint32_t)m->out.len,
		.last_offset_delta = m->h.last_offset_delta, .max_timestamp = m->h.max_timestamp,
		.producer_id = m->h.producer_id, .producer_epoch = m->h.producer_epoch,
		.attributes = (uint16_t)m->h.attributes, .base_sequence = m->h.base_sequence,
		.marker = (int8_t)s->marker, .coordinator_epoch = 0,
	};
}

void
free_batch(struct made *m)
{
	wire_out_fini(&m->out);
}

/* ---- the world ---- */

static struct store_sys real; /* as it was before faults were put in */

static void
on_changed(struct plog *log, void *arg)
{
	struct world *w = arg;

	w->changed++;
	w->published = *plog_line(log);
}

static int
no_sync(int fd)
{
	(void)fd;
	return 0;
}

void
world_init(struct world *w)
{
	/* the medium is not what is tested */
	if (real.openat == NULL)
		store_sys.fsync = store_sys.fdatasync = store_sys.syncfs = no_sync;
	memset(w, 0, sizeof(*w));
	snprintf(w->dir, sizeof(w->dir), "%s", tmp_dir());
	w->config = plog_config_default;
	w->opt = (struct disk_options){ .path = w->dir, .cache_bytes = -1, .changed = on_changed, .arg = w };
	w->now = 1700000000000;
	w->mono = mono_ns() / 1000000 + 1000;
}

int
world_open(struct world *w, bool force_full, int64_t known_leo)
{
	struct plog_name name = { .topic = "topic", .partition = 0, .topic_id = { 1, 2, 3 } };
	struct plog_open_how how = { .flags = PLOG_CREATE, .known_leo = known_leo, .known_log_start = -1, .known_hw = -1 };
	int r;

	w->opt.path = w->dir;
	w->opt.arg = w;
	if (disk_open(&w->disk, &w->opt, force_full) == -1)
		bail("disk_open: %s", strerror(errno));
	r = plog_open(&w->log, w->disk, &name, &w->config, &how);
	if (r == -1)
		return -1;
	if (disk_recovered(w->disk) == -1)
		bail("disk_recovered: %s", strerror(errno));
	w->published = *plog_line(w->log);
	return r;
}

void
world_kill(struct world *w)
{
	disk_close(&w->disk, false);
	w->log = NULL;
}

void
world_close(struct world *w)
{
	run_jobs(w);
	if (disk_close(&w->disk, true) == -1)
		bail("disk_close: %s", strerror(errno));
	w->log = NULL;
}

void
world_fini(struct world *w)
{
	if (w->disk != NULL)
		world_kill(w);
	free(w->model.b);
}

void
run_jobs(struct world *w)
{
	struct store_job *job;

	while ((job = disk_job_next(w->disk)) != NULL) {
		store_job_run(job);
		disk_job_done(w->disk, job);
	}
}

static void
tell_model(struct model *m, const struct made *b, const struct spec *s)
{
	if (m->n == m->cap) {
		m->cap = m->cap == 0 ? 64 : m->cap * 2;
		m->b = xreallocarray(m->b, (size_t)m->cap, sizeof(*m->b));
	}
	m->b[m->n++] = (struct model_batch){ b->b.base_offset, b->b.base_offset + b->b.last_offset_delta + 1,
		b->b.max_timestamp, b->h.crc, b->b.length, *s };
}

int
append_many(struct world *w, const struct spec *spec, int n, int *errors)
{
	struct made *m = xcalloc((size_t)n, sizeof(*m));
	struct plog_batch *b = xcalloc((size_t)n, sizeof(*b));
	int r, saved;

	for (int i = 0; i < n; i++) {
		make_batch(&m[i], &spec[i]);
		b[i] = m[i].b;
	}
	r = plog_append(w->log, b, n, 5, 0, w->now);
	saved = errno;
	for (int i = 0; i < n; i++) {
		m[i].b = b[i];
		if (errors != NULL)
			errors[i] = b[i].duplicate ? -2 : b[i].error;
		if (b[i].error == 0 && !b[i].duplicate)
			tell_model(&w->model, &m[i], &spec[i]);
		free_batch(&m[i]);
	}
	free(m);
	free(b);
	plog_set_hw(w->log, plog_line(w->log)->leo, false);
	w->published = *plog_line(w->log);
	errno = saved;
	return r;
}

int
append(struct world *w, const struct spec *spec, int *error)
{
	int dummy;

	return append_many(w, spec, 1, error == NULL ? &dummy : error);
}

void
put(struct world *w, const struct spec *spec)
{
	int error;

	if (append(w, spec, &error) == -1 || error != 0)
		bail("append: %d, %s", error, strerror(errno));
}

void
model_cut(struct model *m, int64_t leo)
{
	while (m->n > 0 && m->b[m->n - 1].next > leo)
		m->n--;
}

/* ---- checking ---- */

char *
path_of(const struct world *w, int64_t base, const char *suffix)
{
	return xasprintf("%s/topic-0/%020" PRId64 "%s", w->dir, base, suffix);
}

bool
log_matches(const struct world *w, const char *what)
{
	char *dir = xasprintf("%s/topic-0", w->dir);
	struct plog_reader *r;
	const uint8_t *p;
	size_t len;
	int i = 0, n = -1;
	bool same = true;

	while (i < w->model.n && w->model.b[i].next <= w->published.log_start)
		i++;
	if (plog_reader_open(&r, dir, w->published.log_start) == 0) {
		while ((n = plog_reader_next(r, &p, &len)) == 1) {
			const struct model_batch *b = &w->model.b[i];

			if (i >= w->model.n || batch_base_offset(p) != b->base || len != b->length ||
			    batch_last_offset(p) + 1 != b->next || be32_get(p + 17) != b->crc) {
				diag("%s: batch %d of %d differs: offset %" PRId64, what, i, w->model.n,
				    batch_base_offset(p));
				same = false;
				break;
			}
			i++;
		}
		plog_reader_close(&r);
	}
	if (n == -1)
		diag("%s: reading: %s", what, strerror(errno));
	if (same && i != w->model.n)
		diag("%s: %d batches of %d", what, i, w->model.n);
	same = same && n == 0 && i == w->model.n;
	free(dir);
	return what[0] == '\0' ? same : ok(same, "%s", what);
}

static int64_t
read_index(const struct world *w, int64_t base, const char *suffix, uint8_t *buf, size_t size)
{
	char *path = path_of(w, base, suffix);
	int fd = open(path, O_RDONLY);
	int64_t n = fd == -1 ? -1 : read_full(fd, buf, size);

	if (fd != -1)
		close(fd);
	free(path);
	return n;
}

static bool
segment_indexes(const struct world *w, int64_t base, int64_t end, bool active, bool strict)
{
	static uint8_t index[1 << 20], timeindex[1 << 20];
	int64_t n = read_index(w, base, ".index", index, sizeof(index));
	int64_t t = read_index(w, base, ".timeindex", timeindex, sizeof(timeindex));
	int64_t pos = 0, max_ts = -1, max_at = -1, since = 0, last_ts = -1, at = 0, tat = 0;

	bool has_time = t >= 0;

	n = n < 0 ? 0 : n - n % 8; /* a torn entry is none */
	t = t < 0 ? 0 : t - t % 12;
	for (int i = 0; i < w->model.n; i++) {
		const struct model_batch *b = &w->model.b[i];
		int64_t last = b->next - 1;
		bool due, has;

		if (b->base < base || b->base >= end)
			continue;
		if (b->max_ts > max_ts) {
			max_ts = b->max_ts;
			max_at = last;
		}
		due = since > w->config.index_interval_bytes;
		has = at < n && (int32_t)be32_get(index + at) == last - base;
		if (has && (int32_t)be32_get(index + at + 4) != pos) {
			diag("index of %" PRId64 ": %" PRId64 " is not at %u", base, last, be32_get(index + at + 4));
			return false;
		}
		if (strict && !active && due != has) {
			diag("index of %" PRId64 ": entry for %" PRId64 " %s", base, last, due ? "missing" : "unexpected");
			return false;
		}
		if (has)
			at += 8;
		if (due)
			since = 0;
		since += b->length;
		pos += b->length;
		while (tat < t && (int32_t)be32_get(timeindex + tat + 8) <= last - base &&
		    (int64_t)be64_get(timeindex + tat) <= max_ts) {
			int64_t ts = (int64_t)be64_get(timeindex + tat);

			if (ts <= last_ts || ts != max_ts || (int32_t)be32_get(timeindex + tat + 8) != max_at - base) {
				diag("time index of %" PRId64 ": %" PRId64, base, ts);
				return false;
			}
			last_ts = ts;
			tat += 12;
		}
	}
	/* no time index at all is allowed: then it is looked for in the batches */
	if (at != n || tat != t || (!active && has_time && last_ts != max_ts)) {
		diag("indexes of %" PRId64 ": %" PRId64 "/%" PRId64 " and %" PRId64 "/%" PRId64 " true, last %" PRId64
		    " of %" PRId64, base, at, n, tat, t, last_ts, max_ts);
		return false;
	}
	return true;
}

static int
int64_compare(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return x < y ? -1 : x > y;
}

bool
indexes_true(const struct world *w, bool strict, const char *what)
{
	char *dir = xasprintf("%s/topic-0", w->dir);
	DIR *d = opendir(dir);
	int64_t base[4096];
	struct dirent *e;
	bool good = true;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		if (strlen(e->d_name) == 24 && strcmp(e->d_name + 20, ".log") == 0 && n < 4096)
			base[n++] = atoll(e->d_name);
	closedir(d);
	free(dir);
	qsort(base, (size_t)n, sizeof(base[0]), int64_compare);
	for (int i = 0; i < n; i++)
		good = good && segment_indexes(w, base[i], i + 1 < n ? base[i + 1] : INT64_MAX, i + 1 == n, strict);
	return what[0] == '\0' ? good : ok(good, "%s", what);
}

int
count_files(const struct world *w, const char *suffix)
{
	char *dir = xasprintf("%s/topic-0", w->dir);
	DIR *d = opendir(dir);
	struct dirent *e;
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL) {
		size_t len = strlen(e->d_name), m = strlen(suffix);

		n += len >= m && strcmp(e->d_name + len - m, suffix) == 0 && e->d_name[0] != '.';
	}
	if (d != NULL)
		closedir(d);
	free(dir);
	return n;
}

/* ---- faults ---- */

static int64_t calls, fault_n = -1;
static enum fault fault_kind;
static int fault_error;
static bool fault_stays, hit;
static void (*fault_die)(void);

/* Does this call fail?  0 no, -1 yes with errno. */
static int
fails(void)
{
	int64_t n = calls++;

	if (fault_n < 0 || (fault_stays ? n < fault_n : n != fault_n))
		return 0;
	hit = true;
	if (fault_kind == FAULT_DIE)
		fault_die();
	if (fault_kind == FAULT_SHORT)
		return 0;
	errno = fault_error;
	return -1;
}

static int
f_openat(int dirfd, const char *path, int flags, mode_t mode)
{
	if ((flags & (O_CREAT | O_TRUNC)) && fails() == -1)
		return -1;
	return real.openat(dirfd, path, flags, mode);
}

static ssize_t
f_pwrite(int fd, const void *p, size_t n, off_t off)
{
	bool mine = calls == fault_n && fault_kind != FAULT_ERRNO;

	/* a write that is cut short, by a full disk or by death, leaves some of its bytes behind */
	if (mine && n > 1) {
		size_t some = rnd((uint32_t)n);
		ssize_t r = some == 0 ? 0 : real.pwrite(fd, p, some, off);

		if (fails() == -1)
			return -1;
		if (r > 0)
			return r;
		return real.pwrite(fd, p, n, off);
	}
	return fails() == -1 ? -1 : real.pwrite(fd, p, n, off);
}

static ssize_t
f_pwritev(int fd, const struct iovec *iov, int n, off_t off)
{
	bool mine = calls == fault_n && fault_kind != FAULT_ERRNO;

	if (mine) {
		size_t all = 0, some;
		ssize_t r = 0;
		uint8_t *flat, *p;

		for (int i = 0; i < n; i++)
			all += iov[i].iov_len;
		p = flat = xmalloc(all);
		for (int i = 0; i < n; i++, p += iov[i - 1].iov_len)
			memcpy(p, iov[i].iov_base, iov[i].iov_len);
		some = 1 + rnd((uint32_t)all);
		r = real.pwrite(fd, flat, some > all ? all : some, off);
		free(flat);
		if (fails() == -1)
			return -1;
		return r;
	}
	return fails() == -1 ? -1 : real.pwritev(fd, iov, n, off);
}

/* On a full disk space can still be given back. */
static bool
may_shrink(void)
{
	return fault_stays && fault_error == ENOSPC;
}

static int
f_ftruncate(int fd, off_t len)
{
	if (may_shrink())
		return real.ftruncate(fd, len);
	return fails() == -1 ? -1 : real.ftruncate(fd, len);
}

static int
f_fsync(int fd)
{
	(void)fd;
	return fails();
}

static int
f_fdatasync(int fd)
{
	(void)fd;
	return fails();
}

static int
f_syncfs(int fd)
{
	(void)fd;
	return fails();
}

static int
f_renameat(int a, const char *from, int b, const char *to)
{
	return fails() == -1 ? -1 : real.renameat(a, from, b, to);
}

static int
f_linkat(int a, const char *from, int b, const char *to, int flags)
{
	return fails() == -1 ? -1 : real.linkat(a, from, b, to, flags);
}

static int
f_unlinkat(int dirfd, const char *path, int flags)
{
	if (may_shrink())
		return real.unlinkat(dirfd, path, flags);
	return fails() == -1 ? -1 : real.unlinkat(dirfd, path, flags);
}

static int
f_mkdirat(int dirfd, const char *path, mode_t mode)
{
	return fails() == -1 ? -1 : real.mkdirat(dirfd, path, mode);
}

static void
fault_set(int64_t n, enum fault kind, int error, bool stays, void (*die_fn)(void))
{
	if (real.openat == NULL)
		real = store_sys;
	store_sys.openat = f_openat;
	store_sys.pwrite = f_pwrite;
	store_sys.pwritev = f_pwritev;
	store_sys.ftruncate = f_ftruncate;
	store_sys.fsync = f_fsync;
	store_sys.fdatasync = f_fdatasync;
	store_sys.syncfs = f_syncfs;
	store_sys.renameat = f_renameat;
	store_sys.linkat = f_linkat;
	store_sys.unlinkat = f_unlinkat;
	store_sys.mkdirat = f_mkdirat;
	calls = 0;
	hit = false;
	fault_n = n;
	fault_kind = kind;
	fault_error = error;
	fault_stays = stays;
	fault_die = die_fn;
}

void
fault_at(int64_t n, enum fault kind, int error, void (*die_fn)(void))
{
	fault_set(n, kind, error, false, die_fn);
}

void
fault_from(int64_t n, int error)
{
	fault_set(n, FAULT_ERRNO, error, true, NULL);
}

void
fault_off(void)
{
	fault_n = -1;
	if (real.openat != NULL)
		store_sys = real;
}

int64_t
fault_calls(void)
{
	return calls;
}

bool
fault_hit(void)
{
	return hit;
}
