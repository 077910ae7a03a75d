/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kind of page, light and dark, on a phone and on a desk: axe-core finds nothing serious, the page is never wider
   than the window, and nothing is complained of in the console. GENDAN_WIDE=1 tries every theme at every width with
   axe. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { load, openHouse } from './house.mjs'
import { allPages } from './pages.mjs'

const WIDTHS = [360, 768, 1280, 2560]
const LOOKS = process.env.GENDAN_WIDE ? WIDTHS.flatMap((width) => [[width, 'light'], [width, 'dark']])
  : [[1280, 'light'], [360, 'dark']]
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
const axe = load.resolve('axe-core/axe.min.js')

let house, all
before(async () => {
  house = await openHouse()
  all = await allPages(house)
  for (const context of Object.values(all.contexts)) await context.addInitScript({ path: axe })
})
after(() => house.close())

async function violations(page) {
  const found = await page.evaluate((tags) => axe.run({ runOnly: tags, resultTypes: ['violations'] }), TAGS)
  return found.violations.filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ target, any, all, none }) =>
      `${id}: ${target.join(' ')}: ${[...any, ...all, ...none].map((check) => check.message).join(' ')}`))
}

const tooWide = (page) => page.evaluate(() => {
  const { scrollWidth } = document.scrollingElement
  if (scrollWidth <= innerWidth) return null
  const wide = [...document.querySelectorAll('body *')]
    .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
  const names = wide.slice(0, 3).map((element) => `${element.tagName}.${element.className}`)
  return `${scrollWidth} wide: ${names.join(', ')}`
})

test('every page is accessible and fits', async () => {
  const faults = []
  for (const { name, who, url, status = 200 } of all.pages) {
    const page = await all.contexts[who].newPage()
    await page.bringToFront()
    const answer = await page.goto(url)
    assert.equal(answer.status(), status, `${name} ${url}`)
    for (const width of WIDTHS) {
      await page.setViewportSize({ width, height: 800 })
      const wide = await tooWide(page)
      if (wide) faults.push(`${name} ${width}: ${wide}`)
    }
    for (const [width, colorScheme] of LOOKS) {
      await page.setViewportSize({ width, height: 800 })
      await page.emulateMedia({ colorScheme })
      faults.push(...(await violations(page)).map((fault) => `${name} ${width} ${colorScheme}: ${fault}`))
    }
    await page.close()
  }
  assert.deepEqual(faults, [])
  const refused = (fault) => all.pages.some(({ url, status }) =>
    status && fault.includes(house.base + url) && fault.includes(` ${status} `))
  assert.deepEqual(house.faults.filter((fault) => !refused(fault)), [])
})
