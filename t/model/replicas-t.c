/* SPDX-License-Identifier: ISC */
/*
 * replicas-t.c - replication of a partition: nothing acknowledged is lost, one value for each
 * offset below the high watermark for ever; and what becomes of that without each rule.
 *
 * MODEL_FULL=1 walks the large configurations: minutes, 1 GB.  With arguments it walks the one
 * that they give, without TAP: replicas.t replicas=3 records=2 writer_kills=1 -LINE_EPOCH
 */
#include "config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "replicas.h"
#include "t/tap/tap.h"

#define RULE(name, text)          \
	{                         \
		name, #name, text \
	}
static const struct rule rule_list[] = {
    RULE(LINE_EPOCH, "the HW is counted over lines of the leader's epoch only"),
    RULE(TAKE_OVER_HW, "a new leader starts with the greatest HW of all lines"),
    RULE(JOIN_SLOT, "the joiner is counted by the slot, not by a message"),
    RULE(JOIN_WAIT, "a joiner is in sync when it has what the leader had"),
    RULE(GIVE_UP, "a change that does not come to its end is given up"),
    RULE(READ_STARTED, "a reader wants the leader's line to have the slot's epoch"),
    RULE(READ_AGAIN, "a reader looks at the slot again"),
    RULE(ACK_ORDER, "acks=all looks at the slot's epoch last"),
    RULE(ACK_LINE, "acks=all takes the HW from the line of the epoch that it was appended in"),
    RULE(ACK_ISR, "acks=all looks at the size of the ISR after the HW"),
    RULE(COPY_AGAIN,
	"a follower looks at its leader's epoch again before it publishes what it copied"),
    RULE(COPY_PUBLISHED, "a follower copies up to the published LEO only"),
    RULE(CUT_AFTER, "a truncation is published before the file is cut"),
    RULE(CUT_AT_LEO, "a successor cuts its log at the published LEO"),
    RULE(DIRECTORY, "an empty disk is a new replica: its writer waits until the row names it"),
    RULE(NAME_STARTED, "a new directory is named when the leader has started its epoch"),
    RULE(KEEP_HW, "the HW word stays when the disk is replaced"),
    RULE(LOOK_STARTED, "a follower truncates only against a leader that has started the epoch"),
    RULE(NEW_EPOCH, "a log that was recovered without its shared memory gets a new epoch"),
    RULE(GREATEST, "after a power loss the greatest end leads"),
    RULE(LEVEL, "after a power loss only those are in sync who reach as far as the leader"),
    RULE(COMMIT_FIRST, "a change is durable before it is published"),
    RULE(DURABLE_ISR, "elections choose from the durable ISR, not from who is counted"),
    RULE(STAND, "the HW stands while the ISR is smaller than min.insync.replicas"),
    RULE(ELR_CLEARED, "nobody is eligible any more when min.insync.replicas are in sync"),
    RULE(ELR_LOST, "another directory is not eligible"),
    RULE(MIN_IN_SLOT, "min.insync.replicas changes together with the ELR"),
    RULE(JOIN_EPOCH, "a joiner's LEO counts in the leader's epoch only"),
    RULE(LAST_STAYS, "the last one in sync is not replaced by its empty successor"),
    RULE(LEADER_LEAVES, "a leader's new directory is named after another one was elected"),
    RULE(TAKE_LATEST, "the HW that a new leader takes over is of the latest epoch that any line tells of"),
};
#define RULES (sizeof(rule_list) / sizeof(rule_list[0]))

/* A configuration, and the rules for which it is the smallest to need them.  Pairs are two rules
 * that stand in for each other here: only without both something is lost. */
struct run {
	const char *what;
	const char *settings; /* as by hand */
	unsigned without[8];
};

static const struct run quick[] = {
    {"acks=all, a killed writer, a deposed leader", "writer_kills=1 depositions=1", {COMMIT_FIRST}},
    {"a consumer, a killed writer, a deposed leader", "read writer_kills=1 depositions=1",
	{TAKE_OVER_HW, READ_STARTED, READ_AGAIN}},
    {"two records, a killed writer, a deposed leader", "records=2 writer_kills=1 depositions=1",
	{LINE_EPOCH, COPY_PUBLISHED, CUT_AT_LEO, LOOK_STARTED, ACK_ORDER | ACK_LINE}},
    {"a failed disk, a killed writer, a deposed leader",
	"writer_kills=1 disk_failures=1 depositions=1", {CUT_AFTER}},
    {"changes of the ISR, all kinds of faults",
	"changes=2 writer_kills=1 controller_kills=1 disk_failures=1 symmetry",
	{JOIN_SLOT, JOIN_WAIT}},
    {"changes of the ISR, a deposed leader", "changes=2 depositions=1", {DURABLE_ISR}},
    {"changes of the ISR, a failed disk, progress", "changes=2 disk_failures=1 progress",
	{GIVE_UP}},
    {"a disk that comes back empty", "records=2 changes=1 depositions=1 disk_failures=1 returns=1",
	{DIRECTORY, LAST_STAYS, LEADER_LEAVES}},
    {"a consumer, a disk that comes back empty",
	"read changes=1 disk_failures=1 returns=1 writer_kills=1", {KEEP_HW | NAME_STARTED}},
    {"a power loss", "records=2 power_losses=1 disk_failures=1", {NEW_EPOCH, GREATEST, LEVEL}},
    {"min.insync.replicas=2, changes of the ISR", "min_isr=2 changes=1", {ACK_ISR | STAND}},
    {"min.insync.replicas=2 with ELR, a disk that comes back empty",
	"records=2 min_isr=2 elr changes=1 depositions=1 disk_failures=1 returns=1", {ELR_LOST}},
    {"ELR, a consumer, changes of the ISR", "min_isr=2 elr read changes=1 depositions=1", {STAND}},
    {"ELR, min.insync.replicas is changed",
	"min_isr=2 elr changes=1 depositions=1 disk_failures=1 min_changes=1",
	{ELR_CLEARED, MIN_IN_SLOT}},
    {"unclean elections",
	"records=2 epochs=4 unclean changes=1 depositions=1 disk_failures=1 returns=1", {0}},
    {"a HW from before an unclean election, a consumer, deposed leaders",
	"replicas=3 stale read epochs=5 depositions=3 writer_kills=1", {TAKE_LATEST}},
    {"three replicas, three records, a deposed leader",
	"replicas=3 records=3 epochs=2 depositions=1 symmetry", {COPY_AGAIN}},
};
/* too large for the whole of them in seconds */
static const struct run deep[] = {
    {"a joiner of another epoch", "records=2 changes=2 depositions=1 writer_kills=1", {JOIN_EPOCH}},
};
static const struct run full[] = {
    {"2 replicas, all kinds of faults",
	"records=2 writer_kills=1 controller_kills=1 disk_failures=1 returns=1 changes=1 "
	"depositions=1 symmetry",
	{0}},
    {"2 replicas, all kinds of faults, a consumer",
	"records=2 read writer_kills=1 controller_kills=1 disk_failures=1 returns=1 changes=1 "
	"depositions=1 symmetry",
	{0}},
    {"2 replicas, 2 changes, all kinds of faults, progress",
	"writer_kills=1 controller_kills=1 disk_failures=1 returns=1 changes=2 depositions=1 "
	"symmetry progress",
	{0}},
    {"3 replicas, a disk that comes back empty, a change, a deposed leader",
	"replicas=3 records=2 disk_failures=1 returns=1 changes=1 depositions=1 symmetry", {0}},
    {"3 replicas, a disk that comes back empty, a change, a killed controller, a consumer",
	"replicas=3 records=2 read disk_failures=1 returns=1 changes=1 controller_kills=1 symmetry",
	{0}},
    {"3 replicas, a killed writer, a killed controller, a failed disk",
	"replicas=3 records=2 writer_kills=1 controller_kills=1 disk_failures=1 symmetry", {0}},
    {"3 replicas, a killed writer, a change, a deposed leader",
	"replicas=3 records=2 epochs=2 writer_kills=1 changes=1 depositions=1 symmetry", {0}},
    {"3 replicas, ELR, min.insync.replicas=2, two disks fail, one comes back empty",
	"replicas=3 min_isr=2 elr disk_failures=2 returns=1 changes=1 symmetry", {0}},
    {"3 replicas, ELR, min.insync.replicas=2, a disk that comes back empty, a consumer",
	"replicas=3 records=2 min_isr=2 elr read disk_failures=1 returns=1 changes=1 symmetry",
	{0}},
    {"3 replicas, two disks fail, unclean elections",
	"replicas=3 records=2 unclean disk_failures=2 changes=1 symmetry", {0}},
    {"3 replicas, a power loss, a failed disk, a killed writer",
	"replicas=3 records=2 power_losses=1 disk_failures=1 writer_kills=1 symmetry", {0}},
};
#define N(list) (sizeof(list) / sizeof((list)[0]))

enum { MOST_QUICK = 3000000, MOST_FULL = 200000000 };

/* ---- settings ---- */

static const struct {
	const char *name;
	int *value;
} numbers[] = {
#define NUMBER(field) .name = #field, .value = &cfg.field
    {NUMBER(replicas)}, {NUMBER(records)}, {NUMBER(epochs)}, {NUMBER(min_isr)},
    {NUMBER(writer_kills)}, {NUMBER(controller_kills)}, {NUMBER(disk_failures)}, {NUMBER(returns)},
    {NUMBER(changes)}, {NUMBER(depositions)}, {NUMBER(power_losses)}, {NUMBER(min_changes)}};
static const struct {
	const char *name;
	bool *value;
} switches[] = {{"elr", &cfg.elr}, {"unclean", &cfg.unclean}, {"stale", &cfg.stale}, {"symmetry", &cfg.symmetry},
    {"progress", &cfg.progress}};

static bool
argument(const char *arg, unsigned *off)
{
	size_t len = strcspn(arg, "=");

	if (strcmp(arg, "read") == 0)
		return cfg.witness = READ, true;
	for (size_t i = 0; i < RULES; i++)
		if (arg[0] == '-' && strcmp(arg + 1, rule_list[i].name) == 0)
			return *off |= rule_list[i].bit, true;
	for (size_t i = 0; i < N(switches); i++)
		if (strcmp(arg, switches[i].name) == 0)
			return *switches[i].value = true;
	for (size_t i = 0; i < N(numbers); i++)
		if (arg[len] == '=' && strlen(numbers[i].name) == len &&
		    memcmp(arg, numbers[i].name, len) == 0)
			return *numbers[i].value = atoi(arg + len + 1), true;
	return false;
}

static bool
read_settings(const char *text, unsigned *off)
{
	char buf[512], *save = NULL;

	cfg = (struct config){.replicas = 2, .records = 1, .epochs = 3, .min_isr = 1};
	snprintf(buf, sizeof(buf), "%s", text);
	for (char *w = strtok_r(buf, " ", &save); w != NULL; w = strtok_r(NULL, " ", &save))
		if (!argument(w, off)) {
			fprintf(stderr, "\"%s\": no setting, and no rule; see t/model/README\n", w);
			return false;
		}
	return true;
}

static void
set(const char *settings, unsigned off)
{
	if (!read_settings(settings, &off))
		bail("settings");
	on = (unsigned)ALL_RULES & ~off;
	/* names are kept where somebody may want to read them */
	replicas.canon = cfg.symmetry && off == 0 ? replicas_canon : NULL;
	replicas.goal = cfg.progress ? replicas_goal : NULL;
}

static const struct rule *
named(unsigned bits, char *text, size_t size)
{
	static struct rule r;

	text[0] = '\0';
	r = (struct rule){.bit = bits, .text = text};
	for (size_t i = 0; i < RULES; i++)
		if (bits & rule_list[i].bit) {
			snprintf(text + strlen(text), size - strlen(text), "%s%s",
			    text[0] == '\0' ? "" : "\" and \"", rule_list[i].text);
			r.name = rule_list[i].name;
		}
	return &r;
}

static unsigned
walk(const struct run *run, size_t most, bool whole)
{
	char text[512];
	unsigned shown = 0;

	set(run->settings, 0);
	if (whole)
		model_passes(&replicas, run->what, most);
	for (const unsigned *off = run->without; *off != 0; off++) {
		set(run->settings, *off);
		model_fails(&replicas, named(*off, text, sizeof(text)), most);
		shown |= *off;
	}
	return shown;
}

/* ---- by hand ---- */

static int
by_hand(char **arg)
{
	static struct outcome out;
	char text[512] = "";

	for (; *arg != NULL; arg++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s ", *arg);
	set(text, 0);
	explore(&replicas, MOST_FULL, &out);
	printf("%s%s: %zu states, %zu steps%s\n", out.trace,
	    out.wrong != NULL ? out.wrong : "nothing is wrong", out.states, out.steps,
	    out.complete ? "" : ", not all");
	return out.wrong != NULL;
}

int
main(int argc, char **argv)
{
	unsigned shown = 0;

	if (argc > 1)
		return by_hand(argv + 1);
	plan(0);
	for (size_t i = 0; i < N(quick); i++)
		shown |= walk(&quick[i], MOST_QUICK, true);
	for (size_t i = 0; i < N(deep); i++)
		shown |= walk(&deep[i], MOST_QUICK, false);
	is_int(ALL_RULES, shown, "every rule has its counterexample");
	for (size_t i = 0; getenv("MODEL_FULL") != NULL && i < N(full); i++)
		walk(&full[i], MOST_FULL, true);
	return done_testing();
}
