// SPDX-License-Identifier: ISC
//
// member.js JSON - a member of a group: kafkajs, which has the round robin assignor only.  README says what it prints.
//
// kafkajs tells of a rebalance when it begins, and fetches in the background: what arrives behind that is of the old
// generation and is dropped here, as an application would that commits what it gives up.

const { Kafka, logLevel } = require('kafkajs')

const arg = JSON.parse(process.argv[2])
const mine = new Set()

function say(...words) {
	process.stdout.write(`${Math.round(performance.timeOrigin * 1000 + performance.now() * 1000)} ${words.join(' ')}\n`)
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
		mine.clear()
		for (const [topic, partitions] of Object.entries(e.payload.memberAssignment))
			for (const p of partitions)
				mine.add(`${topic}:${p}`)
		say('own', ...mine)
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
		partitionsConsumedConcurrently: 1,
		eachBatch: async ({ batch, isRunning, isStale, heartbeat }) => {
			let next = null
			for (const m of batch.messages) {
				if (!isRunning() || isStale() || !mine.has(`${batch.topic}:${batch.partition}`))
					break
				say('rec', batch.topic, batch.partition, m.offset)
				next = (BigInt(m.offset) + 1n).toString()
			}
			if (next !== null)
				await consumer.commitOffsets([{ topic: batch.topic, partition: batch.partition, offset: next }])
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
