/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Without a mouse: logging in, searching, opening an order, filling in a form; wherever the focus goes, it is seen. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PASSWORD, openHouse } from './house.mjs'

let house, page
before(async () => {
  house = await openHouse()
  page = await (await house.enter(null)).newPage()
})
after(() => house.close())

const keys = async (...names) => { for (const name of names) await page.keyboard.press(name) }
const focused = (what) => page.evaluate((selector) => document.activeElement.matches(selector), what)

/* Tab until the focus is on what is wanted. */
async function tabTo(selector) {
  for (let stops = 0; stops < 120; stops++) {
    if (await focused(selector)) return
    await keys('Tab')
  }
  assert.fail(`Tab never comes to ${selector} on ${page.url()}`)
}

/* The focused element is drawn otherwise than before, lies in the window, and nothing covers it. */
const unseen = () => page.evaluate(() => {
  const element = document.activeElement
  if (element === document.body) return null
  const style = getComputedStyle(element), box = element.getBoundingClientRect()
  const outlined = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2
  const marked = outlined || style.boxShadow !== 'none' || element.type === 'date' /* the browser marks its parts */
  const [x, y] = [(Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2, box.top + box.height / 2]
  const top = document.elementFromPoint(x, y)
  const shown = top && (element.contains(top) || top.contains(element))
  const fault = !marked ? 'not marked' : !shown ? 'covered or out of the window' : null
  return fault && `${fault}: ${element.outerHTML.slice(0, 90)}`
})

test('log in, search, open an order', async () => {
  await page.goto('/')
  assert.ok(await focused('#user'), 'the login page starts at the name')
  await page.keyboard.type('clerk')
  await keys('Tab')
  await page.keyboard.type(PASSWORD)
  await keys('Enter')
  await page.waitForSelector('[data-search]')
  await keys('Tab')
  assert.ok(await focused('.skip'), 'the first stop skips the menu')
  await keys('Enter')
  assert.ok(await focused('#main'), 'to the content')
  await keys('/')
  assert.ok(await focused('[data-search]'), '"/" goes to the search')
  await page.keyboard.type('O-00001')
  await keys('Enter')
  await page.waitForURL(/\/orders\?/)
  await tabTo('main td a[href="/orders/1"]')
  await keys('Enter')
  await page.waitForURL(/\/orders\/1$/)
})

test('"/" is a character where something is being written', async () => {
  await page.goto('/new/dealer.create')
  await page.locator('#f-name').focus()
  await keys('/')
  assert.equal(await page.locator('#f-name').inputValue(), '/')
})

test('fill in a form that is refused, mend it, send it', async () => {
  await page.goto('/new/dealer.create')
  await tabTo('[name=name]')
  await page.keyboard.type('北方空间')
  await tabTo('[name=phone]')
  await page.keyboard.type('0'.repeat(41))
  await keys('Enter')
  await page.waitForSelector('[data-errors]')
  assert.ok(await focused('[data-errors]'), 'what is wrong is read first')
  await tabTo('[data-errors] a')
  await keys('Enter')
  assert.ok(await page.evaluate(() => location.hash === '#f-phone'), 'and leads to the field')
  await tabTo('[name=phone]')
  await keys('Control+a')
  await page.keyboard.type('020-8888 0000')
  await keys('Enter')
  await page.waitForURL(/\/dealers\/\d+/)
  assert.match(await page.locator('main').innerText(), /北方空间/)
})

test('search for one among many that a field may name', async () => {
  await page.goto('/dealers')
  const token = await page.locator('[name=_csrf]').first().inputValue()
  for (let number = 0; number < 60; number++) {
    await page.request.post('/api/dealers', { headers: { 'X-CSRF-Token': token }, data: { name: `江南${number}号` } })
  }
  const admin = await (await house.enter('admin', { viewport: { width: 360, height: 740 } })).newPage()
  await admin.goto('/new/user.create?login=li&name=Li&roles=dealer')
  await admin.locator('#q-dealer').focus()
  await admin.keyboard.type('江南3')
  await admin.waitForFunction(() => document.querySelectorAll('#f-dealer option').length === 11)
  assert.match(await admin.locator('#n-dealer').innerText(), /11/)
  await admin.keyboard.press('ArrowDown')
  await admin.keyboard.press('ArrowDown')
  assert.ok(await admin.evaluate(() => document.activeElement.id === 'f-dealer'))
  const chosen = await admin.locator('#f-dealer option:checked').innerText()
  assert.match(chosen, /江南3/)
  await admin.locator('#q-dealer').focus()
  await admin.keyboard.type('3')
  await admin.waitForFunction(() => document.querySelectorAll('#f-dealer option').length <= 2)
  assert.equal(await admin.locator('#f-dealer option:checked').innerText(), chosen, 'what is chosen stays chosen')
  await admin.evaluate(() => { document.querySelector('.who-name').prepend('A name of more than a few letters ') })
  assert.ok(await admin.evaluate(() => document.documentElement.scrollWidth <= innerWidth), 'nothing sticks out')
  await admin.locator('#f-name').focus()
  await admin.keyboard.press('Enter')
  await admin.waitForURL(/\/users\/\d+$/)
  assert.match(await admin.locator('main').innerText(), new RegExp(chosen))
})

test('the focus is seen wherever it goes', async () => {
  const form = '/projects/1/order.create'
  for (const [url, width] of [['/orders/1', 1280], ['/orders/1', 360], ['/orders', 1280], [form, 1280], [form, 360]]) {
    await page.setViewportSize({ width, height: 700 })
    await page.goto(url)
    for (let stops = 0; stops < 40; stops++) {
      await keys('Tab')
      assert.equal(await unseen(), null, `${url} ${width} stop ${stops}`)
    }
  }
})

test('nothing was complained of', () => {
  assert.deepEqual(house.faults.filter((fault) => !/dealer\.create: .*422/.test(fault)), [])
})
