/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kind of page, light and dark, on a phone and on a desk: axe-core finds nothing serious, the page is never wider
   than the window, no table squeezes or spills what it says, and nothing is complained of in the console. GENDAN_WIDE=1
   tries every theme at every width with axe. The pages that everybody has are measured for everybody. */
import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { load, openHouse } from './house.mjs'
import { allPages } from './pages.mjs'
import { people } from './path.mjs'

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

/* A cell that breaks a short text into many lines, or a row that leaves the box around its table. */
const cramped = (page) => page.evaluate(() => {
  const spilt = [...document.querySelectorAll('table.rows')].filter((table) => {
    const box = table.parentElement
    return getComputedStyle(box).overflowX === 'visible' && table.getBoundingClientRect().right >
      box.getBoundingClientRect().right + 1
  }).map((table) => `a table spills: ${table.innerText.slice(0, 20)}`)
  const squeezed = [...document.querySelectorAll('table.rows td')].filter((cell) => {
    const text = cell.innerText.trim(), line = parseFloat(getComputedStyle(cell).lineHeight)
    return text.length > 3 && text.length <= 16 && !text.includes('\n') && cell.clientHeight > 5 * line
      && cell.clientWidth < 60
  }).map((cell) => `a cell is squeezed: ${cell.innerText}`)
  return [...spilt, ...squeezed].slice(0, 3).join(', ')
})

async function misfits(page, name, widths = WIDTHS) {
  const faults = []
  for (const width of widths) {
    await page.setViewportSize({ width, height: 800 })
    for (const fault of [await tooWide(page), await cramped(page)]) if (fault) faults.push(`${name} ${width}: ${fault}`)
  }
  return faults
}

/* What is wrong with the page that stands in the window. */
async function inspect(page, name) {
  const faults = await misfits(page, name)
  for (const [width, colorScheme] of LOOKS) {
    await page.setViewportSize({ width, height: 800 })
    await page.emulateMedia({ colorScheme })
    faults.push(...(await violations(page)).map((fault) => `${name} ${width} ${colorScheme}: ${fault}`))
  }
  return faults
}

test('every page is accessible and fits', async () => {
  const faults = []
  for (const { name, who, url, status = 200 } of all.pages) {
    const page = await all.contexts[who].newPage()
    await page.bringToFront()
    const answer = await page.goto(url)
    assert.equal(answer.status(), status, `${name} ${url}`)
    faults.push(...await inspect(page, name))
    await page.close()
  }
  assert.deepEqual(faults, [])
  const refused = (fault) => all.pages.some(({ url, status }) =>
    status && fault.includes(house.base + url) && fault.includes(` ${status} `))
  assert.deepEqual(house.faults.filter((fault) => !refused(fault)), [])
})

test('what everybody has fits for everybody', async () => {
  const faults = []
  const orders = ['production-packed', 'end'].map((stage) => all.order[stage])
  for (const who of [...people, 'admin', 'sales', 'designer', 'purchasing']) {
    const context = all.contexts[who] ?? await house.enter(who)
    const page = await context.newPage()
    for (const url of ['/', '/orders', ...orders]) {
      await page.goto(url, { waitUntil: 'domcontentloaded' })
      faults.push(...await misfits(page, `${who} ${url}`, [360, 1280]))
    }
    await page.close()
  }
  assert.deepEqual(faults, [])
})

test('where lines are checked, every column is in sight and no measure is broken', async () => {
  const faults = []
  const page = await all.contexts.clerk.newPage()
  await page.goto(all.pages.find(({ name }) => name === 'form-check').url)
  await page.evaluate(() => {
    const texts = ['10mm 钢化玻璃', '地弹簧、不锈钢拉手、静音锁体和磁吸门吸各一套，靠走廊一侧贴膜']
    for (const cell of document.querySelectorAll('.check .looked td:not(.number)'))
      cell.textContent = texts[cell.cellIndex % 2]
  })
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: 800 })
    faults.push(...await page.evaluate(() => {
      const box = document.querySelector('.check .lines-scroll'), range = document.createRange()
      const broken = [...document.querySelectorAll('.check .looked td:not(.number)')].filter((cell) => {
        range.setStart(cell.firstChild, 0)
        range.setEnd(cell.firstChild, '10mm'.length)
        return cell.textContent.startsWith('10mm') && range.getClientRects().length !== 1
      })
      return [...broken.map((cell) => `${innerWidth}: ${cell.dataset.label} is broken`),
        ...box.scrollWidth > box.clientWidth ? [`${innerWidth}: a column is out of sight`] : []]
    }))
  }
  await page.close()
  assert.deepEqual(faults, [])
})

/* Sends the page's own form, whatever the browser would say of it before. */
async function send(page, action) {
  const form = page.locator(`main form[action$="${action}"]`).last()
  await Promise.all([page.waitForNavigation(), form.evaluate((element) => {
    element.noValidate = true
    element.requestSubmit()
  })])
}

/* Pages that only an act leads to; {name, who, open(page)}. */
const answers = [
  { name: 'permissions', who: 'clerk', open: (page) => page.goto('/permissions') },
  { name: 'refused', who: 'clerk', open: async (page) => {
    await page.goto('/new/dealer.create')
    await send(page, '/dealer.create')
  } },
  { name: 'table', who: 'clerk', open: async (page) => {
    await page.goto(all.order.form)
    await page.goto(await page.locator('a[href$="/order_form.create"]').last().getAttribute('href'))
    await send(page, '/order_form.create')
    await page.goto(await page.locator('a[href$="/lines"]').last().getAttribute('href'))
  } },
  { name: 'changed meanwhile', who: 'clerk', open: async (page) => {
    const other = await page.context().newPage()
    for (const window of [page, other]) await window.goto('/dealers/1/dealer.change')
    for (const [window, name] of [[other, '甲'], [page, '乙']]) {
      await window.bringToFront()
      await window.locator('[name="name"]').fill(name)
      await send(window, '/dealer.change')
    }
    await other.close()
  } },
  { name: 'one-time password', who: 'admin', open: async (page) => {
    await page.goto('/users/12')
    await send(page, '/users/12/password')
  } },
  { name: 'token', who: 'admin', open: async (page) => {
    await page.goto('/users/12/token.create')
    await page.locator('[name="purpose"]').fill('报表')
    await send(page, '/token.create')
    await send(page, '/token.issue')
  } },
]

test('what an act leads to is accessible too', async () => {
  const faults = [], before = house.faults.length
  for (const { name, who, open } of answers) {
    const page = await all.contexts[who].newPage()
    await page.bringToFront()
    await open(page)
    faults.push(...await inspect(page, name))
    await page.close()
  }
  assert.deepEqual(faults, [])
  const refusals = house.faults.slice(before).filter((fault) => !/ (412|422) |: answer: (412|422) /.test(fault))
  assert.deepEqual(refusals, [])
})

/* A priced draft's table: what its script says, typed or not, is what the server has reckoned and reckons. */
test('prices come to the same while they are typed and once they are saved', async () => {
  const page = await all.contexts.clerk.newPage()
  const drafts = await (await page.request.get('/api/contracts?state=draft')).json()
  const lines = await (await page.request.get('/api/contract_lines?state=planned')).json()
  const { id } = drafts.find((draft) => lines.some((line) => line.parent_id === draft.id && line.unit_price !== null))
  const url = `/contracts/${id}/lines`
  const said = () => page.locator('.product output, [data-sum]').allInnerTexts()
  const sent = async () => [...(await (await page.request.get(url)).text()).matchAll(/<output[^>]*>([^<]*)</g)]
    .map(([, text]) => text)
  await page.goto(url)
  assert.deepEqual(await said(), await sent())
  const free = await page.locator('tr:has([name$=".item"]):not(:has([name$="._remove"]))').first()
  await free.locator('[name$=".item"]').fill('优惠')
  await free.locator('select').selectOption('metre')
  await free.locator('[name$=".quantity"]').fill('1,234.5')
  await free.locator('[name$=".unit_price"]').fill('-0.37')
  assert.equal(await free.locator('output').innerText(), '−¥456.77') /* 456.765 */
  const typed = await said()
  assert.notEqual(typed.at(-1), (await sent()).at(-1))
  await send(page, url)
  await page.goto(url)
  assert.deepEqual((await said()).filter(Boolean), typed.filter(Boolean))
  assert.deepEqual(await sent(), await said())
  await page.close()
})
