/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same path with JavaScript switched off: every page can be read and every act done; the signature is uploaded. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openHouse } from './house.mjs'
import { PROJECT, opening, path, people } from './path.mjs'
import { doStep } from './walk.mjs'

let house
before(async () => { house = await openHouse() })
after(() => house.close())

test('the whole path without JavaScript', async () => {
  const windows = {}
  for (const who of people) windows[who] = await (await house.enter(who, { javaScriptEnabled: false })).newPage()
  await windows.clerk.goto(PROJECT)
  await doStep(windows.clerk, opening)
  const order = windows.clerk.url()
  for (const step of path) {
    const page = windows[step.who]
    await page.bringToFront() /* a window behind another is drawn once a second */
    await page.goto(order)
    await doStep(page, step)
  }
  assert.deepEqual(house.faults, [])
})
