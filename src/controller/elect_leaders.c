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

static int8_t
type_of(const struct call *c)
{
	return c->version == 0 ? PREFERRED : ((const struct elect_leaders_req *)c->req)->election_type;
}

static bool
known(int8_t type)
{
	return type == PREFERRED || type == UNCLEAN;
}

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
		outcome_set(o, KERR_PREFERRED_LEADER_NOT_AVAILABLE, "The preferred leader was not available.");
	else
		outcome_set(o, KERR_ELIGIBLE_LEADERS_NOT_AVAILABLE, "Eligible topic partition leaders are not available.");
}

static void
elect_one(struct outcome *o, struct change *ch, const asked_topic *asked, int32_t n, int8_t type)
{
	struct topic *t = topic_by_name(kstr(&asked->topic), (size_t)asked->topic.len);

	if (!known(type))
		outcome_set(o, KERR_INVALID_REQUEST, "Unknown election type %d", type);
	else if (t == NULL || t->state != TOPIC_LIVE)
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "No such topic as %.*s", asked->topic.len, kstr(&asked->topic));
	else if (n < 0 || (uint32_t)n >= t->nparts)
		outcome_set(o, KERR_UNKNOWN_TOPIC_OR_PARTITION, "No such partition as %s-%d", t->name, n);
	else if (!needed(&t->part[n], type))
		outcome_set(o, KERR_ELECTION_NOT_NEEDED, "Leader election not needed for topic partition.");
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

/* All partitions were meant: every topic, and of it those that an election was tried of.  outcome.first is the
 * partition, and outcomes lie in the order of the topics. */
static void
answer_all(struct call *c, struct elect_leaders_resp *resp)
{
	struct elect_leaders_resp_replica_election_result *rt =
	    msg_arr(&ctl.answer, &resp->replica_election_results, ctl.topics);
	const struct outcome *o = c->outcome, *end = o + c->noutcomes;
	int32_t topics = 0;

	for (uint32_t i = 0; i < ctl.topics && msg_arena_ok(&ctl.answer); i++) {
		const struct topic *t = ctl.topic[i];
		struct elect_leaders_resp_partition_result *rp;
		size_t n = 0;

		if (t == NULL || t->state != TOPIC_LIVE)
			continue;
		for (const struct topic *of; o < end; o++) /* deleted meanwhile */
			if ((of = topic_by_id(&o->id)) != NULL && of->state == TOPIC_LIVE)
				break;
		while (o + n < end && uuid_eq(&o[n].id, &t->id))
			n++;
		msg_str0(&ctl.answer, &rt->topic, t->name);
		rp = msg_arr(&ctl.answer, &rt->partition_result, n);
		for (size_t k = 0; k < n && msg_arena_ok(&ctl.answer); k++)
			put_result(&ctl.answer, &rp[k], (int32_t)o[k].first, &o[k]);
		o += n;
		rt++;
		topics++;
	}
	msg_arr_cut(&resp->replica_election_results, topics);
}

static void
answer(struct call *c)
{
	const struct elect_leaders_req *req = c->req;
	struct elect_leaders_resp *resp = msg_new(&ctl.answer, elect_leaders_resp);

	if (!known(type_of(c)))
		resp->error_code = KERR_INVALID_REQUEST;
	if (known(type_of(c)) && karr_is_null(&req->topic_partitions))
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
	const int8_t type = type_of(c);
	struct change *ch;
	const asked_topic *t;
	struct outcome *o;
	size_t n = 0;

	ch = change_new(elected, NULL);
	ch->call = c;
	if (karr_is_null(&req->topic_partitions) && known(type)) {
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
rebalance_tick(void)
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
