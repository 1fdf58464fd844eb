// SPDX-License-Identifier: ISC

// franz-go against the broker at os.Args[1]; speaks TAP.  Everything is consumed by assignment, and what comes back is
// compared with what was sent, record by record.
package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"math/rand"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/twmb/franz-go/pkg/kadm"
	"github.com/twmb/franz-go/pkg/kerr"
	"github.com/twmb/franz-go/pkg/kgo"
)

const partitions = 3

var (
	bootstrap string
	n, bad    int
)

// test runs one test, within a bound.
func test(name string, body func(ctx context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 40*time.Second)
	defer cancel()
	n++
	if err := body(ctx); err != nil {
		bad++
		fmt.Printf("not ok %d - %s\n# %s\n", n, name, strings.ReplaceAll(err.Error(), "\n", "\n# "))
	} else {
		fmt.Printf("ok %d - %s\n", n, name)
	}
}

func equal(want, got any, what string) error {
	if !reflect.DeepEqual(want, got) {
		return fmt.Errorf("%s: expected %v, found %v", what, want, got)
	}
	return nil
}

// fails wants this error of Kafka.
func fails(want, got error, what string) error {
	if !errors.Is(got, want) {
		return fmt.Errorf("%s: expected %v, found %v", what, want, got)
	}
	return nil
}

func client(opts ...kgo.Opt) *kgo.Client {
	c, err := kgo.NewClient(append([]kgo.Opt{kgo.SeedBrokers(bootstrap)}, opts...)...)
	if err != nil {
		fmt.Println("Bail out!", err)
		os.Exit(1)
	}
	return c
}

// assigned is a consumer of these partitions from these offsets.
func assigned(topic string, count int, at kgo.Offset, opts ...kgo.Opt) *kgo.Client {
	m := map[int32]kgo.Offset{}
	for p := range count {
		m[int32(p)] = at
	}
	return client(append(opts, kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: m}), kgo.FetchMaxWait(200*time.Millisecond))...)
}

func part(b []byte) string {
	switch {
	case b == nil:
		return "null"
	case len(b) > 60:
		return fmt.Sprintf("%d/%08x", len(b), crc32.ChecksumIEEE(b))
	}
	return fmt.Sprintf("%q", b)
}

// show is a record in a form that can be compared, all of its parts.
func show(r *kgo.Record) string {
	s := fmt.Sprintf("%d %d %s %s", r.Partition, r.Timestamp.UnixMilli(), part(r.Key), part(r.Value))
	for _, h := range r.Headers {
		s += " " + h.Key + "=" + part(h.Value)
	}
	return s
}

// kinds are records of every kind for one partition.
func kinds(topic string, partition int32, word string, at time.Time) []*kgo.Record {
	var out []*kgo.Record
	for i := range 40 {
		r := &kgo.Record{Topic: topic, Partition: partition, Timestamp: at.Add(time.Duration(i) * 10 * time.Millisecond)}
		switch i % 5 {
		case 1:
		case 2:
			r.Key = []byte{}
		default:
			r.Key = fmt.Appendf(nil, "key-%s-%d", word, i)
		}
		switch i % 7 {
		case 1:
		case 2:
			r.Value = []byte{}
		default:
			r.Value = fmt.Appendf(nil, "value-%s-%s", word, strings.Repeat("abc", i))
		}
		if i%3 == 0 {
			r.Headers = []kgo.RecordHeader{{Key: "h", Value: []byte("x")}, {Key: "empty", Value: []byte{}}, {Key: "none"}, {Key: "h", Value: []byte("again")}}
		}
		out = append(out, r)
	}
	large := make([]byte, 900_000)
	rand.New(rand.NewSource(int64(len(word)))).Read(large)
	return append(out, &kgo.Record{Topic: topic, Partition: partition, Key: []byte("large"), Value: large, Timestamp: at.Add(400 * time.Millisecond)})
}

// read polls until so many records came; offsets follow each other in every partition.
func read(ctx context.Context, c *kgo.Client, count int) (map[int32][]*kgo.Record, error) {
	out := map[int32][]*kgo.Record{}
	if count == 0 {
		return nil, errors.New("there is nothing to read")
	}
	for got := 0; got < count; {
		f := c.PollFetches(ctx)
		if err := f.Err0(); err != nil {
			return nil, fmt.Errorf("%d of %d records: %w", got, count, err)
		}
		var bad error
		f.EachError(func(_ string, p int32, err error) { bad = fmt.Errorf("partition %d: %w", p, err) })
		f.EachRecord(func(r *kgo.Record) {
			if l := out[r.Partition]; len(l) > 0 && l[len(l)-1].Offset+1 != r.Offset {
				bad = fmt.Errorf("a gap before offset %d", r.Offset)
			}
			out[r.Partition] = append(out[r.Partition], r)
			got++
		})
		if bad != nil {
			return nil, bad
		}
	}
	return out, nil
}

func until(ctx context.Context, what string, holds func() bool) error {
	for !holds() {
		select {
		case <-ctx.Done():
			return fmt.Errorf("never: %s", what)
		case <-time.After(20 * time.Millisecond):
		}
	}
	return nil
}

func topics(a *kadm.Client, topic string) {
	test("the cluster", func(ctx context.Context) error {
		m, err := a.BrokerMetadata(ctx)
		if err != nil {
			return err
		}
		if len(m.Brokers) == 0 || m.Cluster == "" || m.Controller < 0 {
			return fmt.Errorf("brokers %v, cluster %q, controller %d", m.Brokers, m.Cluster, m.Controller)
		}
		_, err = a.ApiVersions(ctx)
		return err
	})
	test("create a topic", func(ctx context.Context) error {
		r, err := a.CreateTopic(ctx, partitions, 1, map[string]*string{"max.message.bytes": kadm.StringPtr("2000000")}, topic)
		if err != nil {
			return err
		}
		if r.ID == (kadm.TopicID{}) {
			return errors.New("no id")
		}
		if err := equal(int32(partitions), r.NumPartitions, "partitions"); err != nil {
			return err
		}
		got := r.Configs["max.message.bytes"]
		return equal("2000000", got.MaybeValue(), "max.message.bytes")
	})
	test("create it again, and badly", func(ctx context.Context) error {
		_, err := a.CreateTopic(ctx, 1, 1, nil, topic)
		if err := fails(kerr.TopicAlreadyExists, err, "again"); err != nil {
			return err
		}
		_, err = a.CreateTopic(ctx, 1, 1, nil, "a b")
		if err := fails(kerr.InvalidTopicException, err, "name"); err != nil {
			return err
		}
		_, err = a.CreateTopic(ctx, 1, 1, map[string]*string{"no.such": kadm.StringPtr("1")}, topic+"x")
		return fails(kerr.InvalidConfig, err, "config")
	})
	test("list and describe", func(ctx context.Context) error {
		return until(ctx, "listed", func() bool {
			l, err := a.ListTopics(ctx, topic)
			return err == nil && len(l[topic].Partitions) == partitions && l[topic].Partitions[0].Leader >= 0
		})
	})
	test("a topic that is not there", func(ctx context.Context) error {
		l, err := a.ListTopics(ctx, topic+"-not")
		if err != nil {
			return err
		}
		return fails(kerr.UnknownTopicOrPartition, l[topic+"-not"].Err, "describe")
	})
}

func codecs(topic string) map[int32][]string {
	sent := map[int32][]string{}
	at := time.UnixMilli(time.Now().Add(-time.Hour).UnixMilli())
	for _, c := range []struct {
		name  string
		codec kgo.CompressionCodec
	}{{"none", kgo.NoCompression()}, {"gzip", kgo.GzipCompression()}, {"snappy", kgo.SnappyCompression()}, {"lz4", kgo.Lz4Compression()}, {"zstd", kgo.ZstdCompression()}} {
		test("produce with "+c.name, func(ctx context.Context) error {
			p := client(kgo.ProducerBatchCompression(c.codec), kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchMaxBytes(1_500_000))
			defer p.Close()
			for i := range int32(partitions) {
				for j, res := range p.ProduceSync(ctx, kinds(topic, i, c.name, at)...) {
					if res.Err != nil {
						return fmt.Errorf("record %d: %w", j, res.Err)
					}
					if err := equal(int64(len(sent[i])), res.Record.Offset, "offset"); err != nil {
						return err
					}
					sent[i] = append(sent[i], show(res.Record))
				}
			}
			return nil
		})
	}
	total := len(sent[0]) * partitions
	test("consume everything, byte for byte", func(ctx context.Context) error {
		c := assigned(topic, partitions, kgo.NewOffset().AtStart())
		defer c.Close()
		got, err := read(ctx, c, total)
		if err != nil {
			return err
		}
		for p, records := range got {
			for i, r := range records {
				if err := equal(sent[p][i], show(r), fmt.Sprintf("record %d", i)); err != nil {
					return err
				}
			}
			if err := equal(len(sent[p]), len(records), "records"); err != nil {
				return err
			}
		}
		return nil
	})
	for name, opts := range map[string][]kgo.Opt{
		"in small pieces":  {kgo.FetchMaxPartitionBytes(1000), kgo.FetchMaxBytes(2000)},
		"without sessions": {kgo.DisableFetchSessions()},
		"read committed":   {kgo.FetchIsolationLevel(kgo.ReadCommitted())},
		"from a rack":      {kgo.Rack("elsewhere")},
	} {
		test("consume "+name, func(ctx context.Context) error {
			c := assigned(topic, partitions, kgo.NewOffset().AtStart(), opts...)
			defer c.Close()
			_, err := read(ctx, c, total)
			return err
		})
	}
	return sent
}

func offsets(a *kadm.Client, topic string, sent map[int32][]string) {
	var first int64
	fmt.Sscanf(sent[1][0], "1 %d", &first)
	test("offsets: earliest, latest, by time, greatest time", func(ctx context.Context) error {
		start, err := a.ListStartOffsets(ctx, topic)
		if err != nil {
			return err
		}
		end, err := a.ListEndOffsets(ctx, topic)
		if err != nil {
			return err
		}
		committed, err := a.ListCommittedOffsets(ctx, topic)
		if err != nil {
			return err
		}
		for p := range int32(partitions) {
			got := []int64{start[topic][p].Offset, end[topic][p].Offset, committed[topic][p].Offset}
			if err := equal([]int64{0, int64(len(sent[p])), int64(len(sent[p]))}, got, "start, end, committed"); err != nil {
				return err
			}
		}
		for _, i := range []int64{0, 1, 17, 39} {
			l, err := a.ListOffsetsAfterMilli(ctx, first+10*i-3, topic)
			if err != nil {
				return err
			}
			if err := equal(i, l[topic][1].Offset, "by time"); err != nil {
				return err
			}
			if err := equal(first+10*i, l[topic][1].Timestamp, "its time"); err != nil {
				return err
			}
		}
		l, err := a.ListMaxTimestampOffsets(ctx, topic)
		if err != nil {
			return err
		}
		return equal(int64(40), l[topic][1].Offset, "offset of the greatest time")
	})
	test("seek and read again", func(ctx context.Context) error {
		for _, at := range []int64{100, 3, 0, 57} {
			c := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {1: kgo.NewOffset().At(at)}}))
			got, err := read(ctx, c, 1)
			c.Close()
			if err != nil {
				return err
			}
			if err := equal(sent[1][at], show(got[1][0]), "record"); err != nil {
				return err
			}
		}
		return nil
	})
	test("out of range: reset", func(ctx context.Context) error {
		c := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {1: kgo.NewOffset().At(1_000_000)}}),
			kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()))
		defer c.Close()
		got, err := read(ctx, c, 1)
		if err != nil {
			return err
		}
		return equal(int64(0), got[1][0].Offset, "offset")
	})
	test("an epoch's end", func(ctx context.Context) error {
		l, err := a.ListEndOffsets(ctx, topic)
		if err != nil {
			return err
		}
		req := kadm.OffsetForLeaderEpochRequest{}
		req.Add(topic, 1, l[topic][1].LeaderEpoch)
		r, err := a.OffetForLeaderEpoch(ctx, req)
		if err != nil {
			return err
		}
		return equal(int64(len(sent[1])), r[topic][1].EndOffset, "end offset")
	})
}

func producing(a *kadm.Client, topic string) {
	test("6000 records, idempotently", func(ctx context.Context) error {
		if _, err := a.CreateTopic(ctx, partitions, 1, nil, topic); err != nil {
			return err
		}
		p := client(kgo.RecordPartitioner(kgo.ManualPartitioner()), kgo.ProducerBatchMaxBytes(3000), kgo.ProducerLinger(0))
		defer p.Close()
		failed := make(chan error, 6000)
		for i := range 6000 {
			p.Produce(ctx, &kgo.Record{Topic: topic, Partition: int32(i % partitions), Value: fmt.Appendf(nil, "idempotent %d", i)},
				func(_ *kgo.Record, err error) {
					if err != nil {
						failed <- err
					}
				})
		}
		if err := p.Flush(ctx); err != nil {
			return err
		}
		if len(failed) > 0 {
			return <-failed
		}
		c := assigned(topic, partitions, kgo.NewOffset().AtStart())
		defer c.Close()
		got, err := read(ctx, c, 6000)
		if err != nil {
			return err
		}
		for i := range 6000 {
			if err := equal(fmt.Sprintf("idempotent %d", i), string(got[int32(i%partitions)][i/partitions].Value), "value"); err != nil {
				return err
			}
		}
		return nil
	})
	test("acks 1 and 0", func(ctx context.Context) error {
		for acks, opt := range map[string]kgo.Acks{"1": kgo.LeaderAck(), "0": kgo.NoAck()} {
			c := client(kgo.ConsumePartitions(map[string]map[int32]kgo.Offset{topic: {0: kgo.NewOffset().At(2000)}}))
			p := client(kgo.RequiredAcks(opt), kgo.DisableIdempotentWrite(), kgo.RecordPartitioner(kgo.ManualPartitioner()))
			err := p.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: []byte("acks " + acks)}).FirstErr()
			if err == nil {
				_, err = read(ctx, c, 1)
			}
			p.Close()
			c.Close()
			if err != nil {
				return fmt.Errorf("acks %s: %w", acks, err)
			}
		}
		return nil
	})
	test("auto-creation by producing", func(ctx context.Context) error {
		p := client(kgo.AllowAutoTopicCreation())
		defer p.Close()
		return p.ProduceSync(ctx, &kgo.Record{Topic: topic + "-auto", Value: []byte("v")}).FirstErr()
	})
	test("a topic that is not there, without auto-creation", func(ctx context.Context) error {
		p := client(kgo.UnknownTopicRetries(1))
		defer p.Close()
		return fails(kerr.UnknownTopicOrPartition, p.ProduceSync(ctx, &kgo.Record{Topic: topic + "-not", Value: []byte("v")}).FirstErr(), "produce")
	})
	test("a record that is too large", func(ctx context.Context) error {
		p := client(kgo.ProducerBatchMaxBytes(5_000_000), kgo.BrokerMaxWriteBytes(50_000_000), kgo.ProducerBatchCompression(kgo.NoCompression()))
		defer p.Close()
		return fails(kerr.MessageTooLarge, p.ProduceSync(ctx, &kgo.Record{Topic: topic, Value: bytes.Repeat([]byte("x"), 2_000_000)}).FirstErr(), "produce")
	})
}

// sessions: many partitions, some quiet, records coming all the while.
func sessions(a *kadm.Client, topic string) {
	test("consume from 20 partitions while records come", func(ctx context.Context) error {
		const count = 20
		if _, err := a.CreateTopic(ctx, count, 1, nil, topic); err != nil {
			return err
		}
		p := client(kgo.RecordPartitioner(kgo.ManualPartitioner()))
		defer p.Close()
		c := assigned(topic, count, kgo.NewOffset().AtStart())
		defer c.Close()
		random := rand.New(rand.NewSource(1))
		sent, got := map[int32][]string{}, map[int32][]string{}
		total, seen := 0, 0
		take := func(wait time.Duration) {
			short, cancel := context.WithTimeout(ctx, wait)
			defer cancel()
			c.PollFetches(short).EachRecord(func(r *kgo.Record) {
				got[r.Partition] = append(got[r.Partition], string(r.Value))
				seen++
			})
		}
		for range 60 {
			for range random.Intn(6) {
				at := int32(random.Intn(count))
				value := fmt.Sprintf("record %d", total)
				if err := p.ProduceSync(ctx, &kgo.Record{Topic: topic, Partition: at, Value: []byte(value)}).FirstErr(); err != nil {
					return err
				}
				sent[at] = append(sent[at], value)
				total++
			}
			take(10 * time.Millisecond)
		}
		if err := until(ctx, "all records", func() bool { take(200 * time.Millisecond); return seen >= total }); err != nil {
			return err
		}
		return equal(sent, got, "records")
	})
}

func admin(a *kadm.Client, topic string) {
	test("create partitions", func(ctx context.Context) error {
		r, err := a.UpdatePartitions(ctx, 5, topic)
		if err != nil || r.Error() != nil {
			return errors.Join(err, r.Error())
		}
		r, err = a.UpdatePartitions(ctx, 4, topic)
		if err := fails(kerr.InvalidPartitions, errors.Join(err, r.Error()), "fewer"); err != nil {
			return err
		}
		return until(ctx, "five partitions", func() bool {
			l, err := a.ListTopics(ctx, topic)
			return err == nil && len(l[topic].Partitions) == 5
		})
	})
	test("configs", func(ctx context.Context) error {
		r, err := a.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Name: "flush.messages", Value: kadm.StringPtr("77")}}, topic)
		if err != nil {
			return err
		}
		if r[0].Err != nil {
			return r[0].Err
		}
		err = until(ctx, "flush.messages", func() bool {
			d, err := a.DescribeTopicConfigs(ctx, topic)
			if err != nil {
				return false
			}
			for _, c := range d[0].Configs {
				if c.Key == "flush.messages" {
					return c.MaybeValue() == "77" && len(c.Synonyms) > 1
				}
			}
			return false
		})
		if err != nil {
			return err
		}
		r, err = a.AlterTopicConfigs(ctx, []kadm.AlterConfig{{Name: "retention.ms", Value: kadm.StringPtr("x")}}, topic)
		if err != nil {
			return err
		}
		return fails(kerr.InvalidConfig, r[0].Err, "bad value")
	})
	test("configs of a broker", func(ctx context.Context) error {
		m, err := a.BrokerMetadata(ctx)
		if err != nil {
			return err
		}
		d, err := a.DescribeBrokerConfigs(ctx, m.Brokers[0].NodeID)
		if err != nil {
			return err
		}
		if d[0].Err != nil || len(d[0].Configs) == 0 {
			return fmt.Errorf("%v, %d configs", d[0].Err, len(d[0].Configs))
		}
		return nil
	})
	test("log directories", func(ctx context.Context) error {
		d, err := a.DescribeAllLogDirs(ctx, kadm.TopicsSet{topic: {0: {}, 1: {}, 2: {}}})
		if err != nil {
			return err
		}
		size := int64(0)
		for _, node := range d {
			if node.Error() != nil {
				return node.Error()
			}
			size += node.Size()
		}
		if size < 900_000 {
			return fmt.Errorf("size %d", size)
		}
		return nil
	})
	test("delete records", func(ctx context.Context) error {
		o := kadm.Offsets{}
		o.AddOffset(topic, 0, 10, -1)
		r, err := a.DeleteRecords(ctx, o)
		if err != nil || r.Error() != nil {
			return errors.Join(err, r.Error())
		}
		if err := equal(int64(10), r[topic][0].LowWatermark, "low watermark"); err != nil {
			return err
		}
		l, err := a.ListStartOffsets(ctx, topic)
		if err != nil {
			return err
		}
		return equal(int64(10), l[topic][0].Offset, "start")
	})
	test("delete topics", func(ctx context.Context) error {
		r, err := a.DeleteTopics(ctx, topic)
		if err != nil || r.Error() != nil {
			return errors.Join(err, r.Error())
		}
		r, err = a.DeleteTopics(ctx, topic)
		if err != nil {
			return err
		}
		return fails(kerr.UnknownTopicOrPartition, r.Error(), "again")
	})
}

func main() {
	if os.Args[1] == "member" {
		runMember(os.Args[2])
		return
	}
	bootstrap = os.Args[1]
	topic := os.Args[2]
	c := client()
	a := kadm.NewClient(c)
	topics(a, topic)
	sent := codecs(topic)
	if len(sent[1]) == 0 {
		fmt.Println("Bail out! nothing could be produced")
		os.Exit(1)
	}
	offsets(a, topic, sent)
	producing(a, topic+"-i")
	sessions(a, topic+"-s")
	admin(a, topic)
	c.Close()
	fmt.Printf("1..%d\n", n)
	if bad > 0 {
		os.Exit(1)
	}
}
