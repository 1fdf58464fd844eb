// SPDX-License-Identifier: ISC
//
// client.js HOST:PORT TOPIC - kafkajs; speaks TAP.
//
// kafkajs has no consumer without a group, so records are read by the requests that its consumer is made of: Fetch through its
// own Broker class, encoded and decoded by the library.

const crypto = require('crypto')
const path = require('path')
const zlib = require('zlib')
const { execFileSync } = require('child_process')
const { AssertionError, deepStrictEqual: equal, ok: check } = require('assert')
const { Kafka, CompressionTypes, CompressionCodecs, ConfigResourceTypes, logLevel, Partitioners } = require('kafkajs')
const Snappy = require('kafkajs-snappy')
const lz4 = require('lz4js')
const xxh32 = require('lz4js/xxh32.js')

CompressionCodecs[CompressionTypes.Snappy] = Snappy
// lz4js does not say that its blocks are independent (one block of up to 4 MB always is), and Kafka insists on it.
CompressionCodecs[CompressionTypes.LZ4] = () => ({
	compress: async (encoder) => {
		const frame = Buffer.from(lz4.compress(encoder.buffer))
		frame[4] |= 0x20
		frame[6] = (xxh32.hash(0, frame, 4, 2) >> 8) & 0xff
		return frame
	},
	decompress: async (buffer) => Buffer.from(lz4.decompress(buffer)),
})
if (zlib.zstdCompressSync) {
	CompressionCodecs[CompressionTypes.ZSTD] = () => ({
		compress: async (encoder) => zlib.zstdCompressSync(encoder.buffer),
		decompress: async (buffer) => zlib.zstdDecompressSync(buffer),
	})
}

const PARTITIONS = 3
const PATIENCE = 30000
const [bootstrap, topic] = process.argv.slice(2)
const kafka = new Kafka({ clientId: 'odradek-test', brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { retries: 8 } })
const admin = kafka.admin()
const impatient = kafka.admin({ retry: { retries: 0 } })
const START = Date.now() - 3600000
let n = 0
let bad = 0

async function test(name, body) {
	n++
	let timer
	try {
		await Promise.race([body(), new Promise((_, reject) => {
			timer = setTimeout(() => reject(new Error('it takes too long')), PATIENCE)
		})])
		console.log(`ok ${n} - ${name}`)
	} catch (e) {
		bad++
		console.log(`not ok ${n} - ${name}`)
		console.log(String(e.stack).slice(0, 2000).replace(/^/gm, '# '))
	}
	clearTimeout(timer)
}

async function fails(type, body) {
	try {
		await body()
	} catch (e) {
		const types = [e.type, e.cause && e.cause.type, ...(e.errors || []).map((x) => x.type)]
		check(types.includes(type), `expected ${type}, found ${types}: ${e.message}`)
		return
	}
	throw new AssertionError({ message: `expected ${type}, but it went well` })
}

async function until(what, holds) {
	for (const end = Date.now() + PATIENCE; !(await holds());) {
		check(Date.now() < end, 'never: ' + what)
		await new Promise((done) => setTimeout(done, 20))
	}
}

async function producing(options, body) {
	const p = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner, ...options })
	await p.connect()
	try {
		return await body(p)
	} finally {
		await p.disconnect()
	}
}

let cluster

async function create(name, config) {
	await admin.createTopics({ waitForLeaders: true, topics: [{ topic: name, numPartitions: 1,
		configEntries: Object.entries(config).map(([k, value]) => ({ name: k, value })) }] })
}

// fetch(topic, {partition: offset}, limits) - one request; {partition: {errorCode, messages, ...}}
async function fetch(name, offsets, { maxWaitTime = 200, maxBytes = 50000000, partitionBytes = 10000000 } = {}) {
	await cluster.addTargetTopic(name)
	const leader = cluster.findTopicPartitionMetadata(name)[0].leader
	const broker = await cluster.findBroker({ nodeId: leader })
	const { responses } = await broker.fetch({ maxWaitTime, minBytes: 1, maxBytes, topics: [{ topic: name,
		partitions: Object.entries(offsets).map(([p, o]) => ({ partition: Number(p), fetchOffset: String(o), maxBytes: partitionBytes })) }] })
	const out = {}
	for (const p of responses.length ? responses[0].partitions : []) {
		out[p.partition] = p
	}
	return out
}

// Everything from these offsets on, until so many records came.
async function read(name, offsets, want, limits) {
	check(want > 0, 'there is nothing to read')
	const at = { ...offsets }
	const out = {}
	let got = 0
	for (const end = Date.now() + PATIENCE; got < want;) {
		check(Date.now() < end, `only ${got} of ${want} records`)
		for (const [p, { messages }] of Object.entries(await fetch(name, at, limits))) {
			for (const m of messages) {
				if (Number(m.offset) < at[p]) {
					continue                // the batch began earlier
				}
				equal(Number(m.offset), at[p], 'offset')
				at[p]++
				got++
				;(out[p] = out[p] || []).push(m)
			}
		}
	}
	return out
}

function kinds(word) {
	const out = []
	for (let i = 0; i < 40; i++) {
		out.push({
			key: i % 5 === 1 ? null : i % 5 === 2 ? Buffer.alloc(0) : Buffer.from(`key-${word}-${i}`),
			value: i % 7 === 1 ? null : i % 7 === 2 ? Buffer.alloc(0) : Buffer.from(`value-${word}-` + 'abc'.repeat(i)),
			headers: i % 3 === 0 ? { h: Buffer.from('x' + i), empty: Buffer.alloc(0) } : {},
			timestamp: String(START + 10 * i),
		})
	}
	out.push({ key: Buffer.from('large'), value: crypto.randomBytes(900000), headers: {}, timestamp: String(START + 400) })
	return out
}

function parts({ key, value, headers, timestamp }) {
	const text = (b) => (b === null ? null : b.length > 1000 ? crypto.createHash('sha1').update(b).digest('hex') : b.toString('latin1'))
	return { key: text(key), value: text(value), timestamp, headers: Object.entries(headers).map(([k, v]) => [k, text(v)]) }
}

async function main() {
	const sent = [[], [], []]
	await admin.connect()
	await impatient.connect()
	const symbol = Object.getOwnPropertySymbols(kafka).find((s) => String(s).includes('createCluster'))
	cluster = kafka[symbol]({ metadataMaxAge: 300000, allowAutoTopicCreation: false })
	await cluster.connect()

	await test('describe the cluster', async () => {
		const c = await admin.describeCluster()
		check(c.brokers.length > 0 && c.clusterId && c.controller !== null)
	})
	await test('create a topic', async () => {
		check(await admin.createTopics({ waitForLeaders: true, topics: [{ topic, numPartitions: PARTITIONS, replicationFactor: 1,
			configEntries: [{ name: 'max.message.bytes', value: '2000000' }] }] }))
		await until('listed', async () => (await admin.listTopics()).includes(topic))
	})
	await test('create it again, and badly', async () => {
		equal(await admin.createTopics({ topics: [{ topic }] }), false)
		await fails('INVALID_TOPIC_EXCEPTION', () => admin.createTopics({ topics: [{ topic: 'a b' }] }))
	})
	await test('describe it', async () => {
		const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
		equal(topics[0].partitions.length, PARTITIONS)
		equal(topics[0].partitions[0].isr, topics[0].partitions[0].replicas)
	})
	await test('a topic that is not there', async () => {
		await fails('UNKNOWN_TOPIC_OR_PARTITION', () => impatient.fetchTopicOffsets(topic + '-not'))
		check(!(await admin.listTopics()).includes(topic + '-not'))
	})

	for (const codec of ['None', 'GZIP', 'Snappy', 'LZ4', 'ZSTD']) {
		if (codec === 'ZSTD' && !zlib.zstdCompressSync) {
			n++
			console.log(`ok ${n} - produce with ZSTD # SKIP this node has no zstd`)
			continue
		}
		await test('produce with ' + codec, () => producing({}, async (p) => {
			for (let i = 0; i < PARTITIONS; i++) {
				const records = kinds(codec)
				const [answer] = await p.send({ topic, acks: -1, compression: CompressionTypes[codec],
					messages: records.map((r) => ({ ...r, partition: i })) })
				equal(Number(answer.baseOffset), sent[i].length, 'base offset')
				sent[i].push(...records.map(parts))
			}
		}))
	}
	const total = sent[0].length * PARTITIONS
	await test('consume everything, byte for byte', async () => {
		const got = await read(topic, { 0: 0, 1: 0, 2: 0 }, total)
		for (let i = 0; i < PARTITIONS; i++) {
			equal(got[i].map(parts), sent[i])
		}
	})
	await test('consume in small pieces', () => read(topic, { 0: 0, 1: 0, 2: 0 }, total, { maxBytes: 2000, partitionBytes: 1000 }))
	await test('offsets: low, high, by time', async () => {
		for (const o of await admin.fetchTopicOffsets(topic)) {
			equal([o.low, o.high], ['0', String(sent[0].length)])
		}
		for (const i of [0, 1, 17, 39]) {
			const got = await admin.fetchTopicOffsetsByTimestamp(topic, START + 10 * i - 3)
			equal(got.find((o) => o.partition === 1).offset, String(i))
		}
	})
	await test('seek and read again', async () => {
		for (const at of [100, 3, 0, 57]) {
			equal(parts((await read(topic, { 1: at }, 1))[1][0]), sent[1][at])
		}
	})
	await test('out of range', () => fails('OFFSET_OUT_OF_RANGE', () => fetch(topic, { 1: 1000000 })))

	await test('3000 records, idempotently', async () => {
		await admin.createTopics({ waitForLeaders: true, topics: [{ topic: topic + '-i', numPartitions: PARTITIONS }] })
		await producing({ idempotent: true, maxInFlightRequests: 1 }, async (p) => {
			for (let i = 0; i < 3000; i += 100) {
				await p.send({ topic: topic + '-i', acks: -1, messages: [...Array(100).keys()].map((j) => (
					{ partition: (i + j) % PARTITIONS, value: 'record ' + (i + j) })) })
			}
		})
		const got = await read(topic + '-i', { 0: 0, 1: 0, 2: 0 }, 3000)
		for (let i = 0; i < 3000; i++) {
			equal(got[i % PARTITIONS][Math.floor(i / PARTITIONS)].value.toString(), 'record ' + i)
		}
	})
	await test('acks 1 and 0', async () => {
		await producing({}, async (p) => {
			for (const acks of [1, 0]) {
				await p.send({ topic: topic + '-i', acks, messages: [{ partition: 0, value: 'acks ' + acks }] })
			}
			equal((await read(topic + '-i', { 0: 1000 }, 2))[0].map((m) => m.value.toString()), ['acks 1', 'acks 0'])
		})
	})
	await test('auto-creation by producing', () => producing({ allowAutoTopicCreation: true }, async (p) => {
		await p.send({ topic: topic + '-auto', messages: [{ value: 'v' }] })
		check((await admin.listTopics()).includes(topic + '-auto'))
	}))
	await test('a record that is too large', () => producing({ retry: { retries: 0 } }, (p) => fails('MESSAGE_TOO_LARGE', () =>
		p.send({ topic: topic + '-i', messages: [{ partition: 0, value: Buffer.alloc(1500000) }] }))))
	await test('a fetch that waits gets what comes', () => producing({}, async (p) => {
		for (let i = 0; i < 20; i++) {
			const end = Number((await admin.fetchTopicOffsets(topic + '-i')).find((o) => o.partition === i % PARTITIONS).high)
			const waiting = read(topic + '-i', { [i % PARTITIONS]: end }, 1, { maxWaitTime: 5000 })
			await p.send({ topic: topic + '-i', messages: [{ partition: i % PARTITIONS, value: 'late ' + i }] })
			equal((await waiting)[i % PARTITIONS][0].value.toString(), 'late ' + i)
		}
	}))

	await test('compression.type of the topic: what any codec sent reads back byte for byte', () => producing({}, async (p) => {
		for (const [type, stored] of [['uncompressed', 'none'], ['gzip', 'gzip'], ['snappy', 'snappy'], ['lz4', 'lz4']]) {
			const name = `${topic}-${type}`
			await create(name, { 'compression.type': type })
			const want = []
			for (const codec of ['None', 'GZIP', 'Snappy', 'LZ4']) {
				const records = kinds(codec)
				await p.send({ topic: name, acks: -1, compression: CompressionTypes[codec],
					messages: records.map((r) => ({ ...r, partition: 0 })) })
				want.push(...records.map(parts))
			}
			equal((await read(name, { 0: 0 }, want.length))[0].map(parts), want)
			equal(execFileSync(path.join(__dirname, '../codecs'), [bootstrap, name, '0'], { encoding: 'utf8' }).trim(), stored)
		}
	}))
	await test('message.timestamp.type, before.max.ms, after.max.ms of the topic', () => producing({ retry: { retries: 0 } }, async (p) => {
		const name = topic + '-time'
		const day = 86400000
		const send = (timestamp) => p.send({ topic: name, acks: -1, compression: CompressionTypes.GZIP,
			messages: [{ value: 'v', partition: 0, timestamp: String(timestamp) }] })
		await create(name, { 'message.timestamp.before.max.ms': String(day), 'message.timestamp.after.max.ms': String(day) })
		await fails('INVALID_TIMESTAMP', () => send(Date.now() - 2 * day))
		await fails('INVALID_TIMESTAMP', () => send(Date.now() + 2 * day))
		const before = Date.now()
		equal((await send(before - day / 2))[0].logAppendTime, '-1')
		await admin.alterConfigs({ validateOnly: false, resources: [{ type: ConfigResourceTypes.TOPIC, name,
			configEntries: [{ name: 'message.timestamp.type', value: 'LogAppendTime' }] }] })
		let told
		await until('LogAppendTime', async () => (told = Number((await send(before - day / 2))[0].logAppendTime)) !== -1)
		check(told >= before && told <= Date.now(), told)
		const end = Number((await admin.fetchTopicOffsets(name))[0].high)
		const got = (await read(name, { 0: 0 }, end))[0]
		equal([got[0].timestamp, got[end - 1].timestamp], [String(before - day / 2), String(told)])
	}))

	await test('create partitions', async () => {
		await admin.createPartitions({ topicPartitions: [{ topic, count: 5 }] })
		await until('five partitions', async () => (await admin.fetchTopicMetadata({ topics: [topic] })).topics[0].partitions.length === 5)
		await fails('INVALID_PARTITIONS', () => admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] }))
	})
	await test('configs', async () => {
		const resource = { type: ConfigResourceTypes.TOPIC, name: topic }
		await admin.alterConfigs({ validateOnly: false, resources: [{ ...resource, configEntries: [{ name: 'flush.messages', value: '77' }] }] })
		await until('flush.messages', async () => {
			const { resources } = await admin.describeConfigs({ includeSynonyms: true, resources: [{ ...resource, configNames: ['flush.messages'] }] })
			return resources[0].configEntries[0].configValue === '77' && resources[0].configEntries[0].configSynonyms.length > 1
		})
		await fails('INVALID_CONFIG', () => admin.alterConfigs({ validateOnly: false, resources: [{ ...resource,
			configEntries: [{ name: 'retention.ms', value: 'x' }] }] }))
	})
	await test('delete records', async () => {
		await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '10' }] })
		equal((await admin.fetchTopicOffsets(topic)).find((o) => o.partition === 0).low, '10')
		await fails('OFFSET_OUT_OF_RANGE', () => fetch(topic, { 0: 5 }))
	})
	await test('delete the topics', async () => {
		await admin.deleteTopics({ topics: [topic, topic + '-i', topic + '-auto'] })
		await until('gone', async () => !(await admin.listTopics()).includes(topic))
		await fails('UNKNOWN_TOPIC_OR_PARTITION', () => impatient.deleteTopics({ topics: [topic] }))
	})

	await cluster.disconnect()
	await admin.disconnect()
	await impatient.disconnect()
	console.log(`1..${n}`)
	process.exit(bad ? 1 : 0)
}

main().catch((e) => {
	console.log('Bail out! ' + e)
	process.exit(1)
})
