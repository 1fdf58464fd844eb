/* SPDX-License-Identifier: ISC */
/* meta_priv.h - what every back end's struct begins with. */
#ifndef ODRADEK_META_PRIV_H
#define ODRADEK_META_PRIV_H

#include "odradek/meta/store.h"

struct meta_store {
	const struct meta_ops *ops;
};

#endif
