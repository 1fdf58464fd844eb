/* SPDX-License-Identifier: ISC */
/*
 * kload - a load generator for anything that speaks Kafka's wire protocol, cheap enough that the broker is measured.
 * Pre-encoded batches out, discarding receive in.  The broker's CPU and memory (the pids given and all their
 * descendants) are read from /proc around the run.
 *
 *   kload create  -b host:port -t topic [-p partitions] [-r replication factor]
 *   kload produce -b .. -t .. [-c conns] [-d depth] [-n records/batch] [-s value bytes] [-S seconds] [-a acks] [-P pid,..]
 *                 -L MB/s: paced, all connections together; latencies count from the time when a batch was due
 *   kload fetch   -b .. -t .. [-c conns] [-m max bytes] [-q partitions a request] [-n ..] [-s ..] [-S seconds] [-P pid,..]
 *                 -n and -s must be those that the topic was produced with
 *                 -i: idempotent, each connection with a producer id of its own; -E spread: connection i takes partition
 *                 i, i + conns, ... in turn, one batch each, so that many partitions are active
 *   kload e2e     -b .. -t .. [-R rate/s] [-s ..] [-S seconds] [-a acks] [-P pid,..]   one record a batch, partition 0
 *   kload conns   -b .. [-c connections] [-S seconds] [-P pid,..]      idle connections that each did ApiVersions
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dirent.h>
#include <endian.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char *broker = "127.0.0.1:9092", *topic = "bench";
static int conns = 4, depth = 4, nrec = 100, vsize = 1000, acks = 1, rate = 1000, parts = 4, rf = 1, many = 0;
static int maxbytes = 1 << 20, idempotent = 0, spread = 0;
static double secs = 10, mb_per_s = 0;
static int64_t
now_ns(void)
{
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}
static void
die(const char *m)
{
	perror(m);
	exit(1);
}

/* --- CPU and memory of a process tree --- */
static void
tree1(int root, double *cpu, double *rss_mb, int *n)
{
	static int pids[65536], pp[65536];
	static double c[65536], r[65536];
	int cnt = 0;
	DIR *d = opendir("/proc");
	struct dirent *e;
	while ((e = readdir(d))) {
		int p = atoi(e->d_name);
		if (!p)
			continue;
		char f[64], b[1024];
		snprintf(f, 64, "/proc/%d/stat", p);
		FILE *fp = fopen(f, "r");
		if (!fp)
			continue;
		size_t k = fread(b, 1, 1023, fp);
		fclose(fp);
		b[k] = 0;
		char *q = strrchr(b, ')');
		if (!q)
			continue;
		char st;
		int ppid;
		unsigned long ut, stt;
		long cut, cst;
		sscanf(q + 2, "%c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &st, &ppid, &ut, &stt, &cut,
		       &cst);
		pids[cnt] = p;
		pp[cnt] = ppid;
		c[cnt] = (ut + stt + cut + cst) / (double)sysconf(_SC_CLK_TCK);
		/* schedstat is finer than ticks when available */
		r[cnt] = 0;
		snprintf(f, 64, "/proc/%d/smaps_rollup", p);
		fp = fopen(f, "r");
		if (fp) {
			while (fgets(b, 1024, fp)) {
				long kb;
				if (sscanf(b, "Pss: %ld", &kb) == 1)
					r[cnt] = kb / 1024.0;
			}
			fclose(fp);
		}
		cnt++;
	}
	closedir(d);
	*cpu = 0;
	*rss_mb = 0;
	*n = 0;
	for (int i = 0; i < cnt; i++) {
		int p = pids[i], in = 0;
		for (int g = 0; g < 20 && p > 1; g++) {
			if (p == root) {
				in = 1;
				break;
			}
			int k;
			for (k = 0; k < cnt; k++)
				if (pids[k] == p)
					break;
			if (k == cnt)
				break;
			p = pp[k];
		}
		if (in) {
			*cpu += c[i];
			*rss_mb += r[i];
			(*n)++;
		}
	}
}

/* the sum over every pid given with -P a,b,c */
static char *pids;
static void
tree(double *cpu, double *mb, int *n)
{
	*cpu = *mb = 0;
	*n = 0;
	for (char *p = pids; p != NULL && *p != 0; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL) {
		double c, m;
		int k;
		tree1(atoi(p), &c, &m, &k);
		*cpu += c;
		*mb += m;
		*n += k;
	}
}

/* --- wire --- */
struct buf {
	uint8_t *p;
	size_t n;
};
static void
w8(struct buf *b, int v)
{
	b->p[b->n++] = v;
}
static void
w16(struct buf *b, int v)
{
	uint16_t x = htobe16(v);
	memcpy(b->p + b->n, &x, 2);
	b->n += 2;
}
static void
w32(struct buf *b, int32_t v)
{
	uint32_t x = htobe32(v);
	memcpy(b->p + b->n, &x, 4);
	b->n += 4;
}
static void
w64(struct buf *b, int64_t v)
{
	uint64_t x = htobe64(v);
	memcpy(b->p + b->n, &x, 8);
	b->n += 8;
}
static void
wstr(struct buf *b, const char *s)
{
	if (!s) {
		w16(b, -1);
		return;
	}
	w16(b, strlen(s));
	memcpy(b->p + b->n, s, strlen(s));
	b->n += strlen(s);
}
static void
wvar(struct buf *b, int64_t v)
{
	uint64_t z = ((uint64_t)v << 1) ^ (v >> 63);
	while (z >= 0x80) {
		w8(b, z | 0x80);
		z >>= 7;
	}
	w8(b, z);
}
static size_t
varlen(int64_t v)
{
	uint64_t z = ((uint64_t)v << 1) ^ (v >> 63);
	size_t n = 1;
	while (z >= 0x80) {
		z >>= 7;
		n++;
	}
	return n;
}
static int32_t
r32(const uint8_t *p)
{
	uint32_t x;
	memcpy(&x, p, 4);
	return be32toh(x);
}
static int
r16(const uint8_t *p)
{
	uint16_t x;
	memcpy(&x, p, 2);
	return (int16_t)be16toh(x);
}
static int64_t
r64(const uint8_t *p)
{
	uint64_t x;
	memcpy(&x, p, 8);
	return be64toh(x);
}
static uint32_t crc_table[256];
static void
crc_init(void) /* before there are threads */
{
	for (int i = 0; i < 256; i++) {
		uint32_t c = i;
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0x82f63b78 ^ (c >> 1) : c >> 1;
		crc_table[i] = c;
	}
}
static uint32_t
crc32c(const uint8_t *p, size_t n)
{
	uint32_t c = ~0u;
	while (n--)
		c = crc_table[(c ^ *p++) & 255] ^ (c >> 8);
	return ~c;
}
static void
hdr(struct buf *b, int key, int ver, int corr)
{
	b->n = 0;
	w32(b, 0);
	w16(b, key);
	w16(b, ver);
	w32(b, corr);
	wstr(b, "kload");
}
static void
fin(struct buf *b)
{
	uint32_t x = htobe32(b->n - 4);
	memcpy(b->p, &x, 4);
}
static int
dial_hp(const char *h, const char *p)
{
	struct addrinfo hi = {.ai_socktype = SOCK_STREAM, .ai_family = AF_INET}, *r;
	if (getaddrinfo(h, p, &hi, &r))
		die("resolve");
	int s = socket(AF_INET, SOCK_STREAM, 0);
	if (s < 0)
		die("socket");
	if (connect(s, r->ai_addr, r->ai_addrlen))
		die("connect");
	freeaddrinfo(r);
	int one = 1;
	setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
	return s;
}
static int
dial(void)
{
	char h[256];
	snprintf(h, 256, "%s", broker);
	char *c = strrchr(h, ':');
	*c = 0;
	return dial_hp(h, c + 1);
}
static void
wr(int s, const void *p, size_t n)
{
	const char *c = p;
	while (n) {
		ssize_t k = send(s, c, n, MSG_NOSIGNAL);
		if (k <= 0)
			die("send");
		c += k;
		n -= k;
	}
}
static void
rd(int s, void *p, size_t n)
{
	char *c = p;
	while (n) {
		ssize_t k = recv(s, c, n, 0);
		if (k <= 0) {
			if (!k)
				fprintf(stderr, "peer closed\n");
			die("recv");
		}
		c += k;
		n -= k;
	}
}
static void
sink(int s, size_t n)
{
	static char d[1];
	while (n) {
		ssize_t k = recv(s, d, n, MSG_TRUNC);
		if (k <= 0)
			die("sink");
		n -= k;
	}
}
static uint8_t *
rpc(int s, struct buf *b, size_t *len)
{
	fin(b);
	wr(s, b->p, b->n);
	uint8_t h[4];
	rd(s, h, 4);
	*len = r32(h);
	uint8_t *r = malloc(*len + 1);
	rd(s, r, *len);
	return r;
}

/* leaders of the topic */
static struct {
	char host[256];
	char port[16];
} lead[65536];
static int nparts;
static void
metadata(void)
{
	for (int tries = 0; tries < 50; tries++) {
		int s = dial();
		struct buf b = {malloc(65536), 0};
		hdr(&b, 3, 1, 1);
		w32(&b, 1);
		wstr(&b, topic);
		size_t n;
		uint8_t *r = rpc(s, &b, &n), *p = r + 4;
		int nb = r32(p);
		p += 4;
		struct {
			int id;
			char h[256];
			int port;
		} br[256];
		for (int i = 0; i < nb; i++) {
			br[i].id = r32(p);
			p += 4;
			int l = r16(p);
			p += 2;
			memcpy(br[i].h, p, l);
			br[i].h[l] = 0;
			p += l;
			br[i].port = r32(p);
			p += 4;
			l = r16(p);
			p += 2;
			if (l > 0)
				p += l;
		}
		p += 4;
		int nt = r32(p);
		p += 4;
		int err = 0;
		nparts = 0;
		for (int t = 0; t < nt; t++) {
			err = r16(p);
			p += 2;
			int l = r16(p);
			p += 2 + l;
			p += 1;
			int np = r32(p);
			p += 4;
			for (int i = 0; i < np; i++) {
				int e = r16(p);
				p += 2;
				int id = r32(p);
				p += 4;
				int ld = r32(p);
				p += 4;
				int k = r32(p);
				p += 4 + 4 * k;
				k = r32(p);
				p += 4 + 4 * k;
				if (e && e != 9)
					err = e;
				for (int j = 0; j < nb; j++)
					if (br[j].id == ld) {
						strcpy(lead[id].host, br[j].h);
						sprintf(lead[id].port, "%d", br[j].port);
					}
			}
			nparts = np;
		}
		free(r);
		free(b.p);
		close(s);
		if (!err && nparts)
			return;
		usleep(100000);
	}
	fprintf(stderr, "no metadata for %s\n", topic);
	exit(1);
}
static void
create(void)
{
	int s = dial();
	struct buf b = {malloc(65536), 0};
	hdr(&b, 19, 2, 1);
	w32(&b, 1);
	wstr(&b, topic);
	w32(&b, parts);
	w16(&b, rf);
	w32(&b, 0);
	w32(&b, 0);
	w32(&b, 300000); /* all disks have it when it is answered */
	w8(&b, 0);
	size_t n;
	uint8_t *r = rpc(s, &b, &n);
	uint8_t *p = r + 4 + 4 + 4;
	int l = r16(p);
	p += 2 + l;
	int e = r16(p);
	printf("create %s: error %d\n", topic, e);
	metadata();
	printf("partitions %d leader of 0 %s:%s\n", nparts, lead[0].host, lead[0].port);
	exit(e && e != 36);
}

/* one batch of nrec records; *valoff = offset of first value */
static size_t
mkbatch(uint8_t *out, int nr, size_t *valoff)
{
	struct buf b = {out, 0};
	w64(&b, 0);
	w32(&b, 0);
	w32(&b, -1);
	w8(&b, 2);
	w32(&b, 0);
	w16(&b, 0);
	w32(&b, nr - 1);
	int64_t ts = time(0) * 1000LL;
	w64(&b, ts);
	w64(&b, ts);
	w64(&b, -1);
	w16(&b, -1);
	w32(&b, -1);
	w32(&b, nr);
	for (int i = 0; i < nr; i++) {
		size_t rl = 1 + 1 + varlen(i) + 1 + varlen(vsize) + vsize + 1;
		wvar(&b, rl);
		w8(&b, 0);
		wvar(&b, 0);
		wvar(&b, i);
		wvar(&b, -1);
		wvar(&b, vsize);
		if (!i && valoff)
			*valoff = b.n;
		for (int k = 0; k < vsize; k++)
			b.p[b.n++] = (uint8_t)((k * 2654435761u + i * 40503u) >> 13);
		wvar(&b, 0);
	}
	uint32_t x = htobe32(b.n - 12);
	memcpy(out + 8, &x, 4);
	x = htobe32(crc32c(out + 21, b.n - 21));
	memcpy(out + 17, &x, 4);
	return b.n;
}
static size_t
mkproduce(struct buf *b, int part, const uint8_t *batch, size_t bl, size_t *at)
{
	hdr(b, 0, 7, 1);
	wstr(b, NULL);
	w16(b, acks);
	w32(b, 30000);
	w32(b, 1);
	wstr(b, topic);
	w32(b, 1);
	w32(b, part);
	w32(b, bl);
	*at = b->n;
	memcpy(b->p + b->n, batch, bl);
	b->n += bl;
	fin(b);
	return b->n;
}
static int
produce_err(const uint8_t *r)
{
	const uint8_t *p = r + 4 + 4;
	int l = r16(p);
	p += 2 + l + 4 + 4;
	return r16(p);
}

static _Atomic int64_t tot_bytes, tot_recs, tot_reqs, errs;
static _Atomic int stop;
static int64_t *lat;
static _Atomic int64_t nlat;
static int64_t caplat = 4000000;
static void
addlat(int64_t v)
{
	int64_t i = atomic_fetch_add(&nlat, 1);
	if (i < caplat)
		lat[i] = v;
}
static int
cmp(const void *a, const void *b)
{
	int64_t x = *(int64_t *)a, y = *(int64_t *)b;
	return x < y ? -1 : x > y;
}
static void
plat(const char *w)
{
	int64_t n = nlat < caplat ? nlat : caplat;
	if (!n)
		return;
	qsort(lat, n, 8, cmp);
	printf("%s latency ms: p50 %.3f p90 %.3f p99 %.3f p99.9 %.3f max %.3f (n=%ld)\n", w, lat[n / 2] / 1e6,
	       lat[n * 9 / 10] / 1e6, lat[n * 99 / 100] / 1e6, lat[n * 999 / 1000] / 1e6, lat[n - 1] / 1e6, (long)n);
}

/* InitProducerId v0 */
static int64_t
producer_id(int s)
{
	struct buf b = {malloc(4096), 0};
	size_t n;
	hdr(&b, 22, 0, 1);
	wstr(&b, NULL);
	w32(&b, 60000);
	uint8_t *r = rpc(s, &b, &n);
	if (r16(r + 8)) {
		fprintf(stderr, "init producer id: error %d\n", r16(r + 8));
		exit(1);
	}
	int64_t id = r64(r + 10);
	free(r);
	free(b.p);
	return id;
}

/* stamps producer id, epoch 0 and sequence, and the partition, into an encoded request */
static void
stamp(struct buf *b, size_t at, size_t bl, int64_t pid, int32_t seq, int part)
{
	uint8_t *bp = b->p + at;
	uint64_t x = htobe64(pid);
	uint32_t y;
	memcpy(bp + 43, &x, 8);
	memset(bp + 51, pid < 0 ? 0xff : 0, 2);
	y = htobe32(seq);
	memcpy(bp + 53, &y, 4);
	y = htobe32(crc32c(bp + 21, bl - 21));
	memcpy(bp + 17, &y, 4);
	y = htobe32(part);
	memcpy(bp - 8, &y, 4);
}

/* When the next batch is to be sent: now, or with -L when its turn has come, from which its latency then counts. */
static int64_t
pace(int64_t *due, size_t bytes)
{
	int64_t now = now_ns();

	if (mb_per_s <= 0)
		return now;
	*due += (int64_t)(bytes * (double)conns * 1e3 / mb_per_s);
	if (now < *due)
		usleep((useconds_t)((*due - now) / 1000));
	return *due;
}

static void *
producer(void *a)
{
	int id = (intptr_t)a, part = id % nparts;
	int s = dial_hp(lead[part].host, lead[part].port);
	size_t cap = (size_t)nrec * (vsize + 32) + 4096;
	uint8_t *bt = malloc(cap);
	size_t bl = mkbatch(bt, nrec, NULL);
	struct buf b = {malloc(cap + 4096), 0};
	size_t at;
	mkproduce(&b, part, bt, bl, &at);
	int64_t t0[256], pid = idempotent ? producer_id(s) : -1;
	int32_t *seq = calloc(nparts, sizeof *seq);
	int h = 0, t = 0;
	int64_t due = now_ns();
	uint8_t *resp = malloc(65536);
	while (!stop || t < h) {
		while (!stop && h - t < depth) {
			if (idempotent || spread) {
				stamp(&b, at, bl, pid, idempotent ? seq[part] : -1, part);
				seq[part] += nrec;
				if (spread && (part += conns) >= nparts)
					part = id % nparts;
			}
			t0[h % 256] = pace(&due, bl);
			wr(s, b.p, b.n);
			h++;
			if (acks == 0) {
				t++;
				tot_bytes += bl;
				tot_recs += nrec;
				tot_reqs++;
			}
		}
		if (acks == 0)
			continue;
		if (t == h)
			break;
		uint8_t x[4];
		rd(s, x, 4);
		int n = r32(x);
		rd(s, resp, n);
		addlat(now_ns() - t0[t % 256]);
		t++;
		int e = produce_err(resp);
		if (e) {
			if (!errs++)
				fprintf(stderr, "produce error %d\n", e);
		} else {
			tot_bytes += bl;
			tot_recs += nrec;
			tot_reqs++;
		}
	}
	close(s);
	return 0;
}
static void
mkfetch(struct buf *b, int part, int64_t off, int wait)
{
	hdr(b, 1, 4, 1);
	w32(b, -1);
	w32(b, wait);
	w32(b, 1);
	w32(b, maxbytes);
	w8(b, 0);
	w32(b, 1);
	wstr(b, topic);
	w32(b, 1);
	w32(b, part);
	w64(b, off);
	w32(b, maxbytes);
	fin(b);
}
/* reads the fetch reply up to the record set; returns its length */
static int
fetch_head(int s, int *err)
{
	uint8_t h[512];
	rd(s, h, 4);
	int tlen = strlen(topic);
	int fixed = 4 + 4 + 4 + 2 + tlen + 4 + 4 + 2 + 8 + 8;
	rd(s, h, fixed);
	uint8_t *p = h + fixed - 8 - 8 - 2;
	*err = r16(p);
	uint8_t q[4];
	rd(s, q, 4);
	int na = r32(q);
	for (int i = 0; i < na; i++) {
		uint8_t z[16];
		rd(s, z, 16);
	}
	rd(s, q, 4);
	return r32(q);
}
static void *
fetcher(void *a)
{
	int id = (intptr_t)a, part = id % nparts;
	int s = dial_hp(lead[part].host, lead[part].port);
	int rb = 1 << 20;
	setsockopt(s, SOL_SOCKET, SO_RCVBUF, &rb, sizeof rb);
	size_t cap = (size_t)nrec * (vsize + 32) + 4096;
	uint8_t *bt = malloc(cap);
	size_t bl = mkbatch(bt, nrec, NULL);
	struct buf b = {malloc(4096), 0};
	int64_t off = 0;
	while (!stop) {
		mkfetch(&b, part, off, 100);
		int64_t t = now_ns();
		wr(s, b.p, b.n);
		int e, n = fetch_head(s, &e);
		if (e) {
			if (!errs++)
				fprintf(stderr, "fetch error %d\n", e);
			usleep(1000);
			continue;
		}
		if (n > 0)
			sink(s, n);
		addlat(now_ns() - t);
		int64_t k = n > 0 ? n / bl : 0;
		if (!k) {
			off = 0;
			continue;
		}
		off += k * nrec;
		tot_bytes += k * bl;
		tot_recs += k * nrec;
		tot_reqs++;
	}
	close(s);
	return 0;
}

/* one request over many partitions, one batch from each: what consumers of many quiet partitions do */
static void *
fetcher_many(void *a)
{
	int s = dial_hp(lead[0].host, lead[0].port), q = many < nparts ? many : nparts;
	size_t cap = (size_t)nrec * (vsize + 32) + 4096;
	uint8_t *bt = malloc(cap), *r = malloc((size_t)q * cap + 65536);
	size_t bl = mkbatch(bt, nrec, NULL);
	struct buf b = {malloc(65536), 0};
	int64_t *off = calloc(q, 8);
	(void)a;
	while (!stop) {
		hdr(&b, 1, 4, 1);
		w32(&b, -1);
		w32(&b, 100);
		w32(&b, 1);
		w32(&b, 64 << 20);
		w8(&b, 0);
		w32(&b, 1);
		wstr(&b, topic);
		w32(&b, q);
		for (int i = 0; i < q; i++) {
			w32(&b, i);
			w64(&b, off[i]);
			w32(&b, bl);
		}
		fin(&b);
		int64_t t = now_ns();
		wr(s, b.p, b.n);
		uint8_t h[4];
		rd(s, h, 4);
		rd(s, r, r32(h));
		addlat(now_ns() - t);
		uint8_t *p = r + 4 + 4 + 4;
		p += 2 + r16(p);
		int n = r32(p);
		p += 4;
		for (int i = 0; i < n; i++) {
			int part = r32(p), e = r16(p + 4);
			p += 4 + 2 + 8 + 8;
			int na = r32(p);
			p += 4 + (na > 0 ? na * 16 : 0);
			int len = r32(p);
			p += 4 + (len > 0 ? len : 0);
			if (e && !errs++)
				fprintf(stderr, "fetch error %d\n", e);
			int64_t k = len > 0 ? len / (int)bl : 0;
			off[part] = k ? off[part] + k * nrec : 0;
			tot_bytes += k * bl;
			tot_recs += k * nrec;
		}
		tot_reqs++;
	}
	close(s);
	return 0;
}

static size_t g_valoff;
static _Atomic int64_t e2e_base;
static void *
e2e_consumer(void *a)
{
	int s = dial_hp(lead[0].host, lead[0].port);
	struct buf b = {malloc(4096), 0};
	int64_t off = e2e_base;
	uint8_t *rec = malloc(maxbytes + 65536);
	(void)a;
	while (!stop) {
		mkfetch(&b, 0, off, 500);
		wr(s, b.p, b.n);
		int e, n = fetch_head(s, &e);
		if (e) {
			fprintf(stderr, "fetch error %d at %ld\n", e, (long)off);
			exit(1);
		}
		if (n <= 0)
			continue;
		rd(s, rec, n);
		int64_t t = now_ns();
		size_t o = 0;
		while (o + 61 <= (size_t)n) {
			size_t l = 12 + r32(rec + o + 8);
			if (o + l > (size_t)n)
				break;
			int64_t base = r64(rec + o);
			if (base >= off) {
				int64_t ts;
				memcpy(&ts, rec + o + g_valoff, 8);
				addlat(t - ts);
				off = base + 1;
			}
			o += l;
		}
	}
	return 0;
}
static int64_t
end_offset(void)
{
	int s = dial_hp(lead[0].host, lead[0].port);
	struct buf b = {malloc(4096), 0};
	hdr(&b, 2, 1, 1);
	w32(&b, -1);
	w32(&b, 1);
	wstr(&b, topic);
	w32(&b, 1);
	w32(&b, 0);
	w64(&b, -1);
	size_t n;
	uint8_t *r = rpc(s, &b, &n);
	uint8_t *p = r + 4 + 4;
	int l = r16(p);
	p += 2 + l + 4 + 4;
	int e = r16(p);
	if (e) {
		fprintf(stderr, "list offsets error %d\n", e);
		exit(1);
	}
	return r64(p + 2 + 8);
}

int
main(int argc, char **argv)
{
	crc_init();
	if (argc < 2)
		return 2;
	const char *mode = argv[1];
	int o;
	optind = 2;
	while ((o = getopt(argc, argv, "b:t:c:d:n:s:S:a:R:p:r:P:m:q:L:iE")) != -1)
		switch (o) {
		case 'b':
			broker = optarg;
			break;
		case 't':
			topic = optarg;
			break;
		case 'c':
			conns = atoi(optarg);
			break;
		case 'd':
			depth = atoi(optarg);
			break;
		case 'n':
			nrec = atoi(optarg);
			break;
		case 's':
			vsize = atoi(optarg);
			break;
		case 'S':
			secs = atof(optarg);
			break;
		case 'a':
			acks = atoi(optarg);
			break;
		case 'R':
			rate = atoi(optarg);
			break;
		case 'p':
			parts = atoi(optarg);
			break;
		case 'r':
			rf = atoi(optarg);
			break;
		case 'P':
			pids = optarg;
			break;
		case 'q':
			many = atoi(optarg);
			break;
		case 'i':
			idempotent = 1;
			break;
		case 'E':
			spread = 1;
			break;
		case 'L':
			mb_per_s = atof(optarg);
			break;
		case 'm':
			maxbytes = atoi(optarg);
			break;
		default:
			return 2;
		}
	if (!strcmp(mode, "create"))
		create();
	lat = malloc(caplat * 8);
	double c0 = 0, c1 = 0, m0 = 0, m1 = 0;
	int np = 0;
	if (!strcmp(mode, "conns")) {
		struct rlimit rl = {1 << 20, 1 << 20};
		setrlimit(RLIMIT_NOFILE, &rl);
		if (pids)
			tree(&c0, &m0, &np);
		int64_t t = now_ns();
		int *fd = malloc(conns * sizeof(int));
		struct buf b = {malloc(4096), 0};
		for (int i = 0; i < conns; i++) {
			fd[i] = dial();
			hdr(&b, 18, 0, 1);
			size_t n;
			free(rpc(fd[i], &b, &n));
		}
		double dt = (now_ns() - t) / 1e9;
		if (pids)
			tree(&c1, &m1, &np);
		printf("conns %d in %.2f s (%.0f/s) broker cpu %.2f s; memory %.1f -> %.1f MB (%.1f KB/conn)\n", conns,
		       dt, conns / dt, c1 - c0, m0, m1, (m1 - m0) * 1024 / conns);
		tree(&c0, &m0, &np);
		usleep(secs * 1e6);
		tree(&c1, &m1, &np);
		printf("idle cpu with them %.2f %% of a core\n", (c1 - c0) / secs * 100);
		return 0;
	}
	metadata();
	if (pids)
		tree(&c0, &m0, &np);
	struct rusage u0, u1;
	getrusage(RUSAGE_SELF, &u0);
	int64_t t0 = now_ns();
	if (!strcmp(mode, "e2e")) {
		uint8_t *bt = malloc(vsize + 4096);
		nrec = 1;
		mkbatch(bt, 1, &g_valoff);
		e2e_base = end_offset();
		pthread_t c;
		pthread_create(&c, 0, e2e_consumer, 0);
		usleep(300000);
		int s = dial_hp(lead[0].host, lead[0].port);
		struct buf b = {malloc(vsize + 8192), 0};
		size_t at;
		size_t bl = mkbatch(bt, 1, &g_valoff);
		mkproduce(&b, 0, bt, bl, &at);
		uint8_t *bp = b.p + at;
		uint8_t resp[65536];
		int64_t *plt = malloc(8 * 4000000);
		int64_t np2 = 0;
		t0 = now_ns();
		int64_t gap = 1000000000LL / rate, next = t0;
		int64_t end = t0 + (int64_t)(secs * 1e9);
		while (now_ns() < end) {
			while (now_ns() < next) {
				struct timespec ts = {next / 1000000000LL, next % 1000000000LL};
				clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, 0);
			}
			int64_t ts = next;
			memcpy(bp + g_valoff, &ts, 8);
			uint32_t x = htobe32(crc32c(bp + 21, bl - 21));
			memcpy(bp + 17, &x, 4);
			wr(s, b.p, b.n);
			if (acks) {
				uint8_t h[4];
				rd(s, h, 4);
				rd(s, resp, r32(h));
				int e = produce_err(resp);
				if (e) {
					fprintf(stderr, "produce error %d\n", e);
					exit(1);
				}
				plt[np2++] = now_ns() - ts;
			}
			tot_bytes += bl;
			tot_recs++;
			next += gap;
		}
		usleep(200000);
		double dt = (now_ns() - t0) / 1e9;
		if (pids) {
			tree(&c1, &m1, &np);
		}
		stop = 1;
		printf("e2e rate %.0f/s sent %ld received %ld\n", tot_recs / dt, (long)tot_recs, (long)nlat);
		plat("end-to-end");
		int64_t *sv = lat;
		lat = plt;
		nlat = np2;
		plat("produce ack");
		lat = sv;
		if (pids)
			printf("broker cpu %.3f s = %.1f us/record, memory %.1f MB in %d processes\n", c1 - c0,
			       (c1 - c0) * 1e6 / tot_recs, m1, np);
		return 0;
	}
	pthread_t th[4096];
	void *(*fn)(void *) = !strcmp(mode, "produce") ? producer : many ? fetcher_many : fetcher;
	for (int i = 0; i < conns; i++)
		pthread_create(&th[i], 0, fn, (void *)(intptr_t)i);
	usleep(secs * 1e6);
	stop = 1;
	for (int i = 0; i < conns; i++)
		pthread_join(th[i], 0);
	double dt = (now_ns() - t0) / 1e9;
	getrusage(RUSAGE_SELF, &u1);
	double me = (u1.ru_utime.tv_sec - u0.ru_utime.tv_sec) + (u1.ru_stime.tv_sec - u0.ru_stime.tv_sec) +
		    (u1.ru_utime.tv_usec - u0.ru_utime.tv_usec + u1.ru_stime.tv_usec - u0.ru_stime.tv_usec) / 1e6;
	double gb = tot_bytes / 1e9;
	printf("%s: %.1f MB/s %.0f records/s %.0f requests/s errors %ld", mode, tot_bytes / dt / 1e6, tot_recs / dt,
	       tot_reqs / dt, (long)errs);
	if (pids) {
		tree(&c1, &m1, &np);
		printf(
		    " | broker cpu %.3f s/GB, %.3f us/record, %.1f us/request, %.0f %% of a core; %.1f MB in %d procs",
		    (c1 - c0) / gb, (c1 - c0) * 1e6 / tot_recs, (c1 - c0) * 1e6 / tot_reqs, (c1 - c0) / dt * 100, m1,
		    np);
	}
	printf(" | client cpu %.3f s/GB\n", me / gb);
	plat(mode);
	return 0;
}
