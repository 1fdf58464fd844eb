/* SPDX-License-Identifier: ISC */
/*
 * quorum-t.c - a metadata store on several disks: whatever subset of them is there, whenever the
 * controller is killed and whatever fails, a start either refuses or has everything that was ever
 * acknowledged or seen.
 *
 * The copies here are a few words of shared memory; a life of the controller is a child that is
 * killed at a step.  QUORUM_SEEDS=n: that many histories instead of the few hundred of a quick run;
 * QUORUM_SEED=n: that one, and what happens in it.
 */
#include "config.h"

#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "odradek/base/clock.h"
#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "odradek/meta/store.h"
#include "t/tap/tap.h"

#define DISKS 5
#define TOPICS 512
#define STALL_MS 20
#define PATIENT_MS 5000 /* where nothing is late: the machine may be slow */
#define CLUSTER "AAAAAAAAQACAAAAAAAAAAQ"

/* ---- disks ---- */

struct contents {
	struct meta_stamp stamp;
	struct meta_copy known[16];
	int nknown;
	int64_t term;
	uint8_t topic[TOPICS];
};

/* TIGHT: there is room for what is urgent.  FAILS_LATE: it is there all the same. */
enum fate { WORKS, FULL, TIGHT, FAILS, FAILS_LATE, STALLS };

struct disk {
	uint8_t id[16];
	bool exists, damaged;
	_Atomic int current; /* of contents: a commit is there or not, whenever we die */
	struct contents contents[2];
	_Atomic int fate, fate_from; /* from that operation on */
	_Atomic int ops, opened;
	_Atomic int tick_ms; /* so long takes what is done for a full disk */
};

static struct world {
	struct disk disk[DISKS];
	int disks;
	_Atomic int steps, kill_at;
	uint8_t acked[TOPICS], never[TOPICS];
	int64_t next;
	int lost, ghosts, overwritten; /* what must not be */
	int64_t counted_term, counted_number;
	_Atomic int64_t changing;
} * w;

static int stall_ms = PATIENT_MS;

/* Dying here and there. */
static void
step(void)
{
	if (atomic_fetch_add(&w->steps, 1) == atomic_load(&w->kill_at))
		_exit(77);
}

struct fake {
	const struct meta_ops *ops;
	struct disk *disk;
};

static struct disk *
disk_of(const char *dir)
{
	return &w->disk[dir[strlen(dir) - 1] - '0'];
}

static enum fate
fate_now(struct disk *d)
{
	int op = atomic_fetch_add(&d->ops, 1);
	enum fate f = op >= d->fate_from ? (enum fate)d->fate : WORKS;

	if (f == STALLS) {
		usleep((useconds_t)stall_ms * 2500);
		return WORKS;
	}
	return f;
}

static int
fails(enum fate f, struct meta_err *err)
{
	err->full = f == FULL || f == TIGHT;
	snprintf(err->text, sizeof(err->text), err->full ? "full" : "input/output error");
	return -1;
}

static void
set_contents(struct disk *d, const struct contents *c)
{
	int other = !atomic_load(&d->current);

	d->contents[other] = *c;
	step();
	atomic_store(&d->current, other);
}

static int
fake_open(
    struct meta_store **sp, const char *dir, const char *cluster, int flags, struct meta_err *err)
{
	struct disk *d = disk_of(dir);
	struct contents empty = {.term = 0};
	struct fake *f;
	enum fate fate = fate_now(d);

	(void)cluster;
	step();
	if (fate == FAILS || fate == FAILS_LATE)
		return fails(fate, err);
	if (d->damaged && (flags & META_REPLACE) == 0) {
		err->damaged = true;
		snprintf(err->text, sizeof(err->text), "damaged");
		return -1;
	}
	if (!d->exists && (flags & META_CREATE) == 0) {
		err->missing = true;
		return -1;
	}
	if (!d->exists || (flags & META_REPLACE) != 0) {
		if (fate == FULL || fate == TIGHT)
			return fails(fate, err);
		set_contents(d, &empty);
		d->exists = true;
		d->damaged = false;
	}
	f = xcalloc(1, sizeof(*f));
	f->disk = d;
	atomic_fetch_add(&d->opened, 1);
	*sp = (struct meta_store *)f;
	return 0;
}

static int
fake_load(struct meta_store *s, const struct meta_loader *l, void *arg, struct meta_err *err)
{
	struct disk *d = ((struct fake *)s)->disk;
	const struct contents *c = &d->contents[atomic_load(&d->current)];

	(void)err;
	if (l->stamp != NULL)
		l->stamp(arg, &c->stamp);
	for (int i = 0; l->copy != NULL && i < c->nknown; i++)
		l->copy(arg, &c->known[i]);
	if (l->value != NULL)
		l->value(arg, META_TERM, c->term);
	for (int i = 0; l->topic != NULL && i < TOPICS; i++)
		if (c->topic[i])
			l->topic(arg, &(struct meta_topic){.key = i, .name = "t"});
	return 0;
}

static void
change(struct contents *c, const struct meta_change *m)
{
	int at;

	switch (m->type) {
	case META_SET_STAMP:
		c->stamp = m->u.stamp;
		break;
	case META_CLEAR:
		memset(c, 0, sizeof(*c));
		break;
	case META_SET_VALUE:
		c->term = m->u.value.value;
		break;
	case META_SET_TOPIC:
		c->topic[m->u.topic.key] = 1;
		break;
	case META_SET_COPY:
	case META_FORGET_COPY:
		for (at = 0; at < c->nknown; at++)
			if (memcmp(c->known[at].directory_id, m->u.copy.directory_id, 16) == 0)
				break;
		if (m->type == META_FORGET_COPY) {
			if (at < c->nknown)
				c->known[at] = c->known[--c->nknown];
			break;
		}
		if (at == c->nknown)
			c->nknown++;
		c->known[at] = m->u.copy;
		c->known[at].path = "/elsewhere/9";
		break;
	default:
		bail("change %d", m->type);
	}
}

static int
fake_commit(
    struct meta_store *s, const struct meta_change *c, size_t n, int flags, struct meta_err *err)
{
	struct disk *d = ((struct fake *)s)->disk;
	struct contents now = d->contents[atomic_load(&d->current)];
	enum fate fate = fate_now(d);

	step();
	if (fate == FULL || fate == FAILS || (fate == TIGHT && (flags & META_URGENT) == 0))
		return fails(fate, err);
	for (size_t i = 0; i < n; i++)
		change(&now, &c[i]);
	set_contents(d, &now);
	step();
	return fate == FAILS_LATE ? fails(fate, err) : 0;
}

static void
fake_tick(struct meta_store *s)
{
	usleep((useconds_t)atomic_load(&((struct fake *)s)->disk->tick_ms) * 1000);
}

static void
fake_close(struct meta_store **sp)
{
	atomic_fetch_sub(&((struct fake *)*sp)->disk->opened, 1);
	free(*sp);
	*sp = NULL;
}

static const struct meta_ops fake = {
    .name = "fake",
    .open = fake_open,
    .load = fake_load,
    .commit = fake_commit,
    .tick = fake_tick,
    .close = fake_close,
};

/* ---- a life of the controller ---- */

static uint64_t seed;

static uint32_t
rnd(uint32_t n)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(seed >> 33) % n;
}

static struct meta_disk
meta_disk(int i, bool usable)
{
	static char dir[DISKS][32];
	struct meta_disk d = {.node = i, .dir = dir[i], .usable = usable};

	snprintf(dir[i], sizeof(dir[i]), "/disk/%d", i);
	memcpy(d.directory_id, w->disk[i].id, 16);
	if (!usable)
		memset(d.directory_id, 0, 16);
	return d;
}

struct loaded {
	int64_t term;
	uint8_t topic[TOPICS];
};

static void
on_value(void *arg, enum meta_value name, int64_t value)
{
	if (name == META_TERM)
		((struct loaded *)arg)->term = value;
}

static void
on_topic(void *arg, const struct meta_topic *t)
{
	((struct loaded *)arg)->topic[t->key] = 1;
}

static const struct meta_loader loader = {.value = on_value, .topic = on_topic};

static void
changing(int64_t number)
{
	atomic_store(&w->changing, number);
}

static struct meta_store *
must_open(uint32_t present, const char *accept, struct loaded *l, struct meta_err *err)
{
	struct meta_copies cs = {.accept = accept,
	    .changing = changing,
	    .changing_number = w->changing,
	    .disks = w->disks,
	    .stall_ms = stall_ms,
	    .absent_ms = 300};
	struct meta_disk disk[DISKS];
	struct meta_store *s;

	for (int i = 0; i < w->disks; i++)
		disk[i] = meta_disk(i, (present >> i & 1) != 0);
	cs.disk = disk;
	cs.counted_term = w->counted_term;
	cs.counted_number = w->counted_number;
	memset(l, 0, sizeof(*l));
	if (meta_open_copies(&s, &fake, &cs, CLUSTER, err) == -1 ||
	    meta_load(s, &loader, l, err) == -1)
		return NULL;
	return s;
}

static int
commit_topic(struct meta_store *s, int64_t key, int64_t term, struct meta_err *err)
{
	struct meta_change c[2] = {{META_SET_TOPIC, {.topic = {.key = key, .name = "t"}}},
	    {META_SET_VALUE, {.value = {META_TERM, term}}}};

	return meta_commit(s, c, 2, 0, err);
}

enum { REFUSED = 2, LEFT = 4 };

/* Everything loaded is in use from now on: it stays. */
static void
look(const struct loaded *l)
{
	for (int i = 0; i < TOPICS; i++) {
		w->lost += w->acked[i] && !l->topic[i];
		w->ghosts += w->never[i] && l->topic[i];
		w->acked[i] = w->acked[i] || l->topic[i];
	}
}

static void
life(uint32_t present, int commits, bool moves)
{
	struct meta_store *s;
	struct meta_err err;
	struct loaded l;

	if ((s = must_open(present, NULL, &l, &err)) == NULL) {
		if (getenv("QUORUM_SEED") != NULL)
			diag("refused: %s", err.text);
		_exit(REFUSED);
	}
	look(&l);
	for (int i = 0; i < commits && w->next < TOPICS; i++) {
		int64_t key = w->next++;

		if (moves && rnd(4) == 0) {
			struct meta_disk d = meta_disk((int)rnd((uint32_t)w->disks), true);

			if (rnd(2) == 0)
				meta_copy_drop(s, d.directory_id);
			else
				meta_copy_add(s, &d);
		}
		if (commit_topic(s, key, l.term + 1, &err) == -1) {
			if (!err.full)
				_exit(LEFT);
			w->never[key] = 1; /* the controller goes on with what was before */
			continue;
		}
		w->acked[key] = 1;
		meta_counted(s, &w->counted_term, &w->counted_number);
		if (rnd(4) != 0)
			meta_settle(s);
		if (rnd(8) == 0)
			meta_tick(s);
	}
	meta_tick(s);
	meta_close(&s);
	_exit(0);
}

/* Would a majority of the disks that the newest copy there knows be there? */
static bool
must_start(uint32_t present)
{
	const struct contents *best = NULL;
	int here = 0;

	for (int i = 0; i < w->disks; i++) {
		const struct contents *c = &w->disk[i].contents[w->disk[i].current];

		if ((present >> i & 1) && w->disk[i].exists && !w->disk[i].damaged &&
		    c->stamp.number > 0 &&
		    (best == NULL || c->stamp.term > best->stamp.term ||
			(c->stamp.term == best->stamp.term &&
			    c->stamp.number > best->stamp.number)))
			best = c;
	}
	for (int k = 0; best != NULL && k < best->nknown; k++)
		for (int i = 0; i < w->disks; i++)
			here += w->disk[i].contents[w->disk[i].current].stamp.number > 0 &&
				!w->disk[i].damaged && (present >> i & 1) &&
				memcmp(w->disk[i].id, best->known[k].directory_id, 16) == 0;
	return best != NULL && 2 * here > best->nknown;
}

static int starts, refusals, kills, stuck;

static int
run_life(uint32_t present, int commits, bool moves)
{
	pid_t pid = fork();
	int status;

	if (pid == -1)
		bail("fork");
	if (pid == 0)
		life(present, commits, moves);
	waitpid(pid, &status, 0);
	if (!WIFEXITED(status))
		bail("a life ended with signal %d (seed in QUORUM_SEED)", WTERMSIG(status));
	for (int i = 0; i < DISKS; i++)
		w->disk[i].opened = 0;
	switch (WEXITSTATUS(status)) {
	case REFUSED:
		refusals++;
		break;
	case 77:
		kills++;
		break;
	default:
		starts++;
	}
	return WEXITSTATUS(status);
}

static void
fates(bool any)
{
	atomic_store(&w->steps, 0);
	atomic_store(&w->kill_at, any && rnd(4) != 0 ? (int)rnd(90) : -1);
	for (int i = 0; i < w->disks; i++) {
		struct disk *d = &w->disk[i];

		d->ops = 0;
		d->fate_from = (int)rnd(12);
		d->fate = any && rnd(5) == 0 ? (int)(1 + rnd(rnd(3) == 0 ? 5 : 4)) : WORKS;
	}
}

static void
new_disk(int i)
{
	static uint8_t ids;

	memset(&w->disk[i], 0, sizeof(w->disk[i]));
	w->disk[i].id[0] = ++ids;
	w->disk[i].id[1] = 1;
}

/* By an empty one, unless it is the last with anything: then there is nothing to be asserted. */
static void
replace_disk(int i)
{
	for (int k = 0; k < w->disks; k++)
		if (k != i && w->disk[k].exists &&
		    w->disk[k].contents[w->disk[k].current].term > 0) {
			new_disk(i);
			return;
		}
}

static void
history(uint64_t number)
{
	bool say = getenv("QUORUM_SEED") != NULL;
	int lives = 4 + (int)rnd(8);

	memset(w, 0, sizeof(*w));
	w->disks = rnd(4) == 0 ? 1 + (int)rnd(DISKS) : 2 + (int)rnd(2);
	for (int i = 0; i < w->disks; i++)
		new_disk(i);
	w->next = 1;
	for (int k = 0; k < lives; k++) {
		bool trouble = rnd(5) != 0, daemon_lives = rnd(4) == 0;
		uint32_t present = (uint32_t)((1 << w->disks) - 1);
		bool must;
		int end;

		if (k > 0 && !daemon_lives) {
			if (rnd(3) == 0)
				present &= rnd(1u << w->disks);
			if (rnd(12) == 0)
				replace_disk((int)rnd((uint32_t)w->disks));
			if (rnd(12) == 0)
				w->disk[rnd((uint32_t)w->disks)].damaged = true;
		}
		if (!daemon_lives) /* else a successor, which knows what was counted */
			w->counted_term = w->counted_number = w->changing = 0;
		fates(trouble);
		must = !trouble && must_start(present);
		end = run_life(present, (int)rnd(12), rnd(3) == 0);
		if (say)
			diag(
			    "life %d of %d disks, present %x, %s: ended with %d, %d steps, %d lost",
			    k, w->disks, present, trouble ? "trouble" : "calm", end, w->steps,
			    w->lost);
		for (int i = 0; say && i < w->disks; i++) {
			const struct contents *c = &w->disk[i].contents[w->disk[i].current];
			diag("  disk %d (%d): fate %d from %d; %s term %d number %d, %d known", i,
			    w->disk[i].id[0], w->disk[i].fate, w->disk[i].fate_from,
			    w->disk[i].exists ? "has" : "none", (int)c->stamp.term,
			    (int)c->stamp.number, c->nknown);
		}
		if (must && end != 0) {
			stuck++;
			diag("history %llu, life %d: a start that must succeed ended with %d",
			    (unsigned long long)number, k, end);
		}
	}
	if (w->lost + w->ghosts > 0)
		diag("history %llu: %d lost, %d of refused commits", (unsigned long long)number,
		    w->lost, w->ghosts);
}

static void
test_histories(void)
{
	const char *one = getenv("QUORUM_SEED"), *many = getenv("QUORUM_SEEDS");
	uint64_t from = one != NULL ? strtoull(one, NULL, 10) : 1;
	uint64_t n = one != NULL ? 1 : many != NULL ? strtoull(many, NULL, 10) : 400;
	int lost = 0, ghosts = 0;

	for (uint64_t i = from; i < from + n; i++) {
		seed = i * 7919;
		history(i);
		lost += w->lost;
		ghosts += w->ghosts;
	}
	diag("%d lives ended by themselves, %d were killed, %d refused to begin", starts, kills,
	    refusals);
	is_int(0, lost, "nothing that was acknowledged or seen is ever lost");
	is_int(0, ghosts, "nothing that was refused for want of space comes back");
	is_int(0, stuck, "a majority without faults always starts");
	ok(one != NULL || (starts > (int)n && kills > (int)n && refusals > 0),
	    "and there was something to see");
}

/* ---- one thing at a time ---- */

static void
new_world(int disks)
{
	memset(w, 0, sizeof(*w));
	w->disks = disks;
	w->next = 1;
	atomic_store(&w->kill_at, -1);
	for (int i = 0; i < disks; i++)
		new_disk(i);
}

static struct meta_store *
start(uint32_t present, const char *accept)
{
	struct meta_store *s;
	struct meta_err err;
	struct loaded l;

	if ((s = must_open(present, accept, &l, &err)) != NULL)
		look(&l);
	return s;
}

static int
commit_next(struct meta_store *s, struct meta_err *err)
{
	int64_t key = w->next++;
	int res = commit_topic(s, key, 1, err);

	if (res == 0)
		w->acked[key] = 1;
	meta_settle(s);
	return res;
}

static const struct contents *
on_disk(int i)
{
	return &w->disk[i].contents[atomic_load(&w->disk[i].current)];
}

static bool
equal(int a, int b)
{
	return on_disk(a)->stamp.term == on_disk(b)->stamp.term &&
	       on_disk(a)->stamp.number == on_disk(b)->stamp.number &&
	       memcmp(on_disk(a)->topic, on_disk(b)->topic, TOPICS) == 0;
}

static void
test_two(void)
{
	struct meta_store *s;
	struct meta_err err;

	new_world(2);
	s = start(3, NULL);
	commit_next(s, &err);
	w->disk[1].fate = FAILS;
	is_int(0, commit_next(s, &err), "two disks, one fails: a commit counts on the other");
	is_int(1, on_disk(0)->nknown, "which is the only one that is known from then on");
	is_int(0, commit_next(s, &err), "and another");
	meta_close(&s);
	w->disk[1].fate = WORKS;
	ok(start(2, NULL) == NULL,
	    "the one that failed does not start alone: it may lack something");
	ok((s = start(1, NULL)) != NULL, "the other does");
	meta_close(&s);
	ok((s = start(3, NULL)) != NULL && commit_next(s, &err) == 0, "both do");
	meta_tick(s);
	meta_close(&s);
	ok(equal(0, 1) && on_disk(1)->nknown == 2, "and both are known again, and equal");
	ok(start(1, NULL) == NULL, "now neither starts alone");
	s = start(3, NULL);
	commit_next(s, &err);
	meta_counted(s, &w->counted_term, &w->counted_number);
	meta_close(&s);
	ok((s = start(2, NULL)) != NULL,
	    "but for a successor in the daemon's life, which knows that nothing is missing");
	is_int(0, commit_next(s, &err), "and can commit");
	meta_close(&s);
	w->counted_term = w->counted_number = w->changing = 0;
	ok(start(1, NULL) == NULL, "the one that was left behind does not start alone");
	ok((s = start(3, NULL)) != NULL, "both do");
	meta_close(&s);
	is_int(0, w->lost, "nothing was lost");
}

/* A start that wrote its term to one disk only, and one that did not see that disk. */
static void
test_terms(void)
{
	struct meta_store *s;
	struct meta_err err;
	int lost = 0, refused = 0;

	for (int k = 0; k < 12; k++) {
		new_world(3);
		s = start(7, NULL);
		commit_next(s, &err);
		w->disk[1].fate = w->disk[2].fate = FAILS;
		commit_next(s, &err); /* on disk 0 only */
		meta_close(&s);
		w->disk[1].ops = w->disk[2].ops = 0;
		w->disk[1].fate_from = 1 + k % 4;
		if ((s = start(3, NULL)) == NULL)
			refused++;
		meta_close(&s);
		w->disk[1].fate = w->disk[2].fate = WORKS;
		if ((s = start(6, NULL)) == NULL)
			bail("two of three are refused");
		for (int i = 0; i < k / 4; i++)
			commit_next(s, &err);
		meta_close(&s);
		if ((s = start(3, NULL)) == NULL)
			bail("two of three are refused");
		meta_close(&s);
		lost += w->lost;
	}
	ok(refused > 3, "starts that end before a majority has their term");
	is_int(0, lost, "never share it with another start");
}

static void
test_accept(void)
{
	struct meta_store *s;
	struct meta_err err;
	char accept[64];
	int64_t term;

	new_world(3);
	s = start(7, NULL);
	for (int i = 0; i < 3; i++)
		commit_next(s, &err);
	meta_close(&s);
	snprintf(accept, sizeof(accept), "%lld:%lld", (long long)on_disk(2)->stamp.term,
	    (long long)on_disk(2)->stamp.number);
	s = start(3, NULL); /* disk 2 is left behind */
	commit_next(s, &err);
	meta_close(&s);
	term = on_disk(0)->stamp.term;
	ok(start(4, NULL) == NULL, "one of three is refused");
	ok(start(4, "1:1") == NULL, "also when something else was accepted");
	w->next = 100;
	memset(w->acked, 0, sizeof(w->acked)); /* that is what it costs */
	ok((s = start(4, accept)) != NULL, "accepted, it starts");
	ok(on_disk(2)->stamp.term > term + 1000 && on_disk(2)->nknown == 1 &&
		on_disk(2)->term == 1001,
	    "far beyond all that the others may have been through, and alone");
	is_int(0, commit_next(s, &err), "it can commit");
	meta_close(&s);
	ok((s = start(7, NULL)) != NULL && commit_next(s, &err) == 0, "the others are back");
	meta_tick(s);
	meta_tick(s);
	meta_close(&s);
	ok(equal(0, 2) && equal(1, 2) && on_disk(0)->nknown == 3, "and have what it has");
	is_int(0, w->lost, "nothing was lost then");
}

static void
test_full(void)
{
	struct meta_store *s;
	struct meta_err err;

	new_world(3);
	s = start(7, NULL);
	commit_next(s, &err);
	w->disk[1].fate = FULL;
	is_int(0, commit_next(s, &err), "one of three is full: commits go on");
	is_int(3, on_disk(0)->nknown, "and it stays known");
	w->disk[0].fate = w->disk[2].fate = FULL;
	ok(commit_next(s, &err) == -1 && err.full, "all are full: that is said");
	ok(commit_next(s, &err) == -1 && err.full, "again");
	ok(equal(0, 2), "and nothing is there");
	w->disk[0].fate = w->disk[1].fate = w->disk[2].fate = WORKS;
	is_int(0, commit_next(s, &err), "there is space: it goes on");
	meta_close(&s);
	ok((s = start(7, NULL)) != NULL, "a start");
	commit_next(s, &err);
	meta_close(&s);
	ok(equal(0, 1) && equal(1, 2), "fills the one that was left behind");
	is_int(0, w->lost, "nothing was lost");
}

/* From its op-th operation from now on. */
static void
doom(int i, enum fate fate, int op)
{
	w->disk[i].ops = 0;
	w->disk[i].fate_from = op;
	w->disk[i].fate = (int)fate;
}

static void
all_work(void)
{
	for (int i = 0; i < w->disks; i++)
		doom(i, WORKS, 0);
}

/* A disk is lost together with a controller: the successor's next one is no loss, either. */
static void
test_lost_with_owner(void)
{
	struct meta_store *s;
	struct meta_err err;

	for (int failed = 0; failed < 2; failed++) {
		new_world(3);
		s = start(7, NULL);
		commit_next(s, &err);
		meta_counted(s, &w->counted_term, &w->counted_number);
		meta_close(&s);
		if (failed)
			doom(0, FAILS, 0);
		s = start(failed ? 7 : 6, NULL);
		meta_settle(s);
		doom(1, FAILS, 0);
		is_int(0, commit_next(s, &err), "three disks, one %s when a successor starts, another fails: a commit counts on the last",
		    failed ? "fails" : "is gone");
		meta_close(&s);
		w->counted_term = w->counted_number = w->changing = 0;
		all_work();
		ok((s = start(4, NULL)) != NULL, "which starts alone");
		meta_close(&s);
		ok(start(3, NULL) == NULL, "the others do not");
		is_int(0, w->lost, "nothing was lost");
	}
}

/* Whoever starts, each of them with the same disks as they are now. */
static void
starts_find_nothing(const char *what)
{
	static const uint32_t sets[] = {3, 5, 6, 7};
	static struct world was;
	int bad = 0, started = 0;

	was = *w;
	for (size_t i = 0; i < sizeof(sets) / sizeof(*sets); i++) {
		struct meta_store *s = start(sets[i], NULL);

		started += s != NULL;
		bad += w->lost + w->ghosts;
		meta_close(&s);
		*w = was;
	}
	ok(bad == 0 && started > 1, "%s: and no start finds it", what);
}

/* A commit that too few can have is on disk 0, or may be, when its refusal is told: whoever goes on
 * with the state before must never see it again. */
static void
test_refused(void)
{
	static const struct {
		const char *what;
		enum fate first, others;
		int from;
		bool leaves;
	} cases[] = {
	    {"two of three are full, the third takes it back", WORKS, FULL, 0, false},
	    {"the third is full then", FULL, TIGHT, 1, false},
	    {"the third fails then", FAILS, TIGHT, 1, false},
	    {"the third fails, and has it", FAILS_LATE, TIGHT, 0, false},
	    {"the third fails as it takes it back, and did", FAILS_LATE, TIGHT, 1, false},
	    {"nothing helps: the third is full", FULL, FULL, 1, true},
	    {"nothing helps: the third fails, and has it", FAILS_LATE, FULL, 0, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct meta_store *s;
		struct meta_err err;
		int64_t key;

		new_world(3);
		s = start(7, NULL);
		commit_next(s, &err);
		meta_tick(s); /* now all three have it */
		doom(0, cases[i].first, cases[i].from);
		doom(1, cases[i].others, 0);
		doom(2, cases[i].others, 0);
		key = w->next;
		is_int(-1, commit_next(s, &err), "%s: it is refused", cases[i].what);
		is_int(!cases[i].leaves, err.full, "and %s",
		    cases[i].leaves ? "the controller leaves" : "it goes on");
		w->never[key] = err.full;
		meta_close(&s);
		all_work();
		starts_find_nothing(cases[i].what);
	}
}

/* Of two disks, one is full; it is dropped, but whether the other has that nobody knows. */
static void
test_dropped_in_doubt(void)
{
	struct meta_store *s;
	struct meta_err err;

	new_world(2);
	s = start(3, NULL);
	commit_next(s, &err);
	meta_counted(s, &w->counted_term, &w->counted_number);
	doom(0, FAILS_LATE, 1);
	doom(1, TIGHT, 0);
	ok(commit_next(s, &err) == -1 && !err.full,
	    "one of two is full, the other fails as it drops it: the controller leaves");
	meta_close(&s);
	is_int(1, on_disk(0)->nknown, "the one that failed has it");
	all_work();
	ok(start(2, NULL) == NULL, "so the other one is not enough for the successor");
	ok((s = start(1, NULL)) != NULL, "it is, alone");
	meta_close(&s);
}

/* A successor that had to do with half, and one that finds the other half. */
static void
test_halves(void)
{
	struct meta_store *s;
	struct meta_err err;

	new_world(2);
	s = start(3, NULL);
	commit_next(s, &err);
	meta_counted(s, &w->counted_term, &w->counted_number);
	meta_close(&s);
	doom(0, FAILS_LATE, 1);
	ok(start(1, NULL) == NULL, "a successor with one of two disks fails as it drops the other");
	all_work();
	ok(start(2, NULL) == NULL, "the next one is not content with the other");
	ok((s = start(3, NULL)) != NULL, "but with both");
	meta_close(&s);
}

/* What a copy has of an older term may have a number that is to come. */
static void
test_old_number(void)
{
	struct meta_store *s;
	struct meta_err err;
	int64_t ahead;

	new_world(3);
	s = start(7, NULL);
	commit_next(s, &err);
	doom(1, FULL, 0);
	doom(2, FULL, 0);
	for (int i = 0; i < 6; i++)
		commit_next(s, &err);
	doom(0, FAILS_LATE, 0); /* it keeps the last one */
	commit_next(s, &err);
	meta_close(&s);
	ahead = on_disk(0)->stamp.number;
	all_work();
	s = start(6, NULL);
	commit_next(s, &err);
	meta_close(&s);
	doom(0, FULL, 0);
	s = start(7, NULL);
	ok(on_disk(1)->stamp.number < ahead,
	    "a full disk has a number of an older term that is to come");
	while (on_disk(1)->stamp.number < ahead)
		commit_next(s, &err);
	doom(0, WORKS, 0);
	for (int i = 0; i < 3; i++)
		commit_next(s, &err);
	meta_close(&s);
	ok(on_disk(0)->stamp.term < on_disk(1)->stamp.term || equal(0, 1),
	    "nothing is built upon it");
}

static void
test_stalled(void)
{
	struct meta_store *s;
	struct meta_err err;

	stall_ms = STALL_MS;
	new_world(3);
	s = start(7, NULL);
	commit_next(s, &err);
	w->disk[2].fate = STALLS;
	for (int i = 0; i < 50; i++)
		commit_next(s, &err);
	ok(on_disk(0)->stamp.number - on_disk(2)->stamp.number > 10 ||
		on_disk(1)->stamp.number - on_disk(2)->stamp.number > 10,
	    "a disk stands still: commits go on without it");
	w->disk[2].fate = WORKS;
	while (!equal(0, 2)) {
		usleep(STALL_MS * 1000);
		meta_tick(s);
	}
	is_int(3, on_disk(2)->nknown, "it moves again: it is brought up to date");
	w->disk[1].fate = FAILS;
	is_int(0, commit_next(s, &err), "another one fails");
	w->disk[1].fate = WORKS;
	meta_close(&s);
	is_int(0, w->lost, "nothing was lost");
	stall_ms = PATIENT_MS;
}

/* It takes longer than it is waited for, whatever it does. */
static void
test_slow(void)
{
	struct meta_store *s;
	struct meta_err err;
	struct meta_disk d;

	stall_ms = 100;
	new_world(3);
	d = meta_disk(2, true);
	s = start(7, NULL);
	commit_next(s, &err);
	meta_copy_drop(s, d.directory_id);
	meta_tick(s);
	w->disk[2].fate = STALLS;
	w->disk[2].tick_ms = stall_ms * 5 / 2;
	meta_copy_add(s, &d);
	for (int i = 0; i < 100 && !meta_copy_counts(s, d.directory_id); i++) {
		usleep((useconds_t)stall_ms * 1000);
		meta_tick(s);
	}
	ok(meta_copy_counts(s, d.directory_id), "it is back, and slow: it is reckoned with all the same");
	w->disk[2].fate = WORKS;
	w->disk[2].tick_ms = 0;
	meta_close(&s);
	stall_ms = PATIENT_MS;
}

/* Who waits for the copy before he commits anything must not wait for ever. */
static void
test_nothing_to_commit(void)
{
	struct meta_store *s;
	struct meta_err err;
	struct meta_disk d;

	new_world(2);
	d = meta_disk(1, true);
	s = start(3, NULL);
	commit_next(s, &err);
	meta_copy_drop(s, d.directory_id);
	meta_tick(s);
	is_int(1, on_disk(0)->nknown, "one of two goes offline");
	meta_counted(s, &w->counted_term, &w->counted_number);
	meta_close(&s);
	s = must_open(3, NULL, &(struct loaded){0}, &err);
	ok(s != NULL, "it is back when a successor starts, who has nothing to commit");
	meta_tick(s);
	ok(meta_copy_counts(s, d.directory_id), "it is reckoned with all the same");
	meta_close(&s);
}

static void
test_moment(void)
{
	struct meta_store *s;
	struct meta_err err;
	struct meta_disk d;

	new_world(3);
	d = meta_disk(2, true);
	s = start(7, NULL);
	commit_next(s, &err);
	doom(2, FAILS, 0);
	commit_next(s, &err);
	for (int i = 0; i < 1000 && on_disk(0)->nknown == 3; i++) { /* its answer was not waited for */
		usleep(1000);
		meta_settle(s);
	}
	is_int(2, on_disk(0)->nknown, "a copy fails");
	all_work();
	for (int i = 0; i < 40 && !meta_copy_counts(s, d.directory_id); i++) {
		usleep(100000);
		meta_tick(s);
	}
	ok(meta_copy_counts(s, d.directory_id), "by the fault of a moment: it is reckoned with soon");
	meta_close(&s);
}

static void
test_replaced(void)
{
	struct meta_store *s;
	struct meta_disk d;
	struct meta_err err;

	new_world(3);
	s = start(7, NULL);
	commit_next(s, &err);
	meta_close(&s);
	new_disk(0);
	w->disk[1].damaged = true;
	ok(start(7, NULL) == NULL, "one replaced, one damaged: refused");
	w->disk[1].damaged = false;
	ok((s = start(7, NULL)) != NULL && commit_next(s, &err) == 0, "one replaced: it starts");
	meta_tick(s);
	ok(equal(0, 1) && on_disk(0)->nknown == 3, "and the new one is known in place of the old");
	d = meta_disk(1, true);
	meta_copy_drop(s, d.directory_id);
	meta_tick(s);
	is_int(0, w->disk[1].opened, "one goes offline: nothing of it is open");
	is_int(2, on_disk(0)->nknown, "and it is not reckoned with");
	new_disk(1);
	d = meta_disk(1, true);
	commit_next(s, &err);
	meta_copy_add(s, &d);
	meta_tick(s);
	ok(equal(1, 2) && on_disk(1)->nknown == 3, "another one in its place is filled and known");
	d = meta_disk(0, true);
	meta_copy_drop(s, d.directory_id);
	meta_tick(s);
	d = meta_disk(1, true);
	meta_copy_drop(s, d.directory_id);
	meta_tick(s);
	is_int(1, on_disk(2)->nknown, "one after the other goes");
	d = meta_disk(2, true);
	meta_copy_drop(s, d.directory_id);
	meta_tick(s);
	is_int(1, w->disk[2].opened, "but the last one stays, as long as it works");
	is_int(0, commit_next(s, &err), "which it does");
	meta_close(&s);
	is_int(0, w->lost, "nothing was lost");
}

/* A commit that moves leaders off a disk that has failed is not written there, nor waited for. */
static void
test_spared(void)
{
	struct meta_store *s;
	struct meta_disk d;
	struct meta_err err;
	int ops;

	new_world(3);
	s = start(7, NULL);
	commit_next(s, &err);
	meta_tick(s);
	d = meta_disk(1, true);
	meta_copy_drop(s, d.directory_id);
	ops = w->disk[1].ops;
	is_int(0, commit_topic(s, 90, 1, &err), "one of three is offline: a commit counts on the others");
	is_int(ops, w->disk[1].ops, "and is not tried on it");
	is_int(3, on_disk(0)->nknown, "which is known until then");
	meta_settle(s);
	is_int(2, on_disk(0)->nknown, "and forgotten afterwards");
	d = meta_disk(1, true);
	meta_copy_add(s, &d);
	meta_tick(s);
	meta_tick(s);
	ok(equal(0, 1) && on_disk(1)->nknown == 3, "it is back");
	meta_copy_drop(s, d.directory_id);
	w->disk[0].fate = FAILS;
	is_int(0, commit_topic(s, 91, 1, &err), "it is offline again, and another one fails: a commit counts");
	ok(equal(1, 2), "on it, since it works");
	meta_close(&s);
}

int
main(void)
{
	plan(0);
	if (getenv("QUORUM_SEED") == NULL)
		log_set_level(LOG_LEVEL_ERROR + 1);
	w = mmap(NULL, sizeof(*w), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w == MAP_FAILED)
		bail("mmap");
	if (getenv("QUORUM_SEED") == NULL) {
		test_two();
		test_lost_with_owner();
		test_terms();
		test_accept();
		test_full();
		test_refused();
		test_dropped_in_doubt();
		test_halves();
		test_old_number();
		test_stalled();
		test_slow();
		test_nothing_to_commit();
		test_moment();
		test_replaced();
		test_spared();
	}
	stall_ms = STALL_MS;
	test_histories();
	return done_testing();
}
