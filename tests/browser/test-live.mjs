/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages left open: whoever was logged out is told so and loses nothing that was typed; a server that was away is asked
   again, and what happened meanwhile shows. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { PASSWORD, openHouse } from './house.mjs'

let house
before(async () => { house = await openHouse() })
after(() => house.close())

const NOTE = '[data-logged-out]'

async function logOut(context) {
  const page = await context.newPage()
  await page.goto('/account')
  await page.locator('.who summary').click()
  await page.locator('.who [action="/logout"] button').click()
  await page.waitForURL(/\/login/)
  await page.close()
}

async function logInAgain(context, page, who) {
  const [other] = await Promise.all([context.waitForEvent('page'), page.locator(`${NOTE} a`).click()])
  await other.locator('#user').fill(who)
  await other.locator('#password').fill(PASSWORD)
  await other.locator('#password').press('Enter')
  await other.waitForSelector('.who')
  await other.close()
}

test('whoever was logged out logs in again and goes on with what was typed', async () => {
  const context = await house.enter('clerk', { viewport: { width: 360, height: 740 } })
  const form = await context.newPage(), order = await context.newPage()
  await order.goto('/orders/1')
  await form.goto('/new/dealer.create')
  await form.locator('#f-name').fill('南岸家具')
  await logOut(context)
  for (const page of [form, order]) await page.waitForSelector(NOTE)
  assert.match(await form.locator(NOTE).innerText(), /您已退出登录.*重新登录/)
  await form.bringToFront()
  await form.locator('#f-name').press('Enter')
  assert.match(form.url(), /dealer\.create$/, 'nothing is sent that would be lost')
  await logInAgain(context, form, 'sales')
  await form.locator('#f-name').press('Enter')
  assert.ok(await form.locator(NOTE).isVisible(), 'somebody else cannot go on with it')
  await logOut(context)
  await logInAgain(context, form, 'clerk')
  for (const page of [form, order]) await page.waitForSelector(NOTE, { state: 'hidden' })
  assert.equal(await form.locator('#f-name').inputValue(), '南岸家具')
  await form.locator('#f-name').press('Enter')
  await form.waitForURL(/\/dealers\/\d+$/)
  assert.match(await form.locator('main').innerText(), /南岸家具/)
})

test('a server that is away is asked again', async () => {
  const context = await house.enter('clerk')
  const page = await context.newPage(), other = await context.newPage()
  let asked = 0, isAway = true
  const change = (text) => other.request.post('/orders/1/comment.add', { form: { _csrf: token, text } })
  await context.route('/events', (route) => {
    asked++
    return isAway ? route.fulfill({ status: 503, headers: { 'Retry-After': '1' } }) : route.continue()
  })
  await page.goto('/orders/1')
  const token = await page.locator('[name=_csrf]').first().inputValue()
  while (asked < 2) await page.waitForTimeout(100)
  const said = await change('while nobody listened')
  assert.ok(said.ok(), `${said.status()}`)
  isAway = false
  await page.getByText('while nobody listened').first().waitFor()
  await change('and live again')
  await page.getByText('and live again').first().waitFor()
})

test('nothing was complained of but that', () => {
  assert.deepEqual(house.faults.filter((fault) => !/(401|503).*/.test(fault)), [])
})
