/* SPDX-License-Identifier: ISC */
/*
 * store.c - the metadata store, whatever its back end.  Used in: controller.
 */
#include "config.h"

#include "odradek/meta/store.h"

#include "meta_priv.h"

int
meta_open(struct meta_store **sp, const struct meta_ops *ops, const char *dir,
    const char *cluster_id, struct meta_err *err)
{
	*err = (struct meta_err){0};
	*sp = NULL;
	if (ops->open(sp, dir, cluster_id, err) == -1)
		return -1;
	(*sp)->ops = ops;
	return 0;
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
meta_tick(struct meta_store *s)
{
	s->ops->tick(s);
}

void
meta_close(struct meta_store **sp)
{
	if (*sp != NULL)
		(*sp)->ops->close(sp);
}
