/* SPDX-License-Identifier: ISC */
/*
 * migrate.c - a classic group becomes one of the consumer protocol, and back, while its members
 * live.  Used in: coordinator.
 *
 * Up: a member of the consumer protocol joins a classic group of type "consumer".  Each classic
 * member goes on in the new group with what it owns, in the epoch that its generation was; its
 * heartbeats then ask it to join again, which consumer_classic.c answers.  Down: the last member of
 * the consumer protocol leaves.  The others get what they were to own as their assignment and are
 * asked to rebalance.  Whether either is allowed says group.consumer.migration.policy.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "odradek/base/log.h"
#include "odradek/base/xalloc.h"
#include "classic.h"
#include "consumer_priv.h"
#include "protocol.h"

/* What the member says in the group's protocol; in its first one as long as the group has none. */
static const struct classic_protocol *
spoken(const struct classic *c, const struct classic_member *m)
{
	const struct classic_protocol *p =
	    c->protocol == NULL ? NULL : classic_member_protocol(m, c->protocol);

	return p != NULL ? p : m->protocols->n > 0 ? &m->protocols->p[0] : NULL;
}

/* ---- up ---- */

const char *
migrate_upgrade_fault(struct group *g)
{
	const struct classic *c = g->classic;

	if (co.config.migration != MIGRATION_UPGRADE &&
	    co.config.migration != MIGRATION_BIDIRECTIONAL)
		return "online upgrade is disabled";
	if (c->protocol_type == NULL || strcmp(c->protocol_type, "consumer") != 0)
		return "the group does not use the consumer embedded protocol";
	if (c->members > (uint32_t)co.config.consumer_max_size)
		return "the group size exceeds the consumer group maximum size";
	for (uint32_t i = 0; i < c->members; i++) {
		const struct classic_member *m = c->member[i];
		const struct classic_protocol *p = spoken(c, m);
		const struct consumer_protocol_assignment *a;

		if (p == NULL || protocol_subscription(p->metadata, p->metadata_len) == NULL)
			return "the embedded consumer protocol is malformed";
		if (m->assignment_len == 0)
			continue;
		if ((a = protocol_assignment(m->assignment, m->assignment_len)) == NULL)
			return "the embedded consumer protocol is malformed";
		if (a->user_data.len > 0)
			return "an unsupported custom assignor is in use. Please refer to the "
			       "documentation or switch to a default assignor before re-attempting "
			       "the upgrade";
	}
	return NULL;
}

static struct classic_side *
side_from(const struct classic_member *m)
{
	uint32_t n = m->protocols->n;
	struct classic_side *side = xcalloc(1, sizeof(*side) + n * sizeof(side->protocol[0]));

	side->session_timeout_ms = m->session_timeout_ms;
	side->protocols = n;
	for (uint32_t i = 0; i < n; i++) {
		const struct classic_protocol *p = &m->protocols->p[i];

		side->protocol[i].name = xstrndup(p->name, p->name_len);
		side->protocol[i].len = p->metadata_len;
		side->protocol[i].metadata = xmalloc(p->metadata_len + 1);
		memcpy(side->protocol[i].metadata, p->metadata, p->metadata_len);
	}
	return side;
}

static void
member_up(struct consumer *cg, const struct classic *c, const struct classic_member *from)
{
	struct cmember *m = member_new(cg, from->id, from->id_len);
	const struct classic_protocol *p = spoken(c, from);
	const struct consumer_protocol_subscription *s;
	struct partset assigned = {0}, none = {0};

	m->epoch = m->previous_epoch = c->generation;
	m->rebalance_timeout_ms = from->rebalance_timeout_ms;
	m->has_metadata = m->has_target = true;
	member_set_text(&m->instance_id, from->instance_id);
	member_set_text(&m->client_id, from->client_id);
	member_set_text(&m->client_host, from->client_host);
	member_set_classic(m, side_from(from));
	if ((s = protocol_subscription(p->metadata, p->metadata_len)) != NULL) {
		if (s->rack_id.len > 0)
			member_set_text(&m->rack_id, kstr(&s->rack_id));
		member_set_topics(m, karr_begin(&s->topics), (uint32_t)karr_len(&s->topics));
	}
	if (from->assignment_len > 0)
		protocol_assigned(
		    &assigned, protocol_assignment(from->assignment, from->assignment_len));
	partset_copy(&m->target, &assigned);
	member_set_parts(m, &assigned, &none);
}

void
migrate_upgrade(struct group *g)
{
	struct classic *c = g->classic;
	struct consumer *cg;

	for (uint32_t i = 0; i < c->members; i++) {
		struct classic_member *m = c->member[i];
		struct call *join = m->join, *sync = m->sync;

		m->join = m->sync = NULL;
		if (join != NULL)
			call_error(join, KERR_REBALANCE_IN_PROGRESS);
		if (sync != NULL)
			call_error(sync, KERR_REBALANCE_IN_PROGRESS);
	}
	classic_put_tombstone(g);
	cg = consumer_new(g);
	cg->epoch = cg->assignment_epoch = c->generation;
	for (uint32_t i = 0; i < c->members; i++)
		member_up(cg, c, c->member[i]);
	classic_free(g);
	g->classic = NULL;
	cg->hash = consumer_hash(cg);
	put_all(cg);
	for (uint32_t i = 0; i < cg->members; i++)
		member_session(cg->member[i], cg->member[i]->classic->session_timeout_ms);
	log_info(
	    "group \"%s\" was a classic one and is now one of the consumer protocol: %u members",
	    g->id, cg->members);
}

/* ---- down ---- */

static bool
may_downgrade(const struct consumer *cg, uint32_t stay)
{
	if (co.config.migration != MIGRATION_DOWNGRADE &&
	    co.config.migration != MIGRATION_BIDIRECTIONAL) {
		log_info(
		    "group \"%s\" stays one of the consumer protocol although only classic members "
		    "are left: group.consumer.migration.policy does not allow more",
		    cg->group->id);
		return false;
	}
	return stay <= (uint32_t)co.config.max_size;
}

bool
migrate_may_downgrade(const struct consumer *cg, struct cmember *const *leaving, uint32_t n)
{
	uint32_t classic = cg->classic_members, stay = cg->members - n;

	for (uint32_t i = 0; i < n; i++)
		classic -= leaving[i]->classic != NULL;
	return classic == stay && stay > 0 && may_downgrade(cg, stay);
}

bool
migrate_may_replace(const struct consumer *cg)
{
	return cg->classic_members == cg->members - 1 && may_downgrade(cg, cg->members);
}

static bool
is_among(const struct cmember *m, struct cmember *const *list, uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		if (list[i] == m)
			return true;
	}
	return false;
}

static void
member_down(struct classic *c, const struct cmember *m)
{
	uint32_t n = m->classic->protocols;
	struct classic_protocol *p = xcalloc(n + 1, sizeof(*p));

	for (uint32_t i = 0; i < n; i++) {
		const struct classic_member_protocol *from = &m->classic->protocol[i];

		p[i] = (struct classic_protocol){
		    from->name, from->metadata, (uint32_t)strlen(from->name), from->len};
	}
	classic_member_add(c, m->id, m->id_len, m->instance_id, m->client_id, m->client_host,
	    m->rebalance_timeout_ms, m->classic->session_timeout_ms, "consumer",
	    classic_protocols_make(n, p));
	free(p);
}

/* The assignment of each is what it was to own. */
static void
assign_down(struct classic *c, const struct consumer *cg)
{
	for (uint32_t i = 0; i < c->members; i++) {
		struct classic_member *m = c->member[i];
		const struct cmember *from = member_find(cg, m->id, m->id_len);
		const struct classic_protocol *p = spoken(c, m);
		const void *bytes;
		size_t len;

		if (p == NULL)
			continue;
		bytes = protocol_put_assignment(&from->target, p->metadata, p->metadata_len, &len);
		if (bytes != NULL)
			classic_set_assignment(m, bytes, len);
	}
}

void
migrate_downgrade(struct consumer *cg, struct cmember *const *leaving, uint32_t n)
{
	struct group *g = cg->group;
	const char *protocol;
	struct classic *c;

	consumer_put_tombstones(g);
	c = classic_make(g);
	for (uint32_t i = 0; i < cg->members; i++) {
		if (!is_among(cg->member[i], leaving, n))
			member_down(c, cg->member[i]);
	}
	c->generation = cg->epoch;
	if ((protocol = classic_select_protocol(c)) != NULL) {
		free(c->protocol);
		c->protocol = xstrdup(protocol);
	}
	classic_set_state(c, CLASSIC_STABLE);
	assign_down(c, cg);
	consumer_free(g);
	g->type = GROUP_CLASSIC;
	classic_put(c);
	for (uint32_t i = 0; i < c->members; i++)
		classic_session_restart(c->member[i]);
	log_info("group \"%s\" is a classic one again: no member of the consumer protocol is left",
	    g->id);
	if (n > 0)
		classic_prepare_rebalance(c, "the last member of the consumer protocol left");
}
