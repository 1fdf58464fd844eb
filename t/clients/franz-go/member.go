// SPDX-License-Identifier: ISC

// A member of a group: ../groups/README says what it is given and what it prints.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/twmb/franz-go/pkg/kgo"
)

type memberArgs struct {
	Bootstrap, Group, Regex, Protocol, Instance string
	Topics                                      []string
	Session                                     int `json:"session_ms"`
}

type member struct {
	mu   sync.Mutex
	mine map[string]bool
}

func (m *member) say(words ...string) {
	fmt.Printf("%d %s\n", time.Now().UnixMicro(), strings.Join(words, " "))
}

func (m *member) own(_ context.Context, _ *kgo.Client, added map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for t, ps := range added {
		for _, p := range ps {
			m.mine[fmt.Sprintf("%s:%d", t, p)] = true
		}
	}
	words := []string{"own"}
	for p := range m.mine {
		words = append(words, p)
	}
	m.say(words...)
}

func (m *member) lose(gone map[string][]int32) {
	m.mu.Lock()
	defer m.mu.Unlock()
	words := []string{"lose"}
	for t, ps := range gone {
		for _, p := range ps {
			name := fmt.Sprintf("%s:%d", t, p)
			delete(m.mine, name)
			words = append(words, name)
		}
	}
	if len(words) > 1 {
		m.say(words...)
	}
}

func (m *member) commit(ctx context.Context, c *kgo.Client) {
	if err := c.CommitUncommittedOffsets(ctx); err != nil {
		m.say("error commit:", err.Error())
	}
}

func runMember(text string) {
	var a memberArgs
	if err := json.Unmarshal([]byte(text), &a); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	m := &member{mine: map[string]bool{}}
	balancers := map[string]kgo.GroupBalancer{"range": kgo.RangeBalancer(), "roundrobin": kgo.RoundRobinBalancer(),
		"sticky": kgo.StickyBalancer(), "cooperative-sticky": kgo.CooperativeStickyBalancer()}
	opts := []kgo.Opt{
		kgo.SeedBrokers(a.Bootstrap), kgo.ConsumerGroup(a.Group), kgo.Balancers(balancers[a.Protocol]), kgo.DisableAutoCommit(),
		kgo.SessionTimeout(time.Duration(a.Session) * time.Millisecond), kgo.HeartbeatInterval(500 * time.Millisecond),
		kgo.MetadataMaxAge(time.Second), kgo.MetadataMinAge(100 * time.Millisecond), kgo.FetchMaxWait(100 * time.Millisecond),
		kgo.ConsumeResetOffset(kgo.NewOffset().AtStart()), kgo.BlockRebalanceOnPoll(),
		kgo.OnPartitionsAssigned(m.own),
		kgo.OnPartitionsRevoked(func(ctx context.Context, c *kgo.Client, gone map[string][]int32) {
			m.commit(ctx, c)
			m.lose(gone)
		}),
		kgo.OnPartitionsLost(func(_ context.Context, _ *kgo.Client, gone map[string][]int32) { m.lose(gone) }),
	}
	if a.Regex != "" {
		opts = append(opts, kgo.ConsumeRegex(), kgo.ConsumeTopics("^"+a.Regex))
	} else {
		opts = append(opts, kgo.ConsumeTopics(a.Topics...))
	}
	if a.Instance != "" {
		opts = append(opts, kgo.InstanceID(a.Instance))
	}
	c, err := kgo.NewClient(opts...)
	if err != nil {
		m.say("error", err.Error())
		os.Exit(1)
	}
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer stop()
	for last := time.Now(); ctx.Err() == nil; {
		wait, cancel := context.WithTimeout(ctx, 50*time.Millisecond)
		fetches := c.PollFetches(wait)
		cancel()
		fetches.EachRecord(func(r *kgo.Record) {
			m.say("rec", r.Topic, fmt.Sprint(r.Partition), fmt.Sprint(r.Offset))
		})
		if time.Since(last) > 200*time.Millisecond {
			m.commit(context.Background(), c)
			last = time.Now()
		}
		c.AllowRebalance()
	}
	m.commit(context.Background(), c)
	if a.Instance == "" {
		c.LeaveGroup()
	}
	c.Close()
	m.mu.Lock()
	words := []string{"lose"}
	for p := range m.mine {
		words = append(words, p)
	}
	m.mu.Unlock()
	if len(words) > 1 {
		m.say(words...)
	}
}
