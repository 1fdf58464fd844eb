/* SPDX-License-Identifier: ISC */
/*
 * sqlite.c - the metadata store in one SQLite database, metadata.db.
 *
 * Used in: controller (opening and loading before its helper thread runs, commits in it).
 * Write-ahead log with synchronous=FULL: a commit is on the medium when it returns.  The lock is
 * exclusive, so there is no index of the log in shared memory, and a second process is refused.
 *
 * A full disk: the log file stays where it is and is written over in place when it was
 * checkpointed, and a reserve file can be given up, so that elections at start and deletions are
 * possible when nothing else is.
 *
 * The schema's number is the database's user_version.  A change of the schema appends a row to
 * upgrades[].
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "meta_priv.h"
#include "odradek/base/fdutil.h"
#include "odradek/base/log.h"
#include "odradek/base/wire.h"
#include "odradek/base/xalloc.h"
#include "odradek/meta/store.h"

#define APPLICATION_ID 0x6f647261 /* "odra" */
#define RESERVE_BYTES (256 << 10)

static const char *const upgrades[] = {
    /* 0 -> 1 */
    "CREATE TABLE value (name INTEGER PRIMARY KEY, value INTEGER NOT NULL);"
    "CREATE TABLE cluster (id TEXT NOT NULL);"
    "CREATE TABLE node (id INTEGER PRIMARY KEY, directory_id BLOB NOT NULL, path TEXT NOT NULL);"
    "CREATE TABLE topic (key INTEGER PRIMARY KEY, id BLOB NOT NULL, name TEXT NOT NULL, internal "
    "INTEGER NOT NULL,"
    " state INTEGER NOT NULL);"
    "CREATE UNIQUE INDEX topic_name ON topic (name) WHERE state = 0;"
    "CREATE TABLE topic_config (topic INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (topic, name)) WITHOUT ROWID;"
    "CREATE TABLE partition (topic INTEGER NOT NULL, partition INTEGER NOT NULL, leader INTEGER "
    "NOT NULL,"
    " epoch INTEGER NOT NULL, partition_epoch INTEGER NOT NULL, term INTEGER NOT NULL, isr INTEGER "
    "NOT NULL,"
    " replicas BLOB NOT NULL, PRIMARY KEY (topic, partition)) WITHOUT ROWID;"
    "CREATE TABLE broker_config (node INTEGER NOT NULL, name TEXT NOT NULL, value TEXT NOT NULL,"
    " PRIMARY KEY (node, name)) WITHOUT ROWID;",
    /* 1 -> 2: replication */
    "ALTER TABLE partition ADD COLUMN elr INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE partition ADD COLUMN adding INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE partition ADD COLUMN removing INTEGER NOT NULL DEFAULT 0;",
    /* 2 -> 3: copies on several disks */
    "CREATE TABLE stamp (one INTEGER PRIMARY KEY, promised INTEGER NOT NULL, term INTEGER NOT NULL,"
    " number INTEGER NOT NULL);"
    "CREATE TABLE copy (directory_id BLOB PRIMARY KEY, node INTEGER NOT NULL, path TEXT NOT NULL)"
    " WITHOUT ROWID;",
};
#define SCHEMA ((int)(sizeof(upgrades) / sizeof(upgrades[0])))

enum statement {
	SET_VALUE,
	SET_NODE,
	FORGET_NODE,
	SET_TOPIC,
	FORGET_TOPIC,
	FORGET_PARTITIONS,
	FORGET_CONFIGS,
	SET_PARTITION,
	SET_TOPIC_CONFIG,
	DEL_TOPIC_CONFIG,
	SET_BROKER_CONFIG,
	DEL_BROKER_CONFIG,
	SET_STAMP,
	SET_COPY,
	FORGET_COPY,
	STATEMENTS
};
static const char *const statement_text[STATEMENTS] = {
    [SET_VALUE] = "INSERT INTO value VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET value = ?2",
    [SET_NODE] = "INSERT INTO node VALUES (?1, ?2, ?3) ON CONFLICT (id) DO UPDATE SET directory_id "
		 "= ?2, path = ?3",
    [FORGET_NODE] = "DELETE FROM node WHERE id = ?1",
    [SET_TOPIC] =
	"INSERT INTO topic VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (key) DO UPDATE SET state = ?5",
    [FORGET_TOPIC] = "DELETE FROM topic WHERE key = ?1",
    [FORGET_PARTITIONS] = "DELETE FROM partition WHERE topic = ?1",
    [FORGET_CONFIGS] = "DELETE FROM topic_config WHERE topic = ?1",
    [SET_PARTITION] =
	"INSERT OR REPLACE INTO partition (topic, partition, leader, epoch, "
	"partition_epoch, term, isr, replicas, elr, adding, removing) VALUES (?1, ?2, ?3, ?4, "
	"?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    [SET_TOPIC_CONFIG] = "INSERT OR REPLACE INTO topic_config VALUES (?1, ?2, ?3)",
    [DEL_TOPIC_CONFIG] = "DELETE FROM topic_config WHERE topic = ?1 AND name = ?2",
    [SET_BROKER_CONFIG] = "INSERT OR REPLACE INTO broker_config VALUES (?1, ?2, ?3)",
    [DEL_BROKER_CONFIG] = "DELETE FROM broker_config WHERE node = ?1 AND name = ?2",
    [SET_STAMP] = "INSERT OR REPLACE INTO stamp VALUES (0, ?1, ?2, ?3)",
    [SET_COPY] = "INSERT OR REPLACE INTO copy VALUES (?1, ?2, ?3)",
    [FORGET_COPY] = "DELETE FROM copy WHERE directory_id = ?1",
};

static const char clear_text[] =
    "DELETE FROM stamp; DELETE FROM copy; DELETE FROM value; DELETE FROM node; DELETE FROM topic;"
    "DELETE FROM topic_config; DELETE FROM partition; DELETE FROM broker_config";

struct sqlite_store {
	struct meta_store base;
	sqlite3 *db;
	char *dir, *path, *reserve;
	bool no_reserve; /* there was no space for it */
	bool behind;     /* the log has what the database does not */
	sqlite3_stmt *stmt[STATEMENTS];
};

#define REPLICA_BYTES 20 /* node id, directory id */

/* Fills err from SQLite's last error; returns -1. */
/* The errno behind the last failure: each file keeps its own, and sqlite3_system_errno() often none
 * of them. */
static int
last_errno(struct sqlite_store *s)
{
	sqlite3_file *journal = NULL;
	int sys = 0;

	sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_JOURNAL_POINTER, &journal);
	if (journal != NULL && journal->pMethods != NULL)
		journal->pMethods->xFileControl(journal, SQLITE_FCNTL_LAST_ERRNO, &sys);
	if (sys == 0)
		sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_LAST_ERRNO, &sys);
	return sys != 0 ? sys : sqlite3_system_errno(s->db);
}

static int
failed(struct sqlite_store *s, int rc, const char *doing, struct meta_err *err)
{
	int sys = last_errno(s), code = rc & 0xff;

	if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
		err->damaged = true;
		snprintf(err->text, sizeof(err->text),
		    "the metadata store \"%s\" is damaged: %s while %s. Put back a copy of it "
		    "(metadata.db-wal with it, or none), or move it away "
		    "(mkdir \"%s/damaged\" && mv \"%s\"/metadata.db* \"%s/damaged/\") and start "
		    "again: topics are then made again from the "
		    "partition directories; only configurations that were set by clients are lost",
		    s->path, sqlite3_errstr(rc), doing, s->dir, s->dir, s->dir);
		return -1;
	}
	if (code == SQLITE_BUSY || code == SQLITE_LOCKED) {
		snprintf(err->text, sizeof(err->text),
		    "the metadata store \"%s\" is in use by another process: close it (fuser "
		    "\"%s\" names it)",
		    s->path, s->path);
		return -1;
	}
	/* a sync that failed for want of space is another matter: the commit may be there after all
	 */
	err->full = code == SQLITE_FULL ||
		    (rc == SQLITE_IOERR_WRITE && (sys == ENOSPC || sys == EDQUOT)) ||
		    (code == SQLITE_CANTOPEN && (sys == ENOSPC || sys == EDQUOT));
	if (err->full)
		snprintf(err->text, sizeof(err->text),
		    "no space left for the metadata store \"%s\": free some and try again",
		    s->path);
	else
		snprintf(err->text, sizeof(err->text),
		    "could not use the metadata store \"%s\": %s (%s) while %s", s->path,
		    sqlite3_errmsg(s->db), sys != 0 ? strerror(sys) : sqlite3_errstr(rc), doing);
	return -1;
}

static int
run(struct sqlite_store *s, const char *sql, const char *doing, struct meta_err *err)
{
	int rc = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return rc == SQLITE_OK ? 0 : failed(s, rc, doing, err);
}

/* One number of one row; 0 when there is none. */
static int
ask(struct sqlite_store *s, const char *sql, int64_t *answer, const char *doing,
    struct meta_err *err)
{
	sqlite3_stmt *st = NULL;
	int rc;

	*answer = 0;
	rc = sqlite3_prepare_v2(s->db, sql, -1, &st, NULL);
	if (rc == SQLITE_OK) {
		rc = sqlite3_step(st);
		if (rc == SQLITE_ROW)
			*answer = sqlite3_column_int64(st, 0);
	}
	sqlite3_finalize(st);
	if (rc == SQLITE_ROW || rc == SQLITE_DONE)
		return 0;
	return failed(s, rc, doing, err);
}

/* ---- the reserve ---- */

static void
reserve_make(struct sqlite_store *s)
{
	struct stat st;
	int fd;

	if (stat(s->reserve, &st) == 0 && st.st_size >= RESERVE_BYTES) {
		s->no_reserve = false;
		return;
	}
	fd = open(s->reserve, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	s->no_reserve = fd == -1 || posix_fallocate(fd, 0, RESERVE_BYTES) != 0;
	if (fd != -1)
		close(fd);
	if (s->no_reserve)
		unlink(s->reserve);
}

/* What the log has goes into the database, which may have to grow for it; then the log is written
 * from its beginning again, where it has its space already. */
static void
restart_log(struct sqlite_store *s)
{
	if (sqlite3_wal_checkpoint_v2(s->db, NULL, SQLITE_CHECKPOINT_RESTART, NULL, NULL) ==
	    SQLITE_OK)
		s->behind = false;
}

static void
reserve_spend(struct sqlite_store *s)
{
	unlink(s->reserve);
	s->no_reserve = true;
	restart_log(s);
}

/* ---- opening ---- */

static int
check_cluster(struct sqlite_store *s, const char *cluster_id, struct meta_err *err)
{
	sqlite3_stmt *st = NULL;
	const char *id;
	int rc, res = 0;

	rc = sqlite3_prepare_v2(s->db, "SELECT id FROM cluster", -1, &st, NULL);
	if (rc == SQLITE_OK)
		rc = sqlite3_step(st);
	if (rc == SQLITE_ROW) {
		id = (const char *)sqlite3_column_text(st, 0);
		if (id == NULL || strcmp(id, cluster_id) != 0) {
			snprintf(err->text, sizeof(err->text),
			    "the metadata store \"%s\" belongs to cluster %s, the log directories "
			    "to cluster %s: point "
			    "metadata.dir and log.dirs to directories of one cluster",
			    s->path, id == NULL ? "(none)" : id, cluster_id);
			res = -1;
		}
	} else
		res = failed(s, rc, "reading the cluster id", err);
	sqlite3_finalize(st);
	return res;
}

/* The schema, made or brought up to date in one transaction. */
static int
upgrade(struct sqlite_store *s, int64_t version, const char *cluster_id, struct meta_err *err)
{
	char sql[128];
	int64_t i;

	if (run(s, "BEGIN IMMEDIATE", "making its tables", err) == -1)
		return -1;
	for (i = version; i < SCHEMA; i++)
		if (run(s, upgrades[i], "making its tables", err) == -1)
			goto fail;
	if (version == 0) {
		snprintf(sql, sizeof(sql), "INSERT INTO cluster VALUES ('%.64s')", cluster_id);
		if (strchr(cluster_id, '\'') != NULL || run(s, sql, "making its tables", err) == -1)
			goto fail;
	}
	snprintf(sql, sizeof(sql), "PRAGMA application_id = %d; PRAGMA user_version = %d",
	    APPLICATION_ID, SCHEMA);
	if (run(s, sql, "making its tables", err) == -1 ||
	    run(s, "COMMIT", "making its tables", err) == -1)
		goto fail;
	if (version > 0)
		log_info("metadata store \"%s\" brought from version %d to %d", s->path,
		    (int)version, SCHEMA);
	return 0;
fail:
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

/* Is it ours, whole, and of a version that we know? */
static int
check_schema(struct sqlite_store *s, const char *cluster_id, struct meta_err *err)
{
	int64_t app, version, tables;

	if (ask(s, "PRAGMA application_id", &app, "reading its header", err) == -1 ||
	    ask(s, "PRAGMA user_version", &version, "reading its header", err) == -1 ||
	    ask(s, "SELECT count(*) FROM sqlite_master", &tables, "reading its header", err) == -1)
		return -1;
	if (tables > 0 && app != APPLICATION_ID) {
		snprintf(err->text, sizeof(err->text),
		    "\"%s\" is a database, but not a metadata store of odradek: move it away, or "
		    "set metadata.dir to "
		    "another directory",
		    s->path);
		return -1;
	}
	if (version > SCHEMA) {
		snprintf(err->text, sizeof(err->text),
		    "the metadata store \"%s\" has version %d, this program knows versions up to "
		    "%d: run the program that wrote "
		    "it, or a newer one",
		    s->path, (int)version, SCHEMA);
		return -1;
	}
	if (version < SCHEMA && upgrade(s, version, cluster_id, err) == -1)
		return -1;
	return check_cluster(s, cluster_id, err);
}

static void
sqlite_close(struct meta_store **sp)
{
	struct sqlite_store *s = (struct sqlite_store *)*sp;

	for (int i = 0; i < STATEMENTS; i++)
		sqlite3_finalize(s->stmt[i]);
	sqlite3_close(s->db);
	free(s->dir);
	free(s->path);
	free(s->reserve);
	free(s);
	*sp = NULL;
}

static bool
has_bytes(const char *dir, const char *name)
{
	char *path = xasprintf("%s/%s", dir, name);
	struct stat st;
	bool has = stat(path, &st) == 0 && st.st_size > 0;

	free(path);
	return has;
}

static bool
sqlite_there(const char *dir)
{
	return has_bytes(dir, "metadata.db") || has_bytes(dir, "metadata.db-wal");
}

/* SQLite would begin anew, and throw the log away: it may hold all that was ever committed. */
static int
refuse_half(const char *dir, struct meta_err *err)
{
	if (has_bytes(dir, "metadata.db") || !has_bytes(dir, "metadata.db-wal"))
		return 0;
	err->damaged = true;
	snprintf(err->text, sizeof(err->text),
	    "the metadata store in \"%s\" has lost a file: \"metadata.db-wal\" is there, "
	    "\"metadata.db\" is missing or empty. Put that back; or move the other away "
	    "(mkdir \"%s/damaged\" && mv \"%s\"/metadata.db* \"%s/damaged/\") and start again: "
	    "topics "
	    "are then made again from the partition directories; only configurations that were "
	    "set by clients are lost",
	    dir, dir, dir, dir);
	return -1;
}

/* What is there stays for whoever wants to look at it.  The database first: SQLite removes a log
 * without one, and a database without its log would look like an older state. */
static int
move_away(struct sqlite_store *s, struct meta_err *err)
{
	static const char *const files[] = {"", "-wal", "-shm", "-journal"};
	int res = 0;

	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++) {
		char *from = xasprintf("%s%s", s->path, files[i]);
		char *to = xasprintf("%s.damaged%s", s->path, files[i]);

		if (rename(from, to) == -1 && errno != ENOENT) {
			snprintf(err->text, sizeof(err->text),
			    "could not move \"%s\" out of the way: %s", from, strerror(errno));
			res = -1;
		}
		free(from);
		free(to);
	}
	return res;
}

/* The place of the files, as the flags want it. */
static int
prepare(struct sqlite_store *s, int flags, struct meta_err *err)
{
	if ((flags & META_REPLACE) == 0 && refuse_half(s->dir, err) == -1)
		return -1;
	if ((flags & META_CREATE) == 0 && access(s->path, F_OK) == -1) {
		err->missing = errno == ENOENT || errno == ENOTDIR;
		snprintf(err->text, sizeof(err->text), "there is no metadata store \"%s\": %s",
		    s->path, strerror(errno));
		return -1;
	}
	if (mkdir_parents(s->dir, 0750) == -1) {
		err->full = errno == ENOSPC || errno == EDQUOT;
		snprintf(err->text, sizeof(err->text),
		    "could not make the directory \"%s\" for the metadata store: %s", s->dir,
		    strerror(errno));
		return -1;
	}
	return (flags & META_REPLACE) != 0 ? move_away(s, err) : 0;
}

static int
sqlite_open(struct meta_store **sp, const char *dir, const char *cluster_id, int flags,
    struct meta_err *err)
{
	struct sqlite_store *s = xcalloc(1, sizeof(*s));
	int rc, persist = 1;

	*sp = &s->base;
	s->dir = xstrdup(dir);
	s->path = xasprintf("%s/metadata.db", dir);
	s->reserve = xasprintf("%s/reserve", dir);
	if (prepare(s, flags, err) == -1)
		goto fail;
	rc = sqlite3_open_v2(s->path, &s->db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
	if (rc != SQLITE_OK) {
		failed(s, rc, "opening it", err);
		goto fail;
	}
	sqlite3_extended_result_codes(s->db, 1);
	sqlite3_file_control(s->db, NULL, SQLITE_FCNTL_PERSIST_WAL, &persist);
	/* the exclusive lock comes first: then the index of the log is kept in our memory, not in a
	 * shared file */
	if (run(s,
		"PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = "
		"FULL;"
		"PRAGMA cache_size = -512; PRAGMA temp_store = MEMORY",
		"opening it", err) == -1)
		goto fail;
	if (check_schema(s, cluster_id, err) == -1) {
		if (!err->full)
			goto fail;
		reserve_spend(s);
		if (check_schema(s, cluster_id, err) == -1)
			goto fail;
	} else
		reserve_make(s);
	*err = (struct meta_err){0};
	return 0;
fail:
	sqlite_close(sp);
	return -1;
}

/* ---- loading ---- */

typedef int row_fn(sqlite3_stmt *st, const struct meta_loader *l, void *arg);

static int
load_stamp(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_stamp stamp = {
	    sqlite3_column_int64(st, 0), sqlite3_column_int64(st, 1), sqlite3_column_int64(st, 2)};

	l->stamp(arg, &stamp);
	return 0;
}

static int
load_value(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	int64_t name = sqlite3_column_int64(st, 0);

	if (name >= 0 && name < META_VALUES)
		l->value(arg, (enum meta_value)name, sqlite3_column_int64(st, 1));
	return 0;
}

/* Copies a blob of exactly 16 bytes. */
static int
column_id(sqlite3_stmt *st, int col, uint8_t id[16])
{
	if (sqlite3_column_bytes(st, col) != 16)
		return -1;
	memcpy(id, sqlite3_column_blob(st, col), 16);
	return 0;
}

static const char *
column_string(sqlite3_stmt *st, int col)
{
	const char *s = (const char *)sqlite3_column_text(st, col);

	return s == NULL ? "" : s;
}

static int
load_node(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_node n = {.id = sqlite3_column_int(st, 0), .path = column_string(st, 2)};

	if (column_id(st, 1, n.directory_id) == -1)
		return -1;
	l->node(arg, &n);
	return 0;
}

static int
load_copy(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_copy c = {.node = sqlite3_column_int(st, 1), .path = column_string(st, 2)};

	if (column_id(st, 0, c.directory_id) == -1)
		return -1;
	l->copy(arg, &c);
	return 0;
}

static int
load_topic(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_topic t = {
	    .key = sqlite3_column_int64(st, 0),
	    .name = column_string(st, 2),
	    .internal = sqlite3_column_int(st, 3) != 0,
	    .state = sqlite3_column_int(st, 4) == META_DELETING ? META_DELETING : META_LIVE,
	};

	if (column_id(st, 1, t.id) == -1 || strlen(t.name) == 0 || strlen(t.name) > 249)
		return -1;
	l->topic(arg, &t);
	return 0;
}

static int
load_topic_config(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_config c = {
	    sqlite3_column_int64(st, 0), column_string(st, 1), column_string(st, 2)};

	l->topic_config(arg, &c);
	return 0;
}

static int
load_broker_config(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_config c = {
	    sqlite3_column_int64(st, 0), column_string(st, 1), column_string(st, 2)};

	l->broker_config(arg, &c);
	return 0;
}

static int
load_partition(sqlite3_stmt *st, const struct meta_loader *l, void *arg)
{
	struct meta_partition p = {
	    .topic = sqlite3_column_int64(st, 0),
	    .partition = sqlite3_column_int(st, 1),
	    .leader = sqlite3_column_int(st, 2),
	    .epoch = sqlite3_column_int(st, 3),
	    .partition_epoch = sqlite3_column_int(st, 4),
	    .term = sqlite3_column_int64(st, 5),
	    .isr = (uint16_t)sqlite3_column_int(st, 6),
	    .elr = (uint16_t)sqlite3_column_int(st, 8),
	    .adding = (uint16_t)sqlite3_column_int(st, 9),
	    .removing = (uint16_t)sqlite3_column_int(st, 10),
	};
	int bytes = sqlite3_column_bytes(st, 7);
	const uint8_t *b = sqlite3_column_blob(st, 7);

	if (bytes == 0 || bytes % REPLICA_BYTES != 0 || bytes / REPLICA_BYTES > META_REPLICAS ||
	    p.partition < 0)
		return -1;
	p.replicas = (uint8_t)(bytes / REPLICA_BYTES);
	for (int i = 0; i < p.replicas; i++, b += REPLICA_BYTES) {
		p.replica[i].node = (int32_t)be32_get(b);
		memcpy(p.replica[i].directory_id, b + 4, 16);
	}
	l->partition(arg, &p);
	return 0;
}

static const struct {
	const char *sql, *what;
	row_fn *row;
} loads[] = {
    {"SELECT promised, term, number FROM stamp", "its stamp", load_stamp},
    {"SELECT directory_id, node, path FROM copy ORDER BY node, directory_id", "the known copies",
	load_copy},
    {"SELECT name, value FROM value", "values", load_value},
    {"SELECT id, directory_id, path FROM node ORDER BY id", "nodes", load_node},
    {"SELECT key, id, name, internal, state FROM topic ORDER BY key", "topics", load_topic},
    {"SELECT topic, name, value FROM topic_config ORDER BY topic, name", "topics' configurations",
	load_topic_config},
    {"SELECT topic, partition, leader, epoch, partition_epoch, term, isr, replicas, elr, adding, "
     "removing"
     " FROM partition ORDER BY topic, partition",
	"partitions", load_partition},
    {"SELECT node, name, value FROM broker_config ORDER BY node, name", "brokers' configurations",
	load_broker_config},
};

/* Does anybody want these rows? */
static bool
wanted(const struct meta_loader *l, row_fn *row)
{
	return !((row == load_stamp && l->stamp == NULL) || (row == load_copy && l->copy == NULL) ||
		 (row == load_value && l->value == NULL) || (row == load_node && l->node == NULL) ||
		 (row == load_topic && l->topic == NULL) ||
		 (row == load_topic_config && l->topic_config == NULL) ||
		 (row == load_partition && l->partition == NULL) ||
		 (row == load_broker_config && l->broker_config == NULL));
}

static int
sqlite_load(struct meta_store *base, const struct meta_loader *l, void *arg, struct meta_err *err)
{
	struct sqlite_store *s = (struct sqlite_store *)base;
	sqlite3_stmt *st;
	char doing[64];
	int rc, bad;

	for (size_t i = 0; i < sizeof(loads) / sizeof(loads[0]); i++) {
		if (!wanted(l, loads[i].row))
			continue;
		st = NULL;
		bad = 0;
		snprintf(doing, sizeof(doing), "reading %s", loads[i].what);
		rc = sqlite3_prepare_v2(s->db, loads[i].sql, -1, &st, NULL);
		while (rc == SQLITE_OK || rc == SQLITE_ROW) {
			rc = sqlite3_step(st);
			if (rc == SQLITE_ROW && loads[i].row(st, l, arg) == -1) {
				bad = 1;
				break;
			}
		}
		sqlite3_finalize(st);
		if (bad)
			return failed(s, SQLITE_CORRUPT, doing, err);
		if (rc != SQLITE_DONE)
			return failed(s, rc, doing, err);
	}
	return 0;
}

/* ---- committing ---- */

static sqlite3_stmt *
statement(struct sqlite_store *s, enum statement which)
{
	if (s->stmt[which] == NULL &&
	    sqlite3_prepare_v3(s->db, statement_text[which], -1, SQLITE_PREPARE_PERSISTENT,
		&s->stmt[which], NULL) != SQLITE_OK)
		return NULL;
	return s->stmt[which];
}

static int
step(struct sqlite_store *s, sqlite3_stmt *st)
{
	int rc;

	if (st == NULL)
		return sqlite3_errcode(s->db);
	rc = sqlite3_step(st);
	sqlite3_reset(st);
	sqlite3_clear_bindings(st);
	return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int
set_config(
    struct sqlite_store *s, const struct meta_config *c, enum statement set, enum statement del)
{
	sqlite3_stmt *st = statement(s, c->value == NULL ? del : set);

	sqlite3_bind_int64(st, 1, c->owner);
	sqlite3_bind_text(st, 2, c->name, -1, SQLITE_STATIC);
	if (c->value != NULL)
		sqlite3_bind_text(st, 3, c->value, -1, SQLITE_STATIC);
	return step(s, st);
}

static int
set_partition(struct sqlite_store *s, const struct meta_partition *p)
{
	sqlite3_stmt *st = statement(s, SET_PARTITION);
	uint8_t blob[META_REPLICAS * REPLICA_BYTES], *b = blob;

	for (int i = 0; i < p->replicas; i++, b += REPLICA_BYTES) {
		be32_put(b, (uint32_t)p->replica[i].node);
		memcpy(b + 4, p->replica[i].directory_id, 16);
	}
	sqlite3_bind_int64(st, 1, p->topic);
	sqlite3_bind_int(st, 2, p->partition);
	sqlite3_bind_int(st, 3, p->leader);
	sqlite3_bind_int(st, 4, p->epoch);
	sqlite3_bind_int(st, 5, p->partition_epoch);
	sqlite3_bind_int64(st, 6, p->term);
	sqlite3_bind_int(st, 7, p->isr);
	sqlite3_bind_blob(st, 8, blob, (int)(b - blob), SQLITE_STATIC);
	sqlite3_bind_int(st, 9, p->elr);
	sqlite3_bind_int(st, 10, p->adding);
	sqlite3_bind_int(st, 11, p->removing);
	return step(s, st);
}

static int
forget(struct sqlite_store *s, int64_t key)
{
	static const enum statement all[] = {FORGET_PARTITIONS, FORGET_CONFIGS, FORGET_TOPIC};
	int rc = SQLITE_OK;

	for (int i = 0; i < 3 && rc == SQLITE_OK; i++) {
		sqlite3_bind_int64(statement(s, all[i]), 1, key);
		rc = step(s, s->stmt[all[i]]);
	}
	return rc;
}

static int
apply(struct sqlite_store *s, const struct meta_change *c)
{
	sqlite3_stmt *st;

	switch (c->type) {
	case META_SET_VALUE:
		st = statement(s, SET_VALUE);
		sqlite3_bind_int(st, 1, (int)c->u.value.name);
		sqlite3_bind_int64(st, 2, c->u.value.value);
		return step(s, st);
	case META_SET_NODE:
		st = statement(s, SET_NODE);
		sqlite3_bind_int(st, 1, c->u.node.id);
		sqlite3_bind_blob(st, 2, c->u.node.directory_id, 16, SQLITE_STATIC);
		sqlite3_bind_text(st, 3, c->u.node.path, -1, SQLITE_STATIC);
		return step(s, st);
	case META_FORGET_NODE:
		st = statement(s, FORGET_NODE);
		sqlite3_bind_int64(st, 1, c->u.forget);
		return step(s, st);
	case META_SET_TOPIC:
		st = statement(s, SET_TOPIC);
		sqlite3_bind_int64(st, 1, c->u.topic.key);
		sqlite3_bind_blob(st, 2, c->u.topic.id, 16, SQLITE_STATIC);
		sqlite3_bind_text(st, 3, c->u.topic.name, -1, SQLITE_STATIC);
		sqlite3_bind_int(st, 4, c->u.topic.internal);
		sqlite3_bind_int(st, 5, c->u.topic.state);
		return step(s, st);
	case META_FORGET_TOPIC:
		return forget(s, c->u.forget);
	case META_SET_PARTITION:
		return set_partition(s, c->u.partition);
	case META_SET_TOPIC_CONFIG:
		return set_config(s, &c->u.config, SET_TOPIC_CONFIG, DEL_TOPIC_CONFIG);
	case META_SET_BROKER_CONFIG:
		return set_config(s, &c->u.config, SET_BROKER_CONFIG, DEL_BROKER_CONFIG);
	case META_SET_STAMP:
		st = statement(s, SET_STAMP);
		sqlite3_bind_int64(st, 1, c->u.stamp.promised);
		sqlite3_bind_int64(st, 2, c->u.stamp.term);
		sqlite3_bind_int64(st, 3, c->u.stamp.number);
		return step(s, st);
	case META_SET_COPY:
		st = statement(s, SET_COPY);
		sqlite3_bind_blob(st, 1, c->u.copy.directory_id, 16, SQLITE_STATIC);
		sqlite3_bind_int(st, 2, c->u.copy.node);
		sqlite3_bind_text(st, 3, c->u.copy.path, -1, SQLITE_STATIC);
		return step(s, st);
	case META_FORGET_COPY:
		st = statement(s, FORGET_COPY);
		sqlite3_bind_blob(st, 1, c->u.copy.directory_id, 16, SQLITE_STATIC);
		return step(s, st);
	case META_CLEAR:
		return sqlite3_exec(s->db, clear_text, NULL, NULL, NULL);
	}
	return SQLITE_MISUSE;
}

static int
try_commit(struct sqlite_store *s, const struct meta_change *c, size_t n, struct meta_err *err)
{
	int rc;

	if (run(s, "BEGIN IMMEDIATE", "beginning a commit", err) == -1)
		return -1;
	for (size_t i = 0; i < n; i++) {
		rc = apply(s, &c[i]);
		if (rc != SQLITE_OK) {
			failed(s, rc, "writing", err);
			goto rollback;
		}
	}
	if (run(s, "COMMIT", "committing", err) == 0) {
		s->behind = true;
		return 0;
	}
rollback:
	sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
	return -1;
}

static int
sqlite_commit(
    struct meta_store *base, const struct meta_change *c, size_t n, int flags, struct meta_err *err)
{
	struct sqlite_store *s = (struct sqlite_store *)base;

	if (try_commit(s, c, n, err) == 0)
		return 0;
	if (!err->full)
		return -1;
	/* the log may only have grown since its last checkpoint: from its beginning there is room
	 */
	restart_log(s);
	*err = (struct meta_err){0};
	if (try_commit(s, c, n, err) == 0)
		return 0;
	if (!err->full || (flags & META_URGENT) == 0)
		return -1;
	reserve_spend(s);
	*err = (struct meta_err){0};
	return try_commit(s, c, n, err);
}

static void
sqlite_tick(struct meta_store *base)
{
	struct sqlite_store *s = (struct sqlite_store *)base;

	if (s->behind) /* while there is space for the database to grow */
		restart_log(s);
	if (s->no_reserve)
		reserve_make(s);
}

const struct meta_ops meta_sqlite = {
    .name = "sqlite",
    .there = sqlite_there,
    .open = sqlite_open,
    .load = sqlite_load,
    .commit = sqlite_commit,
    .tick = sqlite_tick,
    .close = sqlite_close,
};
