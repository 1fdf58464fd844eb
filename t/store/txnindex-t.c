/* SPDX-License-Identifier: ISC */
/* txnindex-t.c - whatever has become of the indexes of aborted transactions, a start makes them
 * what they were. */
#include "support.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "odradek/base/wire.h"
#include "odradek/base/xalloc.h"

enum { PRODUCERS = 3, ROUNDS = 120 };

static void
run(const struct world *w, const char *command)
{
	char *line = xasprintf("cd '%s/topic-0' && { %s; }", w->dir, command);

	if (system(line) != 0)
		bail("failed: %s", line);
	free(line);
}

/* Transactions of several producers, one across another and across segments; every third is
 * committed. */
static void
live(struct world *w)
{
	int32_t sequence[PRODUCERS] = {0};

	world_init(w);
	w->config.segment_bytes = 3000;
	world_open(w, false, -1);
	for (int i = 0; i < ROUNDS; i++) {
		int p = (int)rnd(PRODUCERS);

		if (rnd(4) == 0)
			put(w, &SPEC(.producer_id = p, .marker = rnd(3) == 0));
		else
			put(w, &SPEC(.producer_id = p, .sequence = sequence[p]++, .value = 100,
				   .attributes = BATCH_TRANSACTIONAL));
	}
	world_close(w);
	run(w, "mkdir ../right && cp *.txnindex ../right/ && cp -a . ../life");
}

/* What Kafka would have written, of what the model knows: over all segments. */
static int
aborts_of(const struct world *w, uint8_t *out)
{
	int64_t first[PRODUCERS] = {-1, -1, -1};
	int n = 0;

	for (int i = 0; i < w->model.n; i++) {
		const struct model_batch *b = &w->model.b[i];
		int64_t p = b->spec.producer_id, stable = b->next;

		if (b->spec.marker < 0) {
			if (first[p] < 0)
				first[p] = b->base;
			continue;
		}
		for (int k = 0; k < PRODUCERS; k++)
			if (k != p && first[k] >= 0 && first[k] < stable)
				stable = first[k];
		if (b->spec.marker == 0 && first[p] >= 0) {
			uint8_t *e = out + 34 * n++;

			be16_put(e, 0);
			be64_put(e + 2, (uint64_t)p);
			be64_put(e + 10, (uint64_t)first[p]);
			be64_put(e + 18, (uint64_t)b->base);
			be64_put(e + 26, (uint64_t)stable);
		}
		first[p] = -1;
	}
	return n;
}

static void
as_kafka_wants(struct world *w)
{
	uint8_t want[34 * ROUNDS], got[34 * ROUNDS + 1];
	size_t n = (size_t)aborts_of(w, want) * 34, len;
	char *line = xasprintf("cat '%s'/right/*.txnindex", w->dir);
	FILE *f = popen(line, "r");

	len = f == NULL ? 0 : fread(got, 1, sizeof(got), f);
	if (f != NULL)
		pclose(f);
	ok(n > 0 && len == n && memcmp(got, want, n) == 0, "%zu entries are what the batches say",
	    n / 34);
	ok(count_files(w, ".txnindex") >= 3, "... in several segments");
	free(line);
}

/* All files that tell of something are as they were; a file more may be there that is empty. */
static bool
right(const struct world *w)
{
	char *line = xasprintf(
	    "cd '%s/topic-0' && find . -name '*.txnindex' -empty -delete && mkdir ../now && "
	    "cp *.txnindex ../now/ 2>/dev/null; diff -r ../right ../now >&2; r=$?; rm -rf ../now; "
	    "exit $r",
	    w->dir);
	bool same = system(line) == 0;

	free(line);
	return same;
}

/* In the smallest steps: each ends as soon as it may. */
static int
open_in_steps(struct world *w)
{
	const struct plog_open_how how = {.known_leo = -1, .known_log_start = -1, .known_hw = -1};
	const struct plog_name name = {.topic = "topic", .partition = 0, .topic_id = {1, 2, 3}};
	struct plog_opening *o;
	int steps = 0, r;

	run(w, "for f in *.txnindex; do echo garbage >$f; done");
	if (disk_open(&w->disk, &w->opt, false) == -1)
		bail("disk_open: %s", strerror(errno));
	r = plog_open_begin(&o, &w->log, w->disk, &name, &w->config, &how, 1);
	for (; r == PLOG_MORE; steps++)
		r = plog_open_more(&o, &w->log, 1);
	is_int(PLOG_OPENED, r, "opened in steps");
	if (disk_recovered(w->disk) == -1)
		bail("disk_recovered: %s", strerror(errno));
	return steps;
}

static void
damaged(struct world *w, const char *what, const char *command, bool unclean)
{
	run(w, "rm -rf ../topic-0/* && cp -a ../life/. .");
	run(w, command);
	if (unclean)
		run(w, "rm -f ../.kafka_cleanshutdown ../.odradek-boot");
	is_int(PLOG_OPENED, world_open(w, unclean, -1), "%s%s", what, unclean ? ", unclean" : "");
	world_close(w);
	ok(right(w), "... made again");
}

/* A marker may have been where nothing can be read: a list without it would show what was aborted.
 */
static void
bad_batch(struct world *w)
{
	run(w, "rm -rf ../topic-0/* && cp -a ../life/. .");
	run(w, "f=$(ls *.txnindex | sed -n 2p); echo garbage >$f; echo ${f%.txnindex} >../bad; "
	       "printf '\001' | dd of=${f%.txnindex}.log bs=1 seek=16 conv=notrunc 2>/dev/null");
	world_open(w, false, -1);
	world_close(w);
	run(w, "echo garbage | cmp - $(cat ../bad).txnindex");
	ok(true, "of a segment with a bad batch the file stays, and readers refuse it");
}

int
main(void)
{
	static const struct {
		const char *what, *command;
		bool unclean;
	} kinds[] = {
	    {"garbage", "for f in *.txnindex; do echo garbage >$f; done", false},
	    {"zeros",
		"for f in *.txnindex; do s=$(stat -c %s $f); truncate -s 0 $f; truncate -s $s $f; "
		"done",
		false},
	    {"torn", "truncate -s -7 *.txnindex", false},
	    {"of another segment", "set -- *.txnindex; for f; do [ $f = $1 ] || cp $1 $f; done",
		false},
	    {"garbage, no snapshots",
		"for f in *.txnindex; do echo garbage >$f; done; rm -f *.snapshot", false},
	    {"garbage, torn snapshots", "for f in *.txnindex *.snapshot; do echo garbage >$f; done",
		false},
	    {"one of them garbage", "f=$(ls *.txnindex | sed -n 2p); echo garbage >$f", false},
	    {"all indexes missing", "rm -f *index", false},
	    {"missing", "for f in $(ls *.txnindex | sed '$d'); do rm $f; done", true},
	};
	struct world w;

	live(&w);
	as_kafka_wants(&w);
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		damaged(&w, kinds[i].what, kinds[i].command, true);
		if (!kinds[i].unclean)
			damaged(&w, kinds[i].what, kinds[i].command, false);
	}
	run(&w, "rm -rf ../topic-0/* && cp -a ../life/. .");
	ok(open_in_steps(&w) >= count_files(&w, ".txnindex") - 1, "one segment a step");
	world_close(&w);
	ok(right(&w), "... made again");
	bad_batch(&w);
	world_fini(&w);
	return done_testing();
}
