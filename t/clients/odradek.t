#!/bin/bash
# SPDX-License-Identifier: ISC
# The command line: groups and topics, against any broker of the protocol.
. "$(dirname "$0")/prelude.sh"

odradek=$builddir/odradek
[ -x "$odradek" ] || skip_all "the command line is not built: no librdkafka"
need kcat python3
broker
export ODRADEK_BOOTSTRAP=$BOOTSTRAP

# o ARGUMENT... - its output, both kinds, and its exit status in the last line
o()
{
	local code
	"$odradek" "$@" </dev/null 2>&1
	code=$?
	[ $code -eq 0 ] || echo "status $code"
}

# json EXPRESSION ARGUMENT... - what a program makes of the output
json()
{
	local expression=$1
	shift
	"$odradek" --json "$@" </dev/null 2>/dev/null | python3 -c "import json, sys; d = json.load(sys.stdin); print($expression)"
}

topic=$(fresh_name odradek)
group=$(fresh_name group)
for i in $(seq 100); do
	echo "key$i:value$i"
done >"$work/in"
kcat -b "$BOOTSTRAP" -X allow.auto.create.topics=true -L -t "$topic" >/dev/null 2>&1
produced()
{
	kcat -b "$BOOTSTRAP" -P -t "$topic" -p 0 -K: -l "$work/in"
}
wait_for 30 produced

like "a broker that is not there" "no broker of .*127.0.0.1:1.*" "$(o -b 127.0.0.1:1 --timeout 2 group list)"
like "a group that is not there" "there is no group \"$group\".*status 1" "$(o group describe "$group" | tr '\n' ' ')"
like "a command that is not there" "\"group foo\" is no command.*status 2" "$(o group foo | tr '\n' ' ')"
like "a wrong place" "--to wants earliest, latest, an offset, or a time.*status 2" "$(o group reset "$group" --to nowhere | tr '\n' ' ')"
like "no such topic" "there is no topic \"$topic-x\".*status 1" "$(o group reset "$group" --to earliest --topic "$topic-x" -y | tr '\n' ' ')"

# consumes N records from where the group is, commits, leaves
consume()
{
	timeout 60 kcat -b "$BOOTSTRAP" -X auto.offset.reset=earliest -X session.timeout.ms=10000 -G "$group" -c "$1" -q "$topic" 2>"$work/err" |
		wc -l
}
is "a group consumes" 70 "$(consume 70)"
like "list" "$group +Empty +members" "$(o group list)"
is "list --json" True "$(json "any(g['group'] == '$group' and g['state'] == 'Empty' for g in d)" group list)"
out=$(o group describe "$group")
like "describe: committed, end, lag, where" "$topic +0 +70 +100 +30 +\[=======>  \]" "$out"
like "describe: time to loss by the default retention" "6 d 23 h" "$out"
is "describe --json" "70 100 30 in None" \
	"$(json "*[(p['committed'], p['log_end'], p['lag'], p['loss'], p['member']) for p in d[0]['partitions']][0]" group describe "$group")"
is "the time to loss is retention after the record's own time" True \
	"$(json "0 < 604800000 - d[0]['partitions'][0]['time_to_loss_ms'] < 3600000" group describe "$group")"
like "lag" "$group +Empty +30 +6 d 23 h" "$(o group lag "$group")"
like "lag --fail-above" "status 3" "$(o group lag --fail-above 29 "$group")"
is "lag --fail-above, not exceeded" 0 "$(o group lag --fail-above 30 "$group" | grep -c status)"

like "reset asks; without a terminal it does nothing" "70 +10 +-60.*nothing was changed: standard input is no terminal" \
	"$(o group reset "$group" --to 10 | tr '\n' ' ')"
is "nothing was changed" 30 "$(json "d[0]['lag']" group lag "$group")"
like "--dry-run" "Nothing was changed" "$(o group reset "$group" --to earliest --dry-run)"
reset()
{
	o group reset "$group" "$@" -y >"$work/reset"
	json "d[0]['partitions'][0]['committed']" group describe "$group"
}
is "reset to an offset" 10 "$(reset --to 10)"
is "reset to latest" 100 "$(reset --to latest)"
is "reset by a shift" 93 "$(reset --shift -7)"
is "reset to earliest" 0 "$(reset --to earliest)"
is "reset behind the end" 100 "$(reset --to 1000)"
like "and the plan says so" "the log ends here" "$(cat "$work/reset")"
is "reset before the beginning" 0 "$(reset --shift -1000)"
is "reset to a time before all records" 0 "$(reset --to 2020-01-01T00:00Z)"
is "reset to a time behind all records" 100 "$(reset --to 2099-01-01T00:00Z)"
is "reset by a duration" 0 "$(reset --by 1d)"
printf '# a comment\n"%s",0,55\n' "$topic" >"$work/file"
is "reset from a file" 55 "$(reset --from-file "$work/file")"
printf '%s,0,oops\n' "$topic" >"$work/file"
reset --from-file "$work/file" >/dev/null
like "a bad file: the line is named" "line 1: expected topic,partition,offset, found: $topic,0,oops" "$(cat "$work/reset")"
is "the group goes on from there" 45 "$(consume 45)"

# a live group
timeout 60 kcat -b "$BOOTSTRAP" -G "$group" -q "$topic" >/dev/null 2>&1 &
consumer=$!
owned()
{
	[ "$(json "d[0]['state'], d[0]['partitions'][0]['member'] is not None" group describe "$group")" = "Stable True" ]
}
ok "describe shows the member that a partition is assigned to" wait_for 30 owned
like "its client and host" "rdkafka +/127.0.0.1 +- +1" "$(o group describe "$group")"
like "reset of a live group is refused" "group \"$group\" is Stable.*stop its consumers first.*status 1" \
	"$(o group reset "$group" --to earliest -y | tr '\n' ' ')"
like "delete of a live group is refused" "is Stable and has members.*status 1" "$(o group delete "$group" -y | tr '\n' ' ')"
kill "$consumer"
wait "$consumer" 2>/dev/null
empty()
{
	[ "$(json "d[0]['state']" group lag "$group")" = Empty ]
}
ok "the member leaves" wait_for 30 empty

# offsets of a group that never had members
like "reset makes a group" "new" "$(o group reset "$group-2" --to 5 --topic "$topic:0" -y)"
like "which only has offsets" "$group-2 +Empty +offsets only" "$(o group list)"
like "delete" "group \"$group-2\" is deleted" "$(o group delete "$group-2" -y)"
like "is final" "there is no group" "$(o group describe "$group-2")"

like "topic list" "$topic +1 +1" "$(o topic list)"
out=$(o topic describe "$topic")
like "topic describe: what is kept, and why" "Kept +records of the last 7 d \(retention.ms=604800000, " "$out"
like "or shorter" " or shorter, when the disk is beyond its budget \(log.disk.budget=85%, default\)" "$out"
like "until when" " 0 +[0-9]+ +[0-9]+ +[0-9]+ +0 +100 +20[0-9TZ:-]+ +20[0-9TZ:-]+" "$out"
is "topic describe --json" "0 100 604800000" \
	"$(json "*[(t['partitions'][0]['start'], t['partitions'][0]['end'], t['settings']['retention.ms']['value']) for t in d][0]" topic describe "$topic")"
done_testing
