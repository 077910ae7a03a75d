/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The REST API against its own description: valid OpenAPI 3.1 by a published validator, complete for every record and
   command, and true: every GET is called, every command is tried, and the answers fit the schemas.
   Usage: node test-api.mjs GENDAN SOURCE MODULES   MODULES is filled by npm from package-lock.json. Prints TAP. */
import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const [gendan, source, modules] = process.argv.slice(2).map((path) => resolve(path))
const here = dirname(fileURLToPath(import.meta.url))

function install() {
  const lock = readFileSync(join(here, 'package-lock.json'))
  const digest = createHash('sha256').update(lock).digest('hex')
  const stamp = join(modules, 'installed')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return
  mkdirSync(modules, { recursive: true })
  for (const name of ['package.json', 'package-lock.json']) cpSync(join(here, name), join(modules, name))
  execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { cwd: modules, stdio: ['ignore', 2, 2] })
  writeFileSync(stamp, digest)
}

install()
const load = createRequire(join(modules, 'package.json'))
const { Validator } = await import(pathToFileURL(load.resolve('@seriousme/openapi-schema-validator')))
const Ajv = load('ajv/dist/2020').default
const addFormats = load('ajv-formats').default

/* ---- a program that uses the API ---- */
class Client {
  constructor(base) {
    this.base = base
    this.headers = {}
  }

  async login(user) {
    const answer = await this.send('POST', '/login', { user, password: 'gendan-demo' })
    assert.equal(answer.status, 200, `${user} logs in`)
    this.headers = { cookie: answer.headers.get('set-cookie').split(';')[0], 'x-csrf-token': answer.json.csrf }
    return this
  }

  async send(method, path, body, headers = {}) {
    const raw = body === undefined || typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData
    const type = body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' }
    const answer = await fetch(this.base + '/api' + path, {
      method, body: raw ? body : JSON.stringify(body), headers: { ...this.headers, ...type, ...headers },
      redirect: 'manual',
    })
    const text = await answer.text()
    const isJson = (answer.headers.get('content-type') ?? '').includes('json')
    return { status: answer.status, headers: answer.headers, text, json: isJson && text ? JSON.parse(text) : undefined }
  }

  async describe(language = 'en') {
    return (await this.send('GET', '/openapi.json', undefined, { 'accept-language': language })).json
  }
}

/* ---- schemas ---- */
function checker(doc) {
  const ajv = new Ajv({ strict: true, strictTypes: false, strictRequired: false, allErrors: true })
  addFormats(ajv)
  ajv.addVocabulary(['x-unit', 'x-record'])
  ajv.addFormat('int64', { type: 'number', validate: Number.isInteger })
  ajv.addFormat('password', true)
  ajv.addVocabulary(['openapi', 'info', 'servers', 'security', 'paths', 'components', 'tags'])
  ajv.addSchema(doc, 'doc')
  return (pointer, value, about) => {
    const validate = ajv.getSchema(`doc#${pointer}`)
    assert.ok(validate, `${about}: no schema at ${pointer}`)
    assert.ok(validate(value), `${about}: ${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`)
  }
}

const escaped = (key) => key.replaceAll('~', '~0').replaceAll('/', '~1')
const METHODS = ['get', 'post', 'patch']

/* Every operation: {id, path, method, operation, pointer}. */
function operations(doc) {
  return Object.entries(doc.paths).flatMap(([path, item]) => METHODS.filter((method) => item[method]).map((method) => ({
    id: item[method].operationId, path, method, operation: item[method], pointer: `/paths/${escaped(path)}/${method}`,
  })))
}

/* The answer fits what is described for its status. */
function fits(doc, check, { operation, pointer, id }, answer) {
  const described = operation.responses[answer.status]
  assert.ok(described, `${id}: ${answer.status} is not described: ${answer.text}`)
  const at = described.$ref ? described.$ref.slice(1) : `${pointer}/responses/${answer.status}`
  const content = (described.$ref ? doc.components.responses[described.$ref.split('/').pop()] : described).content
  const type = (answer.headers.get('content-type') ?? '').split(';')[0]
  if (!content?.[type]?.schema) return
  check(`${at}/content/${escaped(type)}/schema`, answer.json, `${id} ${answer.status}`)
}

/* ---- tests ---- */
const ROLES = ['clerk', 'finance', 'admin', 'gm', 'dealer']
/* What the sources declare, read from their text: the table of contents' records, and the records' commands. */
const textOf = (path) => readFileSync(join(source, 'src', path), 'utf8')
const foundIn = (text, pattern) => [...text.matchAll(pattern)].map((match) => match[1])
const records = foundIn(textOf('step/procedure.def'), /^RECORD\((\w+)\)/gm)
const commands = ['party', 'step'].flatMap((folder) => readdirSync(join(source, 'src', folder))
  .filter((name) => name.endsWith('.c'))
  .flatMap((name) => foundIn(textOf(`${folder}/${name}`), /^static const Command \w+\[\] = \{\n([\s\S]*?)\n\};/gm))
  .flatMap((table) => foundIn(table, /\{\.name = "([\w.]+)"/g)))

async function validByAPublishedValidator(base) {
  for (const role of ROLES) {
    const client = await new Client(base).login(role)
    const doc = await client.describe()
    assert.equal(doc.openapi, '3.1.0')
    const result = await new Validator().validate(structuredClone(doc))
    assert.ok(result.valid, `${role}: ${JSON.stringify(result.errors)}`)
    const resolved = JSON.stringify(new Validator().resolveRefs({ specification: structuredClone(doc) }))
    assert.equal(resolved.includes('"$ref"'), false)
    const check = checker(doc)
    for (const name of Object.keys(doc.components.schemas)) {
      assert.throws(() => check(`/components/schemas/${name}`, 17, name), /must be/, `${name} takes anything`)
    }
    const ids = operations(doc).map(({ id }) => id)
    assert.equal(new Set(ids).size, ids.length, 'operationId is unique')
  }
}

async function theValidatorIsOne(base) {
  const doc = await (await new Client(base).login('clerk')).describe()
  const broken = [
    (it) => { delete it.info.title },
    (it) => { it.paths['/orders'].get.parameters.push({ name: 'x', in: 'nowhere' }) },
    (it) => { it.paths['/orders/{id}'].get.responses[200] = { content: {} } },
    (it) => { it.components.securitySchemes.cookie.type = 'biscuit' },
  ]
  for (const breaks of broken) {
    const copy = structuredClone(doc)
    breaks(copy)
    assert.equal((await new Validator().validate(copy)).valid, false, `passes: ${breaks}`)
  }
  const wrong = structuredClone(doc)
  wrong.components.schemas.order.properties.id.type = 'whole'
  assert.throws(() => checker(wrong)('/components/schemas/order', {}, 'order'), /type/)
}

async function completeForEveryRecordAndCommand(base) {
  const doc = await (await new Client(base).login('admin')).describe()
  const known = new Set(operations(doc).map(({ id }) => id))
  for (const command of commands) assert.ok(known.has(command), `${command} is not described`)
  for (const record of records) {
    assert.ok(doc.components.schemas[record], `${record} has no schema`)
    assert.ok(known.has(`${record}.list`) && known.has(`${record}.get`), `${record} cannot be read`)
  }
  assert.ok(commands.length > 80 && records.length > 20)
  for (const { id, operation } of operations(doc)) assert.ok(operation.summary, `${id} has no summary`)
  for (const id of ['inbox', 'events', 'holiday.sheet', 'holiday.import']) assert.ok(known.has(id), id)
  const dealer = await (await new Client(base).login('dealer')).describe()
  const sheet = dealer.paths['/order_forms/{id}/import'].post.requestBody.content['multipart/form-data'].schema
  assert.deepEqual(sheet, {
    type: 'object', additionalProperties: false, required: [],
    properties: { sheet: { type: 'string', contentMediaType: 'text/csv' }, replaces: { type: 'string' } },
  })
  assert.ok(dealer.paths['/order_forms/{id}/lines.csv'] && dealer.paths['/order_forms/{id}/template.csv'])
  assert.equal(dealer.paths['/calendar'], undefined)
  const amount = doc.components.schemas.contract.properties.amount
  assert.deepEqual(amount.anyOf[0], { type: 'integer', format: 'int64', minimum: 0, maximum: 1e14, 'x-unit': 'fen' })
}

async function describedInTheViewersLanguage(base) {
  const client = new Client(base)
  const [english, simplified] = [await client.describe('en'), await client.describe('zh-CN')]
  const untranslated = []
  const walk = (one, other, at) => {
    for (const [key, value] of Object.entries(one)) {
      if (['description', 'summary'].includes(key) && typeof value === 'string') {
        if (value === other[key]) untranslated.push(`${at}/${key}: ${value}`)
      } else if (value && typeof value === 'object') walk(value, other[key], `${at}/${key}`)
    }
  }
  walk(english, simplified, '')
  assert.deepEqual(untranslated, [])
}

async function dealersSeeTheirOwnOnly(base) {
  const doc = await (await new Client(base).login('dealer')).describe()
  const { schemas } = doc.components
  assert.ok(schemas.order && schemas.drawing && schemas.contract)
  for (const record of ['user', 'works_order', 'absence', 'holiday']) assert.equal(schemas[record], undefined, record)
  for (const field of ['note', 'clerk']) assert.equal(schemas.order.properties[field], undefined, field)
  assert.equal(schemas.contract.properties.gm_reason, undefined)
  const narrowed = doc.paths['/drawings'].get.parameters.find(({ name }) => name === 'state').schema
  for (const { oneOf } of [schemas.drawing.properties.state, narrowed]) {
    assert.deepEqual(oneOf.map((state) => state.const), ['issued', 'declined', 'signed', 'superseded', 'cancelled'])
  }
  const ids = operations(doc).map(({ id }) => id)
  assert.ok(ids.includes('drawing.sign') && ids.includes('order_form.create'))
  for (const id of ['contract.sign', 'order.create', 'receipt.confirm', 'user.create']) assert.ok(!ids.includes(id), id)
  for (const { operation } of operations(doc)) {
    if (operation['x-rule']) assert.ok(operation['x-rule'].roles.includes('dealer'))
  }
  const stranger = await new Client(base).describe()
  assert.deepEqual(Object.keys(stranger.paths), ['/login', '/logout', '/openapi.json'])
}

async function everyGetFitsItsSchema(base) {
  for (const role of ROLES) {
    const client = await new Client(base).login(role)
    const doc = await client.describe()
    const check = checker(doc)
    let rows = 0
    for (const one of operations(doc).filter(({ method, id }) => method === 'get' && id.endsWith('.list'))) {
      const list = await client.send('GET', one.path)
      assert.equal(list.status, 200, one.path)
      fits(doc, check, one, list)
      const get = operations(doc).find(({ id }) => id === one.id.replace('.list', '.get'))
      for (const row of list.json.slice(0, 5)) {
        const answer = await client.send('GET', get.path.replace('{id}', row.id))
        assert.equal(answer.status, 200, `${get.path} ${row.id}`)
        assert.equal(answer.headers.get('etag'), `"${row.version}"`)
        fits(doc, check, get, answer)
        rows++
      }
      fits(doc, check, get, await client.send('GET', get.path.replace('{id}', '999999')))
    }
    assert.ok(rows > 3, `${role} sees rows`)
  }
}

/* Every way of sorting and filtering that the description names is one that the list takes. */
async function everyListParameterIsTaken(base) {
  for (const role of ['admin', 'dealer']) {
    const client = await new Client(base).login(role)
    const doc = await client.describe()
    let asked = 0
    for (const { path, operation } of operations(doc).filter(({ id }) => id.endsWith('.list'))) {
      for (const { name, in: place, schema } of operation.parameters.filter(({ name }) => name)) {
        const values = schema.enum ?? schema.oneOf?.map((choice) => choice.const) ?? []
        for (const value of schema.format === 'date' ? ['2026-03-20'] : values) {
          const answer = await client.send('GET', `${path}?${name}=${value}`)
          assert.deepEqual([place, answer.status], ['query', 200], `${role} ${path}?${name}=${value}: ${answer.text}`)
          asked++
        }
      }
      assert.equal((await client.send('GET', `${path}?no_such=1`)).status, 422, path)
    }
    assert.ok(asked > 50, `${role}: ${asked} lists asked for`)
  }
}

async function everyCommandAnswersAsDescribed(base) {
  for (const role of ['clerk', 'dealer', 'gm']) {
    const client = await new Client(base).login(role)
    const doc = await client.describe()
    const check = checker(doc)
    for (const one of operations(doc).filter(({ method }) => method !== 'get')) {
      if (['login', 'logout', 'order.cancel'].includes(one.id)) continue
      for (const id of ['1', '999999']) {
        const answer = await client.send(one.method.toUpperCase(), one.path.replace('{id}', id), { no_such_input: 1 })
        assert.ok(answer.status >= 400 && answer.status < 500, `${one.id}: ${answer.status} ${answer.text}`)
        fits(doc, check, one, answer)
      }
    }
  }
}

const PDF = new Blob(['%PDF-1.4\nplan\n'], { type: 'application/pdf' })
const withFile = (field, inputs) => {
  const form = new FormData()
  for (const [name, value] of Object.entries(inputs)) form.set(name, value)
  form.set(field, PDF, 'plan.pdf')
  return form
}

/* Carries out an operation found in the caller's own description. */
async function does(client, name, id, body) {
  client.doc ??= await client.describe()
  client.check ??= checker(client.doc)
  const one = operations(client.doc).find((operation) => operation.id === name)
  assert.ok(one, `${name} is described`)
  const headers = one.method === 'patch' ? { 'if-match': '*' } : {}
  const answer = await client.send(one.method.toUpperCase(), one.path.replace('{id}', id), body ?? {}, headers)
  fits(client.doc, client.check, one, answer)
  assert.ok(answer.status < 300, `${name}: ${answer.status} ${answer.text}`)
  const json = `${one.pointer}/requestBody/content/application~1json/schema`
  if (body && !(body instanceof FormData)) client.check(json, body, name)
  return answer.json.id
}

/* An order of the dealer's, with nothing in it yet. */
async function newOrder(clerk, dealer) {
  const own = (await dealer.send('GET', '/dealers')).json[0].id
  const project = await does(clerk, 'project.create', null, { parent_id: own, name: 'Tower' })
  return does(clerk, 'order.create', null, { parent_id: project, name: 'Floor 3' })
}

async function anOrderByTheDescriptionAlone(base) {
  const [clerk, dealer] = [await new Client(base).login('clerk'), await new Client(base).login('dealer')]
  const order = await newOrder(clerk, dealer)
  const form = await does(dealer, 'order_form.create', null, { parent_id: order, remarks: 'API' })
  const line = { parent_id: form, area: 'Hall', style: 'A1', thickness: 840, width: 30000, height: 27000, quantity: 4 }
  await does(dealer, 'order_form_line.add', null, line)
  await does(dealer, 'order_form.submit', form)
  await does(clerk, 'order_form.accept', form)
  const drawing = await does(clerk, 'drawing.create', null, withFile('file', { parent_id: order, title: 'Walls' }))
  await does(clerk, 'drawing.issue', drawing)
  await does(dealer, 'drawing.sign', drawing, withFile('signature', { signer_name: '孙' }))
  const signed = (await dealer.send('GET', `/drawings/${drawing}`)).json
  assert.equal(signed.state, 'signed')
  assert.match(signed.sha256, /^[0-9a-f]{64}$/)
  const bytes = await dealer.send('GET', `/files/${signed.file}/content`)
  assert.equal(bytes.status, 200)
  assert.equal(createHash('sha256').update(bytes.text).digest('hex'), signed.sha256)
  const contract = await does(clerk, 'contract.create', null,
    { parent_id: order, amount: 10000000, deposit_percent: 3000, lead_days: 5, payment_terms: '30/70', liability: '-' })
  const stored = (await clerk.send('GET', `/contracts/${contract}`)).json
  assert.deepEqual([stored.amount, stored.deposit_percent, stored.parent_id], [10000000, 3000, order])
}

/* What the server says to these bytes. */
function raw(base, bytes) {
  const { hostname, port } = new URL(base)
  return new Promise((done, fail) => {
    let said = ''
    const socket = connect(port, hostname, () => socket.write(bytes))
    socket.on('data', (more) => { said += more })
    socket.on('close', () => done(said))
    socket.on('error', fail)
  })
}

async function strictJson(base) {
  const client = await new Client(base).login('clerk')
  const bad = [
    ['{"name": "a", "name": "b"}', 400, /twice/],
    ['{"name": "a"', 400, /ends too early/],
    ['{"name": "a"} x', 400, /follows/],
    ['{"name": "a\\u0000b"}', 400, /NUL/],
    ['[1]', 400, /not a JSON object/],
    [`{"credit": 1${'0'.repeat(30)}}`, 400, /too large/],
    [`{"name": ${'['.repeat(5000)}${']'.repeat(5000)}}`, 400, /nested/],
    ['{"name": {"first": "a"}}', 422, /name/],
    ['{"name": 1.5}', 422, /name.*openapi/],
    ['{"name": true}', 422, /name.*openapi/],
    [Uint8Array.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), 400, /UTF-8/],
  ]
  for (const [body, status, words] of bad) {
    const answer = await client.send('POST', '/dealers', body)
    assert.equal(answer.status, status, `${body.slice(0, 60)}: ${answer.text}`)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
    assert.match(answer.json.reasons[0].message, words)
  }
  const large = await raw(base, 'POST /api/dealers HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\n')
  assert.match(large, /^HTTP\/1.1 413 [^]*application\/problem\+json[^]*"status":413/)
  const place = await client.send('POST', '/dealers', '{\n "name": "a",\n "name": "b"}')
  assert.match(place.json.reasons[0].message, /line 3/)
  const all = await client.send('POST', '/dealers', { colour: 'red', level: 'z' })
  assert.deepEqual(all.json.reasons.map((reason) => reason.field).sort(), ['colour', 'level', 'name'])
}

async function conventions(base) {
  const client = await new Client(base).login('clerk')
  assert.equal((await client.send('POST', '/dealers', '{}', { 'content-type': 'text/plain' })).status, 415)
  const made = await client.send('POST', '/dealers', { name: 'Conventional' }, { 'idempotency-key': 'one' })
  assert.equal(made.status, 201)
  assert.equal(made.headers.get('location'), `/api/dealers/${made.json.id}`)
  const again = await client.send('POST', '/dealers', { name: 'Conventional' }, { 'idempotency-key': 'one' })
  assert.deepEqual([again.status, again.json], [201, made.json])
  const at = `/dealers/${made.json.id}`
  assert.equal((await client.send('PATCH', at, { region: 'North' })).status, 428)
  assert.equal((await client.send('PATCH', at, { region: 'North' }, { 'if-match': 'x' })).status, 400)
  const changed = await client.send('PATCH', at, { region: 'North' }, { 'if-match': made.headers.get('etag') })
  assert.deepEqual([changed.status, changed.json.version], [200, 2])
  assert.equal((await client.send('GET', at)).json.name, 'Conventional', 'what is not sent stays')
  const late = await client.send('PATCH', at, { region: 'South' }, { 'if-match': '"1"' })
  assert.equal(late.status, 412)
  const wrong = [['DELETE', at, 'GET, HEAD, PATCH'], ['PUT', '/dealers', 'GET, HEAD, POST'], ['GET', '/login', 'POST']]
  for (const [method, path, allow] of wrong) {
    const answer = await client.send(method, path)
    assert.deepEqual([answer.status, answer.headers.get('allow')], [405, allow], `${method} ${path}`)
    assert.equal(answer.headers.get('content-type'), 'application/problem+json')
  }
  for (const path of ['/nothing', '/dealers/0', '/dealers/1x', '/dealers/99999999', '/a/b/c/d', '/healthz']) {
    const answer = await client.send('GET', path)
    assert.deepEqual([answer.status, answer.json?.status], [404, 404], path)
  }
  assert.equal((await client.send('POST', '/dealers/1x/close', {})).status, 404)
  assert.equal((await client.send('GET', '/dealers?before=x')).status, 400)
  assert.equal((await client.send('POST', '/dealers', { name: 'x' }, { 'x-csrf-token': 'guess' })).status, 403)
}

async function tokensForPrograms(base) {
  const admin = await new Client(base).login('admin')
  const user = (await admin.send('GET', '/users')).json.find(({ login }) => login === 'dealer')
  const token = await does(admin, 'token.create', null, { parent_id: user.id, purpose: 'Their own shop' })
  const once = { 'idempotency-key': 'once' }
  const issued = await admin.send('POST', `/tokens/${token}/issue`, {}, once)
  assert.equal(issued.status, 200)
  assert.match(issued.json.secret, /^gendan_[0-9a-f]{64}$/)
  for (const headers of [once, {}]) {
    const again = await admin.send('POST', `/tokens/${token}/issue`, {}, headers)
    assert.deepEqual([again.status, again.text.includes('gendan_')], [409, false], 'shown once')
  }
  assert.equal((await admin.send('GET', `/tokens/${token}`)).text.includes(issued.json.secret), false)
  const program = new Client(base)
  program.headers = { authorization: `Bearer ${issued.json.secret}` }
  const dealer = await new Client(base).login('dealer')
  assert.deepEqual((await program.send('GET', '/orders')).json, (await dealer.send('GET', '/orders')).json)
  assert.equal((await program.send('GET', '/users')).status, 404)
  const clerk = await new Client(base).login('clerk')
  const order = await newOrder(clerk, dealer)
  const form = await program.send('POST', '/order_forms', { parent_id: order, remarks: 'from a program' })
  assert.equal(form.status, 201, form.text)
  const page = await fetch(base + '/orders', { headers: program.headers })
  assert.match(await page.text(), /name="password"/, 'under /api only')
  assert.equal((await admin.send('POST', `/tokens/${token}/revoke`, {})).status, 200)
  for (const secret of [issued.json.secret, 'gendan_' + '0'.repeat(64), '']) {
    program.headers = { authorization: `Bearer ${secret}` }
    assert.equal((await program.send('GET', '/orders')).status, 401, secret)
  }
  assert.equal((await clerk.send('POST', '/tokens', { parent_id: user.id, purpose: 'x' })).status, 403)
  assert.equal((await clerk.send('GET', `/tokens/${token}`)).status, 404)
}

async function pagesAsJson(base) {
  const client = await new Client(base).login('clerk')
  const ask = (path, accept) => fetch(base + path, { headers: { cookie: client.headers.cookie, accept } })
  const order = await ask('/orders/1', 'application/json')
  assert.equal(order.headers.get('content-type'), 'application/json')
  assert.deepEqual(await order.json(), (await client.send('GET', '/orders/1')).json)
  for (const accept of ['text/html,application/json;q=0.9', '*/*']) {
    assert.match((await ask('/orders/1', accept)).headers.get('content-type'), /text\/html/)
  }
  const inbox = await client.send('GET', '/inbox')
  assert.deepEqual([inbox.status, Object.keys(inbox.json)], [200, ['inbox']])
  const first = await client.send('GET', '/openapi.json')
  const same = await client.send('GET', '/openapi.json', undefined, { 'if-none-match': first.headers.get('etag') })
  assert.deepEqual([same.status, same.text], [304, ''])
}

const tests = [validByAPublishedValidator, theValidatorIsOne, completeForEveryRecordAndCommand,
  describedInTheViewersLanguage, dealersSeeTheirOwnOnly, everyGetFitsItsSchema, everyListParameterIsTaken,
  everyCommandAnswersAsDescribed, anOrderByTheDescriptionAlone,
  everyGetFitsItsSchema, strictJson, conventions, tokensForPrograms, pagesAsJson]

/* The server's address, from the line that it prints. */
function started(server) {
  return new Promise((done, fail) => {
    let said = ''
    server.stdout.on('data', (bytes) => {
      said += bytes
      const match = said.match(/serves on (\S+)/)
      if (match) done(match[1])
    })
    server.on('exit', () => fail(new Error(`the server ended: ${said}`)))
  })
}

console.log(`1..${tests.length}`)
const folder = mkdtempSync(join(tmpdir(), 'gendan-api-'))
const server = spawn(gendan, ['demo', '--data', folder, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] })
const base = await started(server)
let number = 0
for (const test of tests) {
  number++
  try {
    await test(base)
    console.log(`ok ${number} ${test.name}`)
  } catch (fault) {
    console.log(`# ${fault.stack.replaceAll('\n', '\n# ')}`)
    console.log(`not ok ${number} ${test.name}`)
  }
}
server.removeAllListeners('exit')
const ended = new Promise((done) => server.on('exit', done))
server.kill('SIGTERM')
await ended
rmSync(folder, { recursive: true })
