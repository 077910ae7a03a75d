/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The order page of a finished order in Chromium with a cold cache, over several loads.
   Usage: node bench/page.mjs GENDAN MODULES (see tests/browser/house.mjs) */
import { openHouse } from '../tests/browser/house.mjs'
import { allPages } from '../tests/browser/pages.mjs'
import { coldLoad } from '../tests/browser/weight.mjs'

const LOADS = 9

const house = await openHouse()
const { order } = await allPages(house)
const loads = []
for (let load = 0; load < LOADS; load++) loads.push(await coldLoad(house, 'clerk', order.end))
const painted = loads.map((load) => Math.round(load.painted)).sort((a, b) => a - b)
const { bytes, requests } = loads[0]
console.log(`transferred        ${(bytes / 1000).toFixed(1)} kB in ${requests} requests, at most 250 kB`)
const span = `${painted[0]} to ${painted.at(-1)}`
console.log(`contentful paint   ${painted[LOADS >> 1]} ms median of ${LOADS} (${span}), target 300 ms`)
await house.close()
