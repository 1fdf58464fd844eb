/* SPDX-License-Identifier: ISC */
/* fake.c - see fake.h.  Runs in tests only. */
#include "config.h"

#include <errno.h>
#include <event2/event.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake.h"
#include "odradek/base/clock.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/proto/batch.h"
#include "t/tap/tap.h"

struct acceptor acceptor;

struct conn {
	uint32_t node;
};

struct log_batch {
	int64_t base, next, segment, position;
	uint32_t length;
};
struct segment {
	int64_t base, end;
	struct view_file file;
};
struct view { /* a log in memory */
	struct shm_replica line;
	struct segment segment[16];
	int nsegments;
	struct log_batch *batch;
	int nbatches, cap;
	uint32_t posted; /* wait word that MOVED was posted for */
};

int fake_moved, fake_held, fake_resident = 1, fake_read_ahead, fake_located, fake_dropped;
int64_t fake_bad = -1, fake_flipped = -1;
void (*fake_on_arm)(uint32_t slot);

static struct shm *shm;
static struct view logs[FAKE_PARTITIONS];
static struct {
	struct shm_topic line;
	uint32_t first;
} topics[64];
static uint32_t ntopics, nslots;
static uint64_t version;
static struct conn conn;
static struct wire_out out;
static struct msg_arena answer_arena, request_arena;
static int answers;
static bool fresh;
static int16_t answer_version;

static struct shm_controller *
ctl(void)
{
	return shm_body_of(shm_part_rw(shm, proc_slot(PROC_CONTROLLER, 0)));
}

static struct shm_writer *
writer(void)
{
	return shm_body_of(shm_part_rw(shm, proc_slot(PROC_WRITER, 0)));
}

static void
journal(uint64_t kind, uint32_t index)
{
	uint64_t head = atomic_load(&ctl()->journal_head);

	atomic_store(&ctl()->journal[head % SHM_JOURNAL], kind << 32 | index);
	atomic_store(&ctl()->journal_head, head + 1);
	atomic_store(&ctl()->version, version);
}

void
fake_publish(uint32_t slot)
{
	latch_write(&writer()->replica[slot].line, &logs[slot].line);
}

struct shm_replica *
fake_line(uint32_t slot)
{
	return &logs[slot].line;
}

uint32_t
fake_slot(uint32_t topic, uint32_t partition)
{
	return topics[topic].first + partition;
}

void
fake_topic_id(uint32_t topic, struct uuid *id)
{
	memcpy(id->b, topics[topic].line.id, 16);
}

static void
new_segment(struct view *v, int64_t base)
{
	struct segment *s = &v->segment[v->nsegments++];

	memset(s, 0, sizeof *s);
	s->base = base;
	s->file.base = base;
	/* a real file, so that reads that must not wait are tried */
	s->file.fd = open_tmp(getenv("TMPDIR") != NULL ? getenv("TMPDIR") : "/tmp");
	if (s->file.fd == -1)
		bail("no temporary file");
	v->line.segment = base;
	v->line.end = 0;
	v->line.segments++;
}

void
fake_roll(uint32_t slot)
{
	new_segment(&logs[slot], logs[slot].line.leo);
	fake_publish(slot);
}

static void
put_partition(uint32_t slot, uint32_t topic, int32_t partition, int32_t epoch)
{
	struct shm_partition p = {
	    .version = ++version,
	    .generation = 1,
	    .topic = topic,
	    .partition = partition,
	    .state = SLOT_ONLINE,
	    .leader_epoch = epoch,
	    .isr = 1,
	    .count = 1,
	    .replicas = 1,
	};

	latch_write(shm_partition_at(ctl(), FAKE_PARTITIONS, slot), &p);
	journal(JOURNAL_PARTITION, slot);
	logs[slot].line.epoch = epoch;
	fake_publish(slot);
	if (acceptor.tables != NULL)
		tables_follow(acceptor.tables);
}

void
fake_epoch(uint32_t slot, int32_t epoch)
{
	uint32_t t = 0;

	while (t + 1 < ntopics && topics[t + 1].first <= slot)
		t++;
	put_partition(slot, t, (int32_t)(slot - topics[t].first), epoch);
}

uint32_t
fake_topic(const char *name, uint32_t partitions)
{
	uint32_t t = ntopics++;
	struct shm_topic *l = &topics[t].line;

	topics[t].first = nslots;
	l->version = ++version;
	l->generation = 1;
	l->state = SLOT_ONLINE;
	l->partitions = partitions;
	l->name_len = (uint8_t)strlen(name);
	strcpy(l->name, name);
	memset(l->id, (int)(t + 1), sizeof l->id);
	latch_write(shm_topic_at(ctl(), t), l);
	atomic_store(&ctl()->topics, ntopics);
	journal(JOURNAL_TOPIC, t);
	for (uint32_t i = 0; i < partitions; i++) {
		uint32_t slot = nslots++;
		logs[slot].line.generation = 1;
		logs[slot].line.status = REPLICA_OK;
		logs[slot].line.first_unstable = -1;
		new_segment(&logs[slot], 0);
		atomic_store(&ctl()->partitions, nslots);
		put_partition(slot, t, (int32_t)i, 0);
	}
	return t;
}

void
fake_append_silently(uint32_t slot, int32_t n, uint32_t size)
{
	struct view *v = &logs[slot];
	struct segment *s = &v->segment[v->nsegments - 1];
	struct batch_header h = {
	    .base_offset = v->line.leo,
	    .length = (int32_t)size - BATCH_LENGTH_END,
	    .leader_epoch = v->line.epoch,
	    .magic = 2,
	    .last_offset_delta = n - 1,
	    .producer_id = -1,
	    .count = n,
	};
	uint8_t *b = xcalloc(1, size);
	struct log_batch *lb;

	batch_header_put(&h, b);
	if (pwrite(s->file.fd, b, size, v->line.end) != (ssize_t)size)
		bail("could not write to a segment in memory");
	free(b);
	if (v->nbatches == v->cap) {
		v->cap = v->cap == 0 ? 16 : v->cap * 2;
		v->batch = xreallocarray(v->batch, (size_t)v->cap, sizeof *v->batch);
	}
	lb = &v->batch[v->nbatches++];
	*lb = (struct log_batch){v->line.leo, v->line.leo + n, s->base, v->line.end, size};
	tail_push(shm_tail_at(writer(), FAKE_PARTITIONS, slot), &(struct shm_tail_entry){.base = lb->base,
						     .next = lb->next,
						     .segment = lb->segment,
						     .position = (uint32_t)lb->position,
						     .length = size,
						     .chunk = ARENA_NONE});
	v->line.leo += n;
	v->line.hw = v->line.lso = v->line.leo;
	v->line.end += size;
	s->end = v->line.end;
	fake_publish(slot);
}

uint32_t
fake_wait_word(uint32_t slot)
{
	struct shm_acceptor *a = shm_body_of(acceptor.child->self);

	return atomic_load(&a->wait[slot]);
}

void
fake_tell(uint32_t slot)
{
	uint32_t w = fake_wait_word(slot);

	if (w == 0 || w == logs[slot].posted)
		return;
	logs[slot].posted = w;
	fake_moved++;
	fetch_moved(slot);
}

void
fake_append(uint32_t slot, int32_t n, uint32_t size)
{
	fake_append_silently(slot, n, size);
	fake_tell(slot);
}

static void
on_partition(void *arg, uint32_t slot, const struct shm_partition *p)
{
	(void)arg;
	(void)p;
	fetch_moved(slot);
}

void
fake_init(void)
{
	static const struct tables_hooks hooks = {.partition = on_partition};
	static struct child child;
	static struct config config = {
	    .fetch_max_bytes = 57671680, .max_incremental_fetch_session_cache_slots = 4};
	static struct disk_lock disk = {.path = "/nowhere"};
	static struct inherit inherit = {.disk = &disk, .disks = 1};
	struct shm_layout layout = {.partitions_max = FAKE_PARTITIONS,
	    .acceptor_arena = 1 << 20,
	    .controller_arena = 1 << 20};
	struct shm_node node = {.id = 7, .state = NODE_ONLINE};

	layout.count[PROC_SUPERVISOR] = layout.count[PROC_CONTROLLER] = 1;
	layout.count[PROC_ACCEPTOR] = layout.count[PROC_WRITER] = 1;
	if (shm_create(&shm, &layout) == -1)
		skip_all("shared memory cannot be made here");
	child.shm = shm;
	child.slot = proc_slot(PROC_ACCEPTOR, 0);
	child.self = shm_part_rw(shm, child.slot);
	child.base = event_base_new();
	child.inherit = &inherit;
	child.generation = 1;
	acceptor.child = &child;
	acceptor.shm = shm;
	acceptor.config = &config;
	acceptor_clock();
	node.port[0] = 9092;
	strcpy(node.host[0], "here");
	latch_write(&ctl()->node[0], &node);
	atomic_store(&ctl()->nodes, 1);
	version = 1;
	journal(JOURNAL_NODE, 0);
	wire_out_init(&out, 1 << 30);
	msg_arena_init(&answer_arena, 64 << 20);
	msg_arena_init(&request_arena, 64 << 20);
	fetch_init();
	acceptor.tables = tables_new(shm, &hooks, NULL);
	tables_follow(acceptor.tables);
}

void
acceptor_clock(void)
{
	acceptor.now_ms = now_ms();
	acceptor.mono_ms = mono_coarse_ms();
}

void
fake_turn(bool block)
{
	event_base_loop(acceptor.child->base, block ? EVLOOP_ONCE : EVLOOP_NONBLOCK);
	acceptor_clock();
	fetch_turn();
}

/* ---- requests and answers ---- */

/* Neighbours of one topic are named together. */
static void
put_asks(struct fetch_req *q, const struct fake_request *f)
{
	struct fetch_req_fetch_topic *t = msg_arr(&request_arena, &q->topics, (size_t)f->n);
	int n = 0, end;

	for (int i = 0; i < f->n; i = end, t++, n++) {
		struct fetch_req_fetch_partition *p;
		for (end = i + 1; end < f->n && strcmp(f->asks[i].topic, f->asks[end].topic) == 0;
		     end++)
			;
		msg_str0(&request_arena, &t->topic, f->asks[i].topic);
		for (uint32_t k = 0; k < ntopics; k++)
			if (strcmp(topics[k].line.name, f->asks[i].topic) == 0)
				memcpy(t->topic_id.b, topics[k].line.id, 16);
		p = msg_arr(&request_arena, &t->partitions, (size_t)(end - i));
		for (int k = i; k < end; k++, p++) {
			const struct ask *a = &f->asks[k];
			p->partition = a->partition;
			p->fetch_offset = a->offset;
			p->partition_max_bytes = a->max_bytes == 0 ? 1 << 20 : a->max_bytes;
			p->current_leader_epoch = a->epoch - 1; /* 0 in the test: -1 */
			p->last_fetched_epoch = a->last_epoch - 1;
		}
	}
	msg_arr_cut(&q->topics, n);
}

struct request *
fake_fetch(const struct fake_request *f)
{
	struct request *r = xcalloc(1, sizeof *r);
	struct fetch_req *q;

	msg_arena_reset(&request_arena);
	q = msg_new(&request_arena, fetch_req);
	q->max_wait_ms = f->max_wait;
	q->min_bytes = f->min_bytes;
	q->max_bytes = f->max_bytes;
	q->isolation_level = f->isolation;
	q->session_id = f->session_id;
	q->session_epoch = f->session_epoch;
	q->replica_id = f->replica;
	put_asks(q, f);
	if (f->nforgotten > 0) {
		struct fetch_req_forgotten_topic *t =
		    msg_arr(&request_arena, &q->forgotten_topics_data, (size_t)f->nforgotten);
		for (int i = 0; i < f->nforgotten; i++, t++) {
			msg_str0(&request_arena, &t->topic, f->forgotten[i].topic);
			*msg_arr(&request_arena, &t->partitions, 1) = f->forgotten[i].partition;
		}
	}
	r->conn = &conn;
	r->api = api_get(1);
	r->version = f->version;
	r->correlation = 1;
	r->body = q;
	api_fetch(r);
	return r;
}

void
fake_close(struct request *r)
{
	if (r->cancel != NULL)
		r->cancel(r);
	free(r);
}

static void
answered(struct request *r)
{
	answers++;
	fresh = true;
	answer_version = r->version;
	free(r);
}

void
request_reply(struct request *r, const void *response)
{
	wire_out_reset(&out);
	if (frame_response(r->api, r->version, r->correlation, response, &out, NULL) != MSG_OK)
		bail("an answer that cannot be encoded");
	answered(r);
}

void
request_close(struct request *r, const char *why)
{
	bail("request closed: %s", why);
	free(r);
}

void
request_sent(struct request *r)
{
	answered(r);
}

void
out_begin(struct request *r, uint32_t body_length)
{
	bool tags = r->version >= r->api->flexible;

	wire_out_reset(&out);
	wire_put_u32(&out, body_length + 4 + tags);
	wire_put_u32(&out, (uint32_t)r->correlation);
	if (tags)
		wire_put_u8(&out, 0);
}

void
out_mem(struct request *r, const void *p, uint32_t len)
{
	(void)r;
	wire_put_bytes(&out, p, len);
}

uint8_t *
out_reserve(struct request *r, uint32_t len)
{
	(void)r;
	return wire_out_room(&out, len);
}

void
out_file(
    struct request *r, int fd, int64_t offset, uint32_t len, struct source *s)
{
	uint8_t *p = wire_out_room(&out, len);

	(void)r;
	if (pread(fd, p, len, offset) != (ssize_t)len)
		bail("a piece of a file that is not there");
	s->release(s);
}

void
conn_dirty(struct conn *c)
{
	(void)c;
}

int
fake_answers(void)
{
	return answers;
}

struct fetch_resp *
fake_answer(void)
{
	const struct api *api = api_get(1);
	size_t head = answer_version >= api->flexible ? 9 : 8;
	struct wire_in in;
	int error;

	if (!fresh)
		return NULL;
	fresh = false;
	if (be32_get(out.base) != out.len - 4)
		bail("length %u of a frame of %zu", be32_get(out.base), out.len - 4);
	msg_arena_reset(&answer_arena);
	wire_in_mem(&in, out.base + head, out.len - head);
	error = msg_decode(&fetch_resp_table, answer_version, &in, &answer_arena);
	if (error != MSG_OK)
		bail("the answer does not parse: %s", msg_strerror(error));
	return msg_root(&answer_arena);
}

struct fetch_resp_partition_data *
fake_part(struct fetch_resp *resp, int i, const char **topic)
{
	struct fetch_resp_fetchable_topic_response *t;

	karr_for (t, &resp->responses) {
		if (i < karr_len(&t->partitions)) {
			if (topic != NULL)
				*topic = kstr(&t->topic);
			return karr_at(&t->partitions, i);
		}
		i -= karr_len(&t->partitions);
	}
	return NULL;
}

const uint8_t *
fake_records(const struct fetch_resp_partition_data *p)
{
	return out.base + (answer_version >= 12 ? 9 : 8) + p->records.pos;
}

uint32_t
conn_node(const struct conn *c)
{
	return c->node;
}

uint32_t
conn_listener(const struct conn *c)
{
	(void)c;
	return 0;
}

const char *
conn_local_host(const struct conn *c)
{
	(void)c;
	return "localhost";
}

/* ---- views ---- */

struct view_cache *
view_cache_new(unsigned max_fds)
{
	static int one;

	(void)max_fds;
	return (struct view_cache *)&one;
}

void
view_cache_drop(struct view_cache *c, const char *disk)
{
	(void)c;
	(void)disk;
}

unsigned
view_cache_tick(struct view_cache *c, int64_t mono)
{
	(void)c;
	(void)mono;
	return 0;
}

struct view *
view_get(struct view_cache *c, const struct view_key *key)
{
	(void)c;
	return &logs[key->slot];
}

bool
view_known(const struct view_cache *c, const struct view_key *key)
{
	(void)c;
	(void)key;
	return true;
}

static struct segment *
segment_of(struct view *v, int64_t base)
{
	for (int i = 0; i < v->nsegments; i++)
		if (v->segment[i].base == base)
			return &v->segment[i];
	errno = ENOENT;
	return NULL;
}

int
view_locate(struct view *v, const struct view_tail *tail, int64_t offset,
    const struct view_place *hint, struct view_place *place)
{
	(void)hint;
	fake_located++;
	for (int i = 0; i < v->nbatches; i++) {
		const struct log_batch *b = &v->batch[i];
		if (b->next <= offset)
			continue;
		*place = (struct view_place){b->segment, b->position,
		    segment_of(v, b->segment)->end, b->base, b->next, b->length, 0, -1};
		return 0;
	}
	if (offset != tail->leo) {
		errno = ERANGE;
		return -1;
	}
	*place = (struct view_place){tail->segment, tail->end, tail->end, tail->leo, tail->leo, 0, 0, -1};
	return 0;
}

int
view_try_locate(struct view *v, const struct view_tail *tail, int64_t offset,
    const struct view_place *hint, struct view_place *place)
{
	if (fake_resident == 0) {
		errno = EAGAIN;
		return -1;
	}
	return view_locate(v, tail, offset, hint, place);
}

int
view_marks(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position,
    struct view_mark *list, int max)
{
	int n = 0;

	(void)tail;
	for (int i = 0; i < v->nbatches && n < max; i++) {
		const struct log_batch *b = &v->batch[i];
		if (b->segment != segment || i % 4 != 3)
			continue;
		if (b->position <= position)
			n = 0;
		list[n++] = (struct view_mark){b->next - 1, b->position};
	}
	return n;
}

int64_t
view_next_segment(struct view *v, const struct view_tail *tail, int64_t segment)
{
	(void)tail;
	for (int i = 0; i + 1 < v->nsegments; i++)
		if (v->segment[i].base == segment)
			return v->segment[i + 1].base;
	return -1;
}

struct view_file *
view_file(struct view *v, int64_t segment)
{
	struct segment *s = segment_of(v, segment);

	return s == NULL ? NULL : &s->file;
}

struct view_file *
view_file_hold(struct view_file *f)
{
	f->refs++;
	fake_held++;
	return f;
}

void
view_file_put(struct view_cache *c, struct view_file *f)
{
	(void)c;
	if (f->refs-- == 0)
		bail("a file is put that nobody holds");
	fake_held--;
}

int
view_resident(int fd, int64_t off, size_t len)
{
	(void)fd;
	(void)off;
	(void)len;
	return fake_resident;
}

bool
view_resident_cheap(void)
{
	return true;
}

void
view_drop(int fd, int64_t off, int64_t len)
{
	(void)fd;
	(void)off;
	(void)len;
	fake_dropped++;
}

int64_t
view_good(const struct view_file *f, int64_t pos)
{
	return pos < f->size ? f->size : pos; /* all that was checked is good */
}

int64_t
view_until_bad(const struct view_file *f, int64_t from, int64_t to)
{
	(void)f;
	return fake_bad >= from && fake_bad < to ? fake_bad : to;
}

void
view_add_good(struct view_file *f, int64_t from, int64_t to)
{
	(void)from;
	f->size = to;
}

void
view_forget(struct view_file *f, int64_t from, int64_t to)
{
	(void)to;
	f->size = from;
}

const struct bad_range *
view_bad(const struct view_file *f, int64_t pos)
{
	static struct bad_range bad;

	(void)f;
	if (fake_bad < 0 || pos < fake_bad)
		return NULL;
	bad = (struct bad_range){fake_bad, INT64_MAX, 0, INT64_MAX};
	return &bad;
}

void
view_add_bad(struct view_file *f, const struct bad_range *range, int64_t mono)
{
	(void)f;
	(void)mono;
	fake_bad = range->from;
}

int
view_check(struct view *v, const struct view_tail *tail, int64_t segment, int64_t position,
    int64_t len, struct view_checked *checked)
{
	(void)v;
	(void)tail;
	fake_read_ahead++;
	*checked = (struct view_checked){segment, position, position + len, {0}};
	if (fake_flipped >= position && fake_flipped < position + len) {
		checked->to = fake_flipped;
		checked->bad = (struct bad_range){fake_flipped, fake_flipped + 100, 0, 1000};
	}
	return 0;
}

int
view_aborted(struct view *v, const struct view_tail *tail, int64_t from, int64_t upto,
    struct view_aborted *list, int max)
{
	(void)v;
	(void)tail;
	if (from > 3 || upto <= 1)
		return 0;
	if (max > 0)
		list[0] = (struct view_aborted){42, 1, 3};
	return 1;
}

int
view_try_aborted(struct view *v, const struct view_tail *tail, int64_t from, int64_t upto,
    struct view_aborted *list, int max)
{
	return view_aborted(v, tail, from, upto, list, max);
}

int
view_epoch_end(struct view *v, const struct view_tail *tail, int32_t current, int32_t requested,
    int32_t *epoch, int64_t *end)
{
	(void)v;
	/* history: epoch 0 up to 10, then the current one */
	*epoch = requested >= current ? current : 0;
	*end = requested >= current ? tail->leo : 10;
	if (requested > current)
		*epoch = -1, *end = -1;
	return 0;
}

int32_t
view_epoch_at(struct view *v, int64_t offset)
{
	(void)offset;
	return v->line.epoch;
}

int
view_find_timestamp(struct view *v, const struct view_tail *tail, int64_t bound, int64_t timestamp,
    struct view_stamp *result)
{
	(void)v;
	(void)tail;
	(void)bound;
	(void)timestamp;
	*result = (struct view_stamp){-1, -1, -1};
	return 0;
}

int
view_max_timestamp(
    struct view *v, const struct view_tail *tail, int64_t bound, struct view_stamp *result)
{
	return view_find_timestamp(v, tail, bound, 0, result);
}
