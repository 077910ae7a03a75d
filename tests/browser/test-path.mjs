/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One order from the order form to goods signed for, by clicking, each person in a browser of their own, who is led to
   every act at the head of the page: under what happens now, a dealer under what is asked. The clerk and the dealer
   keep the order open in a second window, which follows what the others do without being loaded again. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openHouse } from './house.mjs'
import { PROJECT, opening, path, people } from './path.mjs'
import { doStep } from './walk.mjs'

let house
before(async () => { house = await openHouse() })
after(() => house.close())

const shown = (page) => page.locator('main').evaluate((main) => main.textContent)

test('the whole path, by clicking, followed live by clerk and dealer', async () => {
  const windows = {}, watching = {}
  for (const who of people) {
    const context = await house.enter(who)
    windows[who] = await context.newPage()
    if (who === 'clerk' || who === 'dealer') watching[who] = await context.newPage()
  }
  await windows.clerk.goto(PROJECT)
  await doStep(windows.clerk, opening)
  const order = windows.clerk.url()
  for (const page of Object.values(watching)) {
    await page.goto(order)
    await page.evaluate(() => { window.stayed = true })
  }
  for (const step of path) {
    const was = { clerk: await shown(watching.clerk), dealer: await shown(watching.dealer) }
    const page = windows[step.who]
    await page.bringToFront() /* a window behind another is drawn once a second */
    await page.goto(order)
    assert.ok(await page.locator('.now, .ask-card').locator(
      `a[href*="/${step.act}"], form[action*="/${step.act}"]`).count(), `${step.who} is not led to ${step.act}`)
    await doStep(page, step)
    for (const who of step.told ? ['clerk', 'dealer'] : ['clerk']) {
      await watching[who].waitForFunction((old) => document.querySelector('main').textContent !== old, was[who])
        .catch(() => assert.fail(`the ${who}'s open window does not show ${step.act} of ${step.who}`))
    }
    await page.goto('about:blank')
  }
  for (const [who, page] of Object.entries(watching)) {
    assert.equal(await page.evaluate(() => window.stayed), true, `the ${who}'s window was never loaded again`)
    const seen = await shown(page)
    await page.reload()
    assert.equal(seen.replace(/\s+/g, ' '), (await shown(page)).replace(/\s+/g, ' '),
      'what was followed is what there is')
  }
  assert.deepEqual(house.faults, [])
})
