#!/bin/bash
# SPDX-License-Identifier: ISC
# kcat and the librdkafka of the distribution.
. "$(dirname "$0")/prelude.sh"

need kcat
broker

k="kcat -b $BOOTSTRAP -X socket.timeout.ms=20000 -X message.timeout.ms=20000"
topic=$(fresh_name kcat)

# kcat cannot create a topic by itself: asking for it does
$k -L -t "$topic" -X allow.auto.create.topics=true >"$work/out" 2>&1
there()
{
	$k -L -t "$topic" 2>/dev/null | grep -q "topic \"$topic\" with 1 partitions"
}
wait_for 30 there
ok "a topic that does not exist is created when asked for" test $? = 0

out=$($k -L)
like "-L: brokers" "broker [0-9]+ at " "$out"
like "-L: topics" "$topic" "$out"
out=$($k -L -J -t "$topic")
like "-L -J" "\"topic\":\"$topic\",\"partitions\":\[{\"partition\":0,\"leader\":[0-9]+,\"replicas\":\[{\"id\":[0-9]+}\],\"isrs\":\[{\"id\":[0-9]+}\]}\]" "$out"

# every codec: keys, a null key, an empty value, a null value, headers, something large
expect=$work/expect
: >"$expect"
large=$(head -c 300000 /dev/urandom | od -An -v -tx1 | tr -d ' \n' | head -c 600000)
printf 'k\t%s\n' "$large" >"$work/large"
offset=0
for codec in none gzip snappy lz4 zstd; do
	for i in $(seq 30); do
		printf 'key-%s-%d\tvalue %s %d %s\n' $codec "$i" $codec "$i" "$(printf 'x%.0s' $(seq "$i"))"
	done >"$work/in"
	$k -P -t "$topic" -p 0 -z $codec -K '\t' -H "h=$codec" -H 'empty=' -X acks=all "$work/in" -l
	status=$?
	$k -P -t "$topic" -p 0 -z $codec -K '\t' -l "$work/large" && [ $status = 0 ]
	ok "produce, $codec" test $? = 0
	awk -F'\t' -v o=$offset -v h="h=$codec,empty=" '{ print o++ "|" $1 "|" $2 "|" h }' "$work/in" >>"$expect"
	offset=$((offset + 30))
	awk -F'\t' -v o=$offset '{ print o++ "|" $1 "|" $2 "|" }' "$work/large" >>"$expect"
	offset=$((offset + 1))
done
$k -C -t "$topic" -p 0 -o beginning -e -q -f '%o|%k|%s|%h\n' >"$work/got"
cmp "$expect" "$work/got"
ok "consumed byte for byte, with keys, headers and offsets" test $? = 0

if command -v python3 >/dev/null; then
	is "and stored with the codecs that were asked for" "none gzip snappy lz4 zstd" "$("$here/codecs" "$BOOTSTRAP" "$topic" 0)"
fi

# -Z: an empty value is null; %S and %K are -1 for null
printf '\tno key\n' | $k -P -t "$topic" -p 0 -K '\t' -Z
printf 'gone\t\n' | $k -P -t "$topic" -p 0 -K '\t' -Z
printf 'empty\t\n' | $k -P -t "$topic" -p 0 -K '\t'
is "null keys, null values, empty values" "-1/6 4/-1 5/0" "$($k -C -t "$topic" -p 0 -o $offset -e -q -f '%K/%S ' | sed 's/ $//')"
offset=$((offset + 3))

# offsets: a tail, one offset, by time
is "the last one" "$((offset - 1))" "$($k -C -t "$topic" -p 0 -o -1 -e -q -f '%o\n')"
is "from an offset" "3 4 5" "$($k -C -t "$topic" -p 0 -o 3 -c 3 -e -q -f '%o ' | sed 's/ $//')"
time=$($k -C -t "$topic" -p 0 -o 40 -c 1 -e -q -f '%T')
first=$($k -C -t "$topic" -p 0 -o beginning -e -q -f '%T %o\n' | awk -v t="$time" '$1 >= t { print $2; exit }')
is "from a time" "$first" "$($k -C -t "$topic" -p 0 -o "s@$time" -c 1 -e -q -f '%o')"
is "-Q: offset by time" "$topic [0] offset $first" "$($k -Q -t "$topic:0:$time")"
is "-Q: the end" "$topic [0] offset $offset" "$($k -Q -t "$topic:0:-1")"
is "-Q: the beginning" "$topic [0] offset 0" "$($k -Q -t "$topic:0:-2")"

# an offset that is not there: the reset says what happens
is "out of range: reset to the beginning" "0" "$($k -C -t "$topic" -p 0 -o 99999 -c 1 -e -q -f '%o' -X auto.offset.reset=earliest)"
out=$($k -C -t "$topic" -p 0 -o 99999 -c 1 -e -q -X auto.offset.reset=error 2>&1)
like "out of range: an error" "[Oo]ffset out of range" "$out"

# idempotent, many
seq 5000 >"$work/in"
$k -P -t "$topic-i" -p 0 -X enable.idempotence=true -X batch.num.messages=50 -X linger.ms=0 -l "$work/in"
ok "5000 records, idempotently" test $? = 0
$k -C -t "$topic-i" -p 0 -o beginning -e -q | cmp - "$work/in"
ok "each once, in order" test $? = 0

# the library's own idea of too large, and the broker's
head -c 2000000 /dev/zero | tr '\0' x >"$work/huge"
out=$($k -P -t "$topic" -p 0 -X message.max.bytes=10000000 "$work/huge" 2>&1)
like "a record that the broker finds too large" "[Mm]essage size too large" "$out"

out=$($k -C -t "$topic" -p 7 -e 2>&1)
like "a partition that does not exist" "[Uu]nknown partition|does not exist" "$out"
out=$($k -C -t "$topic-not" -p 0 -e -X allow.auto.create.topics=false 2>&1)
like "a topic that does not exist" "[Uu]nknown topic|[Uu]nknown partition" "$out"

# a consumer that waits gets what comes
$k -C -t "$topic" -p 0 -o end -c 3 -q -u -f '%s\n' >"$work/tail" 2>&1 &
reader=$!
fed()
{
	echo "tail $((++fed))" | $k -P -t "$topic" -p 0
	! kill -0 $reader 2>/dev/null
}
fed=0
wait_for 30 fed
ok "a consumer at the end gets what comes" test $? = 0
kill $reader 2>/dev/null
like "and it is what was sent" "^tail [0-9]+\$" "$(cat "$work/tail")"
done_testing
