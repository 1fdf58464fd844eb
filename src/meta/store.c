/* SPDX-License-Identifier: ISC */
/*
 * store.c - the metadata store, whatever its back end.  Used in: controller.
 */
#include "config.h"

#include "odradek/meta/store.h"

#include "meta_priv.h"

bool
meta_there(const struct meta_ops *ops, const char *dir)
{
	return ops->there(dir);
}

int
meta_open(struct meta_store **sp, const struct meta_ops *ops, const char *dir,
    const char *cluster_id, struct meta_err *err)
{
	*err = (struct meta_err){0};
	*sp = NULL;
	if (ops->open(sp, dir, cluster_id, META_CREATE, err) == -1)
		return -1;
	(*sp)->ops = ops;
	return 0;
}

void
meta_copy_add(struct meta_store *s, const struct meta_disk *d)
{
	if (s->ops == &meta_quorum)
		quorum_copy_add(s, d);
}

void
meta_copy_drop(struct meta_store *s, const uint8_t directory_id[16])
{
	if (s->ops == &meta_quorum)
		quorum_copy_drop(s, directory_id);
}

bool
meta_copy_counts(const struct meta_store *s, const uint8_t directory_id[16])
{
	return s->ops == &meta_quorum && quorum_copy_counts(s, directory_id);
}

bool
meta_counted(const struct meta_store *s, int64_t *term, int64_t *number)
{
	if (s->ops != &meta_quorum)
		return false;
	quorum_counted(s, term, number);
	return true;
}

int
meta_load(struct meta_store *s, const struct meta_loader *l, void *arg, struct meta_err *err)
{
	*err = (struct meta_err){0};
	return s->ops->load(s, l, arg, err);
}

int
meta_commit(
    struct meta_store *s, const struct meta_change *c, size_t n, int flags, struct meta_err *err)
{
	*err = (struct meta_err){0};
	return s->ops->commit(s, c, n, flags, err);
}

void
meta_settle(struct meta_store *s)
{
	if (s->ops == &meta_quorum)
		quorum_committed(s);
}

void
meta_tick(struct meta_store *s)
{
	s->ops->tick(s);
}

bool
meta_wants_tick(const struct meta_store *s)
{
	return s->ops == &meta_quorum && quorum_unsettled(s);
}

void
meta_close(struct meta_store **sp)
{
	if (*sp != NULL)
		(*sp)->ops->close(sp);
}
