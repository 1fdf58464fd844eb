// SPDX-License-Identifier: ISC
//
// member.js JSON - a member of a group: kafkajs, which has the round robin assignor only.  README says what it prints.
//
// kafkajs tells of a rebalance when it begins, and fetches in the background: what arrives behind that is of the old
// generation and is dropped here, as an application would that commits what it gives up.  Three of its ways, seen when leaders
// move, since it joins anew whenever a partition has another one:
//   a join that fails for the moment is not made up for: it goes on in the old generation, and tells only by its heartbeats
//   what eachBatch leaves alone counts as done, unless eachBatchAutoResolve is off
//   consumer.commitOffsets, other than what eachBatch is given, hides that there is a new generation: the consumer ends for good

const { Kafka, logLevel } = require('kafkajs')

const arg = JSON.parse(process.argv[2])
const mine = new Set()
let given = []		// by the last join,
let generation = null	// of which its first heartbeat told the generation

function say(...words) {
	process.stdout.write(`${Math.round(performance.timeOrigin * 1000 + performance.now() * 1000)} ${words.join(' ')}\n`)
}

function own() {
	mine.clear()
	for (const p of given)
		mine.add(p)
	say('own', ...mine)
}

function lose() {
	if (mine.size > 0)
		say('lose', ...mine)
	mine.clear()
}

async function main() {
	const kafka = new Kafka({ brokers: [arg.bootstrap], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 100, retries: 20 } })
	const consumer = kafka.consumer({ groupId: arg.group, sessionTimeout: arg.session_ms, heartbeatInterval: 500,
		rebalanceTimeout: 10000, metadataMaxAge: 1000, maxWaitTimeInMs: 100 })
	consumer.on(consumer.events.GROUP_JOIN, (e) => {
		given = []
		generation = null
		for (const [topic, partitions] of Object.entries(e.payload.memberAssignment))
			for (const p of partitions)
				given.push(`${topic}:${p}`)
		own()
	})
	consumer.on(consumer.events.HEARTBEAT, (e) => {
		if (generation === null)
			generation = e.payload.groupGenerationId
		if (generation === e.payload.groupGenerationId && mine.size < given.length)
			own()
	})
	consumer.on(consumer.events.REBALANCING, lose)
	consumer.on(consumer.events.CRASH, (e) => {
		lose()
		say('error', e.payload.error.message)
	})
	await consumer.connect()
	await consumer.subscribe({ topics: arg.regex ? [new RegExp(arg.regex)] : arg.topics, fromBeginning: true })
	await consumer.run({
		autoCommit: false,
		eachBatchAutoResolve: false,
		partitionsConsumedConcurrently: 1,
		eachBatch: async ({ batch, isRunning, isStale, heartbeat, resolveOffset, commitOffsetsIfNecessary }) => {
			let next = null
			for (const m of batch.messages) {
				if (!isRunning() || isStale() || !mine.has(`${batch.topic}:${batch.partition}`))
					break
				say('rec', batch.topic, batch.partition, m.offset)
				resolveOffset(m.offset)
				next = (BigInt(m.offset) + 1n).toString()
			}
			if (next !== null)
				await commitOffsetsIfNecessary({ topics: [{ topic: batch.topic,
					partitions: [{ partition: batch.partition, offset: next }] }] })
			await heartbeat()
		},
	})
	process.on('SIGTERM', async () => {
		await consumer.stop()
		lose()
		await consumer.disconnect()
		process.exit(0)
	})
}

main().catch((e) => {
	say('error', e.message)
	process.exit(1)
})
