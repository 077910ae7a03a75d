/* SPDX-License-Identifier: GPL-3.0-or-later */
/* npm packages as a folder's package-lock.json names them, installed into a build folder when missing or older.
   Usage by itself: node packages.mjs FROM INTO */
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

/* Ends the program with one line where npm cannot do it. */
function npm(into) {
  try {
    execFileSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'],
      { cwd: into, stdio: ['ignore', 'pipe', 'pipe'] })
  } catch (error) {
    const said = String(error.stderr ?? error.message).split('\n').filter((line) => /^npm (ERR!|error) \S/.test(line))
    const why = (said.at(said.length > 1 ? 1 : 0) ?? String(error.message)).replace(/^npm (ERR!|error) /, '')
    console.error(`gendan: npm could not install the packages of ${basename(into)}; is there a network? (${why})`)
    process.exit(1)
  }
}

export function install(from, into) {
  const digest = createHash('sha256').update(readFileSync(join(from, 'package-lock.json'))).digest('hex')
  const stamp = join(into, 'installed')
  if (!existsSync(stamp) || readFileSync(stamp, 'utf8') !== digest) {
    mkdirSync(into, { recursive: true })
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(from, name), join(into, name))
    npm(into)
  }
  writeFileSync(stamp, digest)
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  install(...process.argv.slice(2, 4).map((path) => resolve(path)))
