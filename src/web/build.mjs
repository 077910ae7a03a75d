/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Makes what a browser loads: app.css, app.js, sprite.svg and icon.svg, each with .br and .gz beside it.
   Usage: node build.mjs OUT MODULES [DEPFILE TARGET]   MODULES is the folder that holds node_modules (see
   packages.mjs); DEPFILE lists for Ninja what TARGET was made from. Ends with an error when a template breaks a rule of
   check.mjs or the first load of a page would exceed LIMIT. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { templateFaults } from './check.mjs'
import { install } from './packages.mjs'

const LIMIT = 150_000 /* bytes as transferred, of all assets together; leaves 100 kB of the page's 250 kB to its HTML */

/* Icons that a page names in its values ({{icon}}), not in a template. */
const NAMED_BY_PAGES = [
  'inbox', 'clipboard-list', 'users', 'user', 'building', 'calendar', 'settings', 'id', 'address-book', 'report-money',
  'truck-delivery', 'file-import', 'download', 'upload', 'layout-kanban', 'list', 'message', 'check', 'x', 'edit',
  'lock', 'signature', 'coin', 'file-text', 'paperclip', 'alert-triangle', 'arrow-back-up', 'rubber-stamp', 'plus',
  'package', 'hammer', 'history', 'key', 'clock', 'info-circle', 'briefcase',
]

const here = dirname(fileURLToPath(import.meta.url))
const [out, modules, depfile] = process.argv.slice(2, 5).map((path) => resolve(path))
const target = process.argv[5]
if (!out || !modules) {
  console.error('usage: node build.mjs OUT MODULES [DEPFILE TARGET]')
  process.exit(2)
}

const packages = join(modules, 'node_modules')
const texts = (folder, ending) => readdirSync(join(here, folder)).filter((name) => name.endsWith(ending)).sort()
  .map((name) => readFileSync(join(here, folder, name), 'utf8'))

async function style(load) {
  const { build, transform } = load('esbuild')
  const { PurgeCSS } = load('purgecss')
  const bundled = await build({ entryPoints: [join(here, 'style/app.css')], bundle: true, write: false,
    nodePaths: [packages],
    loader: { '.svg': 'dataurl' }, external: ['data:*'], logLevel: 'error' })
  const [purged] = await new PurgeCSS().purge({
    css: [{ raw: bundled.outputFiles[0].text }],
    content: [
      ...texts('template', '.html').map((raw) => ({ raw: raw.replace(/\{\{[^}]*\}\}/g, ' '), extension: 'html' })),
      ...texts('script', '.js').map((raw) => ({ raw, extension: 'js' }))],
    safelist: { standard: [/^tone-/, /^age-/, /^htmx-/, /^btn-/, 'disabled', 'open'] },
    variables: true, keyframes: true, fontFace: true,
  })
  return (await transform(purged.css, { loader: 'css', minify: true, legalComments: 'none' })).code
}

async function script(load) {
  const bundled = await load('esbuild').build({ entryPoints: [join(here, 'script/app.js')], bundle: true, write: false,
    minify: true,
    format: 'iife', target: 'es2020', nodePaths: [packages], legalComments: 'none', logLevel: 'error' })
  return bundled.outputFiles[0].text
}

function sprite() {
  const named = texts('template', '.html')
    .flatMap((text) => [...text.matchAll(/#([a-z0-9-]+)"\/><\/svg>/g)].map((match) => match[1]))
  const chosen = texts('template', '.html')
    .flatMap((text) => [...text.matchAll(/\}\}(chevron-[a-z]+)\{\{/g)].map((match) => match[1]))
  const names = [...new Set([...named, ...chosen, ...NAMED_BY_PAGES])].sort()
  const symbols = names.map((name) => {
    const icon = readFileSync(join(packages, '@tabler/icons/icons/outline', `${name}.svg`), 'utf8')
    const inner = icon.slice(icon.indexOf('>', icon.indexOf('<svg')) + 1, icon.lastIndexOf('</svg>'))
      .replace(/\s*\n\s*/g, '')
    return `<symbol id="${name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.75"`
      + ` stroke-linecap="round" stroke-linejoin="round">${inner}</symbol>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join('')}</svg>`
}

function write(name, text) {
  const bytes = Buffer.from(text)
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } })
  writeFileSync(join(out, name), bytes)
  writeFileSync(join(out, `${name}.br`), brotli)
  writeFileSync(join(out, `${name}.gz`), gzipSync(bytes, { level: 9 }))
  console.log(`${name}: ${bytes.length} bytes, ${brotli.length} with brotli`)
  return brotli.length
}

/* Paths as Ninja reads them: spaces escaped. */
function writeDepfile() {
  const sources = ['template', 'style', 'script']
    .flatMap((folder) => readdirSync(join(here, folder)).map((name) => join(here, folder, name)))
  const all = [...sources, ...['build.mjs', 'check.mjs', 'packages.mjs', 'package.json', 'package-lock.json']
    .map((name) => join(here, name))]
  writeFileSync(depfile, `${target}: ${all.map((path) => path.replaceAll(' ', '\\ ')).join(' ')}\n`)
}

const templates = readdirSync(join(here, 'template')).filter((name) => name.endsWith('.html'))
const read = (name) => readFileSync(join(here, 'template', name), 'utf8')
const faults = templateFaults(new Map(templates.map((name) => [name, read(name)])))
if (faults.length) {
  console.error(faults.join('\n'))
  process.exit(1)
}

install(here, modules)
const load = createRequire(join(modules, 'package.json'))
mkdirSync(out, { recursive: true })
const total = write('app.css', await style(load)) + write('app.js', await script(load)) + write('sprite.svg', sprite())
  + write('icon.svg', readFileSync(join(here, 'style/icon.svg'), 'utf8'))
if (depfile) writeDepfile()
if (total > LIMIT) {
  console.error(`the assets are ${total} bytes, more than the ${LIMIT} a first load may cost`)
  process.exit(1)
}
