/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The house under test: the real program on a free port with a scratch data folder, a Chromium, and people who log in.
   Every window is watched: a console error, a refused resource, a failed request or a script's fault is kept in
   house.faults, and so is every warning in the program's log. Arguments of every script here: GENDAN (the program),
   MODULES (the folder that packages.mjs filled). */
import { execFileSync, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const [program, modules] = process.argv.slice(2, 4).map((path) => resolve(path))
export const load = createRequire(join(modules, 'package.json'))
export const PASSWORD = 'gendan-demo'
const QUIET = ['--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync']

async function startProgram(folder, faults) {
  const server = spawn(program, ['demo', '--data', join(folder, 'data'), '--port', '0'], { stdio: 'pipe' })
  createInterface(server.stderr).on('line',
    (line) => /level=(warning|error|critical)/.test(line) && faults.push(`gendan: ${line}`))
  const ended = new Promise((done) => server.once('exit', (code) => done(code)))
  const base = await new Promise((found, failed) => {
    ended.then((code) => failed(new Error(`gendan ended with ${code} before it served`)))
    createInterface(server.stdout).on('line', (line) => line.match(/serves on (\S+)/) && found(RegExp.$1))
  })
  const stop = async () => {
    server.kill('SIGTERM')
    const code = await ended
    if (code !== 0) throw new Error(`gendan ended with ${code} when it was told to stop`)
    execFileSync(program, ['verify', '--data', join(folder, 'data')], { stdio: ['ignore', 'ignore', 'inherit'] })
  }
  return { base, stop }
}

/* An answer that the browser itself breaks off is no fault: a page left while its event stream is open, a download. */
function watch(page, faults) {
  const say = (text) => faults.push(`${page.url()}: ${text}`)
  page.on('console', (message) => ['error', 'warning'].includes(message.type()) && say(`console: ${message.text()}`))
  page.on('pageerror', (error) => say(`script: ${error.message}`))
  page.on('requestfailed', (request) => {
    const why = request.failure().errorText
    if (why !== 'net::ERR_ABORTED') say(`request: ${request.url()} ${why}`)
  })
  page.on('response', (response) => response.status() >= 400 && say(`answer: ${response.status()} ${response.url()}`))
}

/* options: chromium's launch options. Close it in an `after`; that also verifies the journal and the files. */
export async function openHouse(options = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'gendan-browser-'))
  const faults = []
  const { base, stop } = await startProgram(folder, faults)
  const { chromium } = load('playwright-core')
  const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: QUIET, ...options })

  /* A person's own browser: cookies apart from the others'. who: a login of the demo, or null for a stranger. */
  async function enter(who, contextOptions = {}) {
    const context = await browser.newContext({ baseURL: base, locale: 'zh-CN', viewport: { width: 1280, height: 900 },
      reducedMotion: 'reduce', ...contextOptions })
    context.setDefaultTimeout(60_000) /* of a machine that is busy with other tests */
    context.on('page', (page) => watch(page, faults))
    if (who) await logIn(context, who)
    return context
  }

  async function close() {
    await browser.close()
    await stop()
    rmSync(folder, { recursive: true, force: true })
  }
  return { base, browser, folder, faults, enter, close }
}

async function logIn(context, who) {
  const answer = await context.request.post('/login', { form: { user: who, password: PASSWORD }, maxRedirects: 0 })
  if (answer.status() !== 303) throw new Error(`${who} cannot log in: ${answer.status()}`)
}
