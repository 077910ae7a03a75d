/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order page in a browser that has never been there costs at most 250 kB; when it was painted is only told. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openHouse } from './house.mjs'
import { allPages } from './pages.mjs'
import { coldLoad } from './weight.mjs'

const MOST = 250_000 /* bytes as transferred, headers included */

let house
before(async () => { house = await openHouse() })
after(() => house.close())

test('the order page is light', async (t) => {
  const { order } = await allPages(house)
  const { bytes, requests, painted } = await coldLoad(house, 'clerk', order.end)
  t.diagnostic(`${bytes} bytes in ${requests} requests, largest contentful paint after ${painted.toFixed(0)} ms`)
  assert.ok(requests >= 4, `page, style, script and icons were counted: ${requests} requests`)
  assert.ok(bytes <= MOST, `${bytes} bytes, at most ${MOST}`)
})
