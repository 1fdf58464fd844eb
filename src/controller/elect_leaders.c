/* SPDX-License-Identifier: ISC */
/*
 * elect_leaders.c - ElectLeaders, and the same from time to time by itself (auto.leader.rebalance.enable).  Used in:
 * controller.  Kafka's rules: ReplicationControlManager.electLeaders, maybeBalancePartitionLeaders.
 *
 * A live leader is told to stop by publishing another one in a new epoch; nothing rests on its answer.
 */
#include "config.h"

#include "controller.h"
#include "odradek/base/log.h"
#include "odradek/proto/gen/elect_leaders.h"

typedef struct elect_leaders_req_topic_partitions asked_topic;

#define PREFERRED 0
#define UNCLEAN 1
#define AT_ONCE 1000 /* partitions that one rebalance moves */

static bool
needed(const struct part *p, int8_t type)
{
	return type == PREFERRED ? p->leader != p->replica[0] : p->leader == -1;
}

static void
try(struct outcome *o, struct change *ch, struct topic *t, uint32_t n, int8_t type)
{
	const int32_t was = t->part[n].leader;

	change_part(ch, t, n);
	if (change_settle(ch, type == PREFERRED ? ELECT_PREFERRED : ELECT_UNCLEAN) && t->part[n].leader != was)
		o->changed = true;
	else if (type == PREFERRED)
		outcome_set(o, KERR_PREFERRED_LEADER_NOT_AVAILABLE, "%s", kerr_text(KERR_PREFERRED_LEADER_NOT_AVAILABLE));
	else
		outcome_set(o, KERR_ELIGIBLE_LEADERS_NOT_AVAILABLE, "%s", kerr_text(KERR_ELIGIBLE_LEADERS_NOT_AVAILABLE));
}

static void
elect_one(struct outcome *o, struct change *ch, const asked_topic *asked, int32_t n, int8_t type)
{
	struct topic *t = topic_by_name(kstr(&asked->topic), (size_t)asked->topic.len);

	if (t == NULL || t->state != TOPIC_LIVE)
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "No such topic as %.*s", asked->topic.len, kstr(&asked->topic));
	else if (n < 0 || (uint32_t)n >= t->nparts)
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "No such partition as %s-%d", t->name, n);
	else if (!needed(&t->part[n], type))
		outcome_set(o, KERR_ELECTION_NOT_NEEDED, "%s", kerr_text(KERR_ELECTION_NOT_NEEDED));
	else
		try(o, ch, t, (uint32_t)n, type);
}

/* ---- the answer ---- */

static void
put_result(struct msg_arena *a, struct elect_leaders_resp_partition_result *to, int32_t n, const struct outcome *o)
{
	to->partition_id = n;
	to->error_code = o->error;
	msg_str0(a, &to->error_message, o->message);
}

/* Those that were asked for by name. */
static void
answer_asked(struct call *c, struct elect_leaders_resp *resp)
{
	const struct elect_leaders_req *req = c->req;
	struct elect_leaders_resp_replica_election_result *rt =
	    msg_arr(&ctl.answer, &resp->replica_election_results, (size_t)karr_len(&req->topic_partitions));
	const struct outcome *o = c->outcome;
	const asked_topic *t;

	karr_for (t, &req->topic_partitions) {
		struct elect_leaders_resp_partition_result *rp;

		if (!msg_arena_ok(&ctl.answer))
			return;
		msg_str_copy(&ctl.answer, &rt->topic, &t->topic);
		rp = msg_arr(&ctl.answer, &rt->partition_result, (size_t)karr_len(&t->partitions));
		for (int32_t i = 0; i < karr_len(&t->partitions) && msg_arena_ok(&ctl.answer); i++)
			put_result(&ctl.answer, &rp[i], *karr_at(&t->partitions, i), o++);
		rt++;
	}
}

/* All partitions were meant: those that an election was tried of.  outcome.first is the partition, and outcomes of one
 * topic lie together. */
static void
answer_all(struct call *c, struct elect_leaders_resp *resp)
{
	struct elect_leaders_resp_replica_election_result *rt;
	const struct outcome *end = c->outcome + c->noutcomes;
	size_t topics = 0, n;

	for (const struct outcome *o = c->outcome; o < end; o++)
		topics += o == c->outcome || memcmp(&o->id, &o[-1].id, sizeof(o->id)) != 0;
	rt = msg_arr(&ctl.answer, &resp->replica_election_results, topics);
	for (const struct outcome *o = c->outcome; o < end && msg_arena_ok(&ctl.answer); o += n, rt++) {
		struct elect_leaders_resp_partition_result *rp;
		const struct topic *t = topic_by_id(&o->id);

		for (n = 1; o + n < end && memcmp(&o[n].id, &o->id, sizeof(o->id)) == 0; n++)
			;
		msg_str0(&ctl.answer, &rt->topic, t == NULL ? "" : t->name);
		rp = msg_arr(&ctl.answer, &rt->partition_result, n);
		for (size_t i = 0; i < n && msg_arena_ok(&ctl.answer); i++)
			put_result(&ctl.answer, &rp[i], (int32_t)o[i].first, &o[i]);
	}
}

static void
answer(struct call *c)
{
	const struct elect_leaders_req *req = c->req;
	struct elect_leaders_resp *resp = msg_new(&ctl.answer, elect_leaders_resp);

	if (karr_is_null(&req->topic_partitions))
		answer_all(c, resp);
	else
		answer_asked(c, resp);
	reply_call(c, resp);
}

static void
elected(struct change *ch, const struct meta_err *err)
{
	if (err != NULL)
		call_failed(ch->call, err);
	answer(ch->call);
}

static void
elect_all(struct call *c, struct change *ch, int8_t type)
{
	struct outcome *o;
	size_t n = 0;

	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t k = 0; ctl.topic[i] != NULL && ctl.topic[i]->state == TOPIC_LIVE && k < ctl.topic[i]->nparts; k++)
			n += needed(&ctl.topic[i]->part[k], type);
	o = call_outcomes(c, n);
	for (uint32_t i = 0; i < ctl.topics; i++)
		for (uint32_t k = 0; ctl.topic[i] != NULL && ctl.topic[i]->state == TOPIC_LIVE && k < ctl.topic[i]->nparts; k++) {
			if (!needed(&ctl.topic[i]->part[k], type))
				continue;
			o->id = ctl.topic[i]->id;
			o->first = k;
			try(o++, ch, ctl.topic[i], k, type);
		}
}

void
elect_leaders(struct call *c)
{
	const struct elect_leaders_req *req = c->req;
	const int8_t type = c->version == 0 ? PREFERRED : req->election_type;
	struct change *ch;
	const asked_topic *t;
	struct outcome *o;
	size_t n = 0;

	if (type != PREFERRED && type != UNCLEAN) {
		struct elect_leaders_resp *resp = msg_new(&ctl.answer, elect_leaders_resp);

		resp->error_code = KERR_INVALID_REQUEST;
		reply_call(c, resp);
		return;
	}
	ch = change_new(elected, NULL);
	ch->call = c;
	if (karr_is_null(&req->topic_partitions)) {
		elect_all(c, ch, type);
	} else {
		karr_for (t, &req->topic_partitions)
			n += (size_t)karr_len(&t->partitions);
		o = call_outcomes(c, n);
		karr_for (t, &req->topic_partitions)
			for (int32_t i = 0; i < karr_len(&t->partitions); i++)
				elect_one(o++, ch, t, *karr_at(&t->partitions, i), type);
	}
	if (change_empty(ch)) {
		change_drop(ch);
		answer(c);
		return;
	}
	change_submit(ch, 0);
}

/* ---- by itself ---- */

static void
balanced(struct change *ch, const struct meta_err *err)
{
	if (err == NULL)
		log_info("%u partition%s led by the preferred replica again", ch->tally.moved,
		    ch->tally.moved == 1 ? " is" : "s are");
}

void
rebalance_turn(void)
{
	static int64_t last;
	const int64_t every = ctl.config->leader_imbalance_check_interval_seconds * 1000;
	struct change *ch;

	if (!ctl.config->auto_leader_rebalance_enable || ctl.mono_ms - last < every || ctl.committing ||
	    !TAILQ_EMPTY(&ctl.waiting))
		return;
	if (last == 0) { /* the first interval begins now */
		last = ctl.mono_ms;
		return;
	}
	last = ctl.mono_ms;
	ch = change_new(balanced, NULL);
	for (uint32_t i = 0; i < ctl.topics; i++) {
		struct topic *t = ctl.topic[i];

		for (uint32_t n = 0; t != NULL && t->state == TOPIC_LIVE && n < t->nparts && ch->n < AT_ONCE; n++)
			if (t->part[n].leader != -1 && needed(&t->part[n], PREFERRED)) {
				change_part(ch, t, n);
				change_settle(ch, ELECT_PREFERRED);
			}
	}
	if (change_empty(ch))
		change_drop(ch);
	else
		change_submit(ch, 0);
}
