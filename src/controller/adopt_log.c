/* SPDX-License-Identifier: ISC */
/*
 * adopt_log.c - what a Kafka cluster's own log, __cluster_metadata-0, says: configurations and
 * producer ids. Used in: controller, when it adopts a disk.
 *
 * The newest snapshot (NNN-EEE.checkpoint) is read first, then the log from where it ends; the
 * latest record of a key holds.  Records of types that are not needed here are passed over. Nothing
 * is written.
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "odradek/proto/gen/rec_metadata.h"
#include "odradek/proto/record.h"
#include "odradek/store/reader.h"

#define INFLATED_MAX (256u << 20)
#define RECORD_MAX (16u << 20)

enum { RESOURCE_TOPIC = 2 };

struct setting {
	int8_t type;
	char *resource, *name, *value; /* value NULL: removed */
};
struct replay {
	struct setting *v;
	size_t n, cap;
	struct mapstr by_key; /* type, resource, name -> index */
	struct mapstr topics; /* id -> index in names */
	char **name;
	uint32_t names;
	int64_t next_producer;
	struct msg_arena arena;
};

static void
set(struct replay *r, const struct config_record *rec)
{
	const char *resource = kstr(&rec->resource_name), *name = kstr(&rec->name),
		   *value = kstr(&rec->value);
	char *key = xasprintf("%d/%s/%s", rec->resource_type, resource, name);
	uint32_t *at = mapstr_get(&r->by_key, key, strlen(key));
	struct setting *s;

	if (at == NULL) {
		if (r->n == r->cap) {
			r->cap = r->cap == 0 ? 64 : r->cap * 2;
			r->v = xreallocarray(r->v, r->cap, sizeof(*r->v));
		}
		mapstr_put(&r->by_key, key, strlen(key), (uint32_t)r->n);
		s = &r->v[r->n++];
		*s = (struct setting){rec->resource_type, xstrdup(resource), xstrdup(name), NULL};
	} else
		s = &r->v[*at];
	free(key);
	free(s->value);
	s->value = value == NULL ? NULL : xstrdup(value);
}

static void
topic_seen(struct replay *r, const struct topic_record *rec)
{
	r->name = xreallocarray(r->name, r->names + 1, sizeof(*r->name));
	r->name[r->names] = xstrdup(kstr(&rec->name));
	mapstr_put(&r->topics, (const char *)rec->topic_id.b, 16, r->names++);
}

static void
topic_removed(struct replay *r, const struct remove_topic_record *rec)
{
	uint32_t *at = mapstr_get(&r->topics, (const char *)rec->topic_id.b, 16);

	for (size_t i = 0; at != NULL && i < r->n; i++)
		if (r->v[i].type == RESOURCE_TOPIC && strcmp(r->v[i].resource, r->name[*at]) == 0) {
			free(r->v[i].value);
			r->v[i].value = NULL;
		}
}

/* A record's value: version of the frame, type, version, message. */
static void
replay_value(struct replay *r, const void *p, size_t len)
{
	const struct msg_table *table;
	struct wire_in in;
	uint32_t frame, type, version;
	void *root;

	wire_in_mem(&in, p, len);
	frame = wire_get_uvarint(&in);
	type = wire_get_uvarint(&in);
	version = wire_get_uvarint(&in);
	if (!wire_in_ok(&in) || frame > 1)
		return;
	table = msg_record_table(MSG_METADATA, NULL, (int)type);
	if (table != &config_record_table && table != &topic_record_table &&
	    table != &remove_topic_record_table && table != &producer_ids_record_table)
		return;
	msg_arena_reset(&r->arena);
	if (version > INT8_MAX || msg_decode(table, (int)version, &in, &r->arena) != 0)
		return;
	root = msg_root(&r->arena);
	if (table == &config_record_table)
		set(r, root);
	else if (table == &topic_record_table)
		topic_seen(r, root);
	else if (table == &remove_topic_record_table)
		topic_removed(r, root);
	else if (((struct producer_ids_record *)root)->next_producer_id > r->next_producer)
		r->next_producer = ((struct producer_ids_record *)root)->next_producer_id;
}

static void
replay_batch(struct replay *r, const uint8_t *batch, size_t len)
{
	struct record_iter it;
	struct record rec;

	if (record_iter_init(&it, batch, len, 0, INFLATED_MAX) == 0 &&
	    (it.h.attributes & BATCH_CONTROL) == 0)
		while (record_iter_next(&it, &rec) == 1)
			if (rec.value_len > 0)
				replay_value(r, rec.value, (size_t)rec.value_len);
	record_iter_fini(&it);
}

/* Name of the newest snapshot and the offset at which it ends; -1: there is none. */
static int64_t
newest_snapshot(const char *path, char name[256])
{
	DIR *dir = opendir(path);
	struct dirent *d;
	long long offset, epoch, best = -1;
	int end;

	while (dir != NULL && (d = readdir(dir)) != NULL) {
		end = 0;
		if (sscanf(d->d_name, "%20lld-%10lld.checkpoint%n", &offset, &epoch, &end) != 2 ||
		    end == 0 || d->d_name[end] != '\0' || offset <= best)
			continue;
		best = offset;
		snprintf(name, 256, "%s", d->d_name);
	}
	if (dir != NULL)
		closedir(dir);
	return best;
}

static void
replay_snapshot(struct replay *r, const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	uint8_t *map;
	size_t at = 0, size;
	int64_t len;

	if (fd == -1 || fstat(fd, &st) == -1 || st.st_size == 0) {
		log_warn("could not read \"%s\"", path);
		if (fd != -1)
			close(fd);
		return;
	}
	size = (size_t)st.st_size;
	map = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (map == MAP_FAILED) {
		log_warn("could not read \"%s\"", path);
		return;
	}
	while (size - at >= BATCH_OVERHEAD && (len = batch_size(map + at)) >= BATCH_OVERHEAD &&
	       (uint64_t)len <= size - at && batch_verify(map + at, (size_t)len) == 0) {
		replay_batch(r, map + at, (size_t)len);
		at += (size_t)len;
	}
	if (at < size)
		log_warnx(
		    "\"%s\" is damaged at byte %zu: what follows is not taken over", path, at);
	munmap(map, size);
}

static void
replay_log(struct replay *r, const char *path, int64_t from)
{
	struct plog_reader *reader;
	const uint8_t *batch;
	int64_t segment, position;
	size_t len;
	int res = -1;

	if (plog_reader_open(&reader, path, from) == -1) {
		if (from == 0 || errno != ERANGE)
			log_warn("could not read \"%s\"", path);
		return;
	}
	while ((res = plog_reader_next(reader, &batch, &len)) == 1)
		replay_batch(r, batch, len);
	if (res == -1) {
		plog_reader_where(reader, &segment, &position);
		log_warn("\"%s\" is damaged in segment %lld at byte %lld: what follows is not "
			 "taken over",
		    path, (long long)segment, (long long)position);
	}
	plog_reader_close(&reader);
}

static void
replay_fini(struct replay *r)
{
	for (size_t i = 0; i < r->n; i++) {
		free(r->v[i].resource);
		free(r->v[i].name);
		free(r->v[i].value);
	}
	for (uint32_t i = 0; i < r->names; i++)
		free(r->name[i]);
	free(r->v);
	free(r->name);
	mapstr_fini(&r->by_key);
	mapstr_fini(&r->topics);
	msg_arena_fini(&r->arena);
}

void
adopt_cluster_metadata(const char *path, adopt_setting_fn *found, int64_t *next_producer)
{
	struct replay r = {.next_producer = 0};
	char name[256], *file;
	int64_t from;

	if (msg_arena_init(&r.arena, RECORD_MAX) == -1)
		fatal("could not reserve address space");
	from = newest_snapshot(path, name);
	if (from >= 0) {
		file = xasprintf("%s/%s", path, name);
		replay_snapshot(&r, file);
		free(file);
	}
	replay_log(&r, path, from < 0 ? 0 : from);
	for (size_t i = 0; i < r.n; i++)
		if (r.v[i].value != NULL)
			found(r.v[i].type, r.v[i].resource, r.v[i].name, r.v[i].value);
	if (r.next_producer > *next_producer)
		*next_producer = r.next_producer;
	replay_fini(&r);
}
