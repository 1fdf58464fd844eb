// SPDX-License-Identifier: ISC
/*
 * AssignorsGolden.java - what the assignors of Apache Kafka make of groups of many kinds, for
 * assignor-t.c to compare with:
 *
 *	java -cp "$KAFKA/*" AssignorsGolden.java >assignors.golden
 *
 * Line by line: "case NAME", the assignor and whether subscriptions are equal; "topic ID
 * PARTITIONS"; "member ID INSTANCE|- TOPIC,...|-"; then "old" and "new": for each topic a line with
 * the index of the owner of each partition.
 */
import java.util.*;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.coordinator.group.api.assignor.*;
import org.apache.kafka.coordinator.group.assignor.*;
import org.apache.kafka.coordinator.group.modern.*;

public class AssignorsGolden {
    static final Random random = new Random(848);

    static Map<Uuid, Set<Integer>> of(int[][] owner, Uuid[] topics, int member) {
        Map<Uuid, Set<Integer>> parts = new HashMap<>();
        for (int t = 0; t < topics.length; t++)
            for (int p = 0; p < owner[t].length; p++)
                if (owner[t][p] == member)
                    parts.computeIfAbsent(topics[t], k -> new HashSet<>()).add(p);
        return Collections.unmodifiableMap(parts);
    }

    static int[][] run(ConsumerGroupPartitionAssignor assignor, boolean equal, Uuid[] topics, int[] sizes,
            List<TreeSet<Integer>> subs, boolean[] fixed, int[][] old) {
        int members = subs.size();
        Map<String, MemberSubscriptionAndAssignmentImpl> specs = new LinkedHashMap<>();
        Map<Uuid, Map<Integer, String>> inverted = new HashMap<>();
        for (int m = 0; m < members; m++) {
            Set<Uuid> ids = new LinkedHashSet<>();
            for (int t : subs.get(m))
                ids.add(topics[t]);
            specs.put(name(m), new MemberSubscriptionAndAssignmentImpl(Optional.empty(),
                fixed[m] ? Optional.of(instance(m)) : Optional.empty(), ids, new Assignment(of(old, topics, m))));
        }
        for (int t = 0; t < topics.length; t++)
            for (int p = 0; p < sizes[t]; p++)
                if (old[t][p] >= 0)
                    inverted.computeIfAbsent(topics[t], k -> new HashMap<>()).put(p, name(old[t][p]));
        Map<Uuid, Integer> size = new HashMap<>();
        for (int t = 0; t < topics.length; t++)
            size.put(topics[t], sizes[t]);
        GroupAssignment result = assignor.assign(
            new GroupSpecImpl(specs, equal ? SubscriptionType.HOMOGENEOUS : SubscriptionType.HETEROGENEOUS,
                inverted, Optional.empty()),
            new SubscribedTopicDescriber() {
                public int numPartitions(Uuid id) {
                    return size.getOrDefault(id, -1);
                }
                public Set<String> racksForPartition(Uuid id, int p) {
                    return Set.of();
                }
            });
        int[][] owner = new int[topics.length][];
        for (int t = 0; t < topics.length; t++) {
            owner[t] = new int[sizes[t]];
            Arrays.fill(owner[t], -1);
            for (int m = 0; m < members; m++) {
                MemberAssignment a = result.members().get(name(m));
                if (a != null)
                    for (int p : a.partitions().getOrDefault(topics[t], Set.of()))
                        owner[t][p] = m;
            }
        }
        return owner;
    }

    static String name(int m) {
        return String.format("member-%03d", m);
    }

    static String instance(int m) {
        return String.format("instance-%03d", 999 - m);
    }

    static void print(String what, int[][] owner) {
        for (int[] topic : owner) {
            StringBuilder s = new StringBuilder(what);
            for (int m : topic)
                s.append(' ').append(m);
            System.out.println(s);
        }
    }

    /* The owners of rounds before, some of whom left. */
    static int[][] age(int[][] owner, int members) {
        int[][] old = new int[owner.length][];
        for (int t = 0; t < owner.length; t++) {
            old[t] = owner[t].clone();
            for (int p = 0; p < old[t].length; p++)
                if (old[t][p] >= members || random.nextInt(10) == 0)
                    old[t][p] = -1;
        }
        return old;
    }

    public static void main(String[] args) {
        int n = 0;
        for (ConsumerGroupPartitionAssignor assignor : List.of(new UniformAssignor(), new RangeAssignor())) {
            for (boolean equal : new boolean[] {true, false}) {
                for (int c = 0; c < 15; c++) {
                    int nt = equal && c < 5 ? 1 : 1 + random.nextInt(5), members = 1 + random.nextInt(8);
                    Uuid[] topics = new Uuid[nt];
                    int[] sizes = new int[nt];
                    for (int t = 0; t < nt; t++) {
                        topics[t] = new Uuid(random.nextLong(), random.nextLong());
                        sizes[t] = 1 + random.nextInt(13);
                    }
                    int[][] owner = new int[nt][];
                    for (int t = 0; t < nt; t++) {
                        owner[t] = new int[sizes[t]];
                        Arrays.fill(owner[t], -1);
                    }
                    for (int round = 0; round < 3; round++) {
                        List<TreeSet<Integer>> subs = new ArrayList<>();
                        boolean[] fixed = new boolean[members];
                        for (int m = 0; m < members; m++) {
                            TreeSet<Integer> s = new TreeSet<>();
                            for (int t = 0; t < nt; t++)
                                if (equal || random.nextInt(3) > 0)
                                    s.add(t);
                            subs.add(s);
                            fixed[m] = random.nextInt(3) == 0;
                        }
                        int[][] old = age(owner, members);
                        owner = run(assignor, equal, topics, sizes, subs, fixed, old);
                        System.out.printf("case %s %s%n", assignor.name(), equal ? "equal" : "different");
                        for (int t = 0; t < nt; t++)
                            System.out.printf("topic %016x%016x %d%n", topics[t].getMostSignificantBits(),
                                topics[t].getLeastSignificantBits(), sizes[t]);
                        for (int m = 0; m < members; m++) {
                            StringJoiner s = new StringJoiner(",");
                            subs.get(m).forEach(t -> s.add(t.toString()));
                            System.out.printf("member %s %s %s%n", name(m), fixed[m] ? instance(m) : "-",
                                s.length() == 0 ? "-" : s.toString());
                        }
                        print("old", old);
                        print("new", owner);
                        members = Math.max(1, members + random.nextInt(5) - 2);
                    }
                }
            }
        }
        System.out.println("end");
    }
}
