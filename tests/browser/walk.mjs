/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Doing a step of the path as a person does: on the order's page press the button, fill in the form, send it off. */
import { DRAWN, PAPER, PROJECT, opening, path } from './path.mjs'

const PDF = Buffer.from('%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj '
  + '2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj '
  + '3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 842 595]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n')
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5Erk'
  + 'Jggg==', 'base64')
const paper = { name: '施工图 A.pdf', mimeType: 'application/pdf', buffer: PDF }
const picture = { name: '签名.png', mimeType: 'image/png', buffer: PNG }

async function draw(form) {
  const canvas = form.locator('canvas')
  /* what is signed stands above, and has its size from then on */
  await form.page().locator('.sheets[hx-get]').waitFor({ state: 'detached' })
  await canvas.scrollIntoViewIfNeeded()
  const { x, y, width, height } = await canvas.boundingBox()
  const mouse = form.page().mouse
  await mouse.move(x + width * 0.2, y + height * 0.7)
  await mouse.down()
  for (const [right, down] of [[0.3, 0.3], [0.4, 0.7], [0.5, 0.3], [0.7, 0.6]])
    await mouse.move(x + width * right, y + height * down, { steps: 4 })
  await mouse.up()
}

/* Types one value; a signature is drawn where it can be, else uploaded. */
async function type(form, name, value) {
  const field = form.locator(`[name="${name}"]`)
  if (value === DRAWN && await form.locator('canvas').isVisible()) return draw(form)
  if (value === DRAWN) return field.setInputFiles(picture)
  if (value === PAPER) return field.setInputFiles(paper)
  const isList = await field.evaluate((element) => element.tagName === 'SELECT')
  if (isList) return field.selectOption(value)
  return field.fill(value)
}

/* The button or link of an act on the page: the last one, which belongs to the newest record. */
const button = (page, act) => page.locator(`main a[href$="/${act}"], main form[action$="/${act}"] button`).last()

/* What the button is folded away in is unfolded, from the outside in. */
async function press(page, act) {
  const target = button(page, act)
  await target.waitFor({ state: 'attached' })
  const folded = target.locator('xpath=ancestor::details[not(@open)]/summary')
  while (await folded.count()) await folded.first().click()
  await target.click()
}

async function complaint(page) {
  return (await page.locator('.note.tone-bad, .reasons, .field .error').allInnerTexts()).join(' · ')
}

/* On the page where the step may be done; afterwards the page shows what came of it. */
export async function doStep(page, step) {
  const form = page.locator(`main form[action$="/${step.act}"]`).last()
  await press(page, step.act)
  if (step.type) {
    await form.waitFor()
    for (const [name, value] of Object.entries(step.type)) await type(form, name, value)
    const answered = page.waitForResponse((response) => response.request().method() === 'POST')
    const main = form.locator('button.btn-primary') /* where the page offers more than one answer */
    await (await main.count() ? main : form.locator('button:not([type=button])')).last().click()
    const status = (await answered).status()
    if (status !== 303) throw new Error(`${step.who} ${step.act}: ${status} ${await complaint(page)}`)
  }
  await page.waitForURL(/\/orders\/\d+/)
  await page.waitForLoadState()
}

const attribute = (html, pattern) => html.match(pattern)?.[1]

/* What a form's list sends for a choice, named by its code or its label. */
function optionOf(form, name, value) {
  const list = form.match(new RegExp(`<select[^>]*name="${name}".*?</select>`, 's'))?.[0]
  if (!list) return value
  const options = [...list.matchAll(/<option value="([^"]+)"[^>]*>([^<]*)/g)]
  const named = ([, ...names]) => names.some((name) => name.trim() === value)
  return options.find(named)?.[1]
}

/* The same by requests alone, for filling a house quickly; keeps to the page's own buttons. The address it ends at. */
export async function request(context, where, step) {
  const page = await (await context.request.get(where)).text()
  const button = new RegExp(`(?:href|action)="([^"]*/${step.act.replace('.', '\\.')})"`, 'g')
  const action = [...page.matchAll(button)].pop()?.[1]
  if (!action) throw new Error(`${step.who} sees no button for ${step.act} on ${where}`)
  const form = step.type ? await (await context.request.get(action)).text() : ''
  const multipart = { _csrf: attribute(page, /name="_csrf" value="([^"]*)"/), _key: crypto.randomUUID() }
  for (const [name, value] of Object.entries(step.type ?? {}))
    multipart[name] = value === PAPER ? paper : value === DRAWN ? picture : optionOf(form, name, value)
  const answer = await context.request.post(action, { multipart, maxRedirects: 0 })
  if (answer.status() !== 303) throw new Error(`${step.who} ${step.act}: ${answer.status()} ${await answer.text()}`)
  return answer.headers().location.replace(/#.*/, '')
}

/* A new order, taken as far as the stage given (not into it); its address. contexts: who → context. */
export async function requestOrder(contexts, stage) {
  const order = await request(contexts[opening.who], PROJECT, opening)
  for (const step of path) {
    if (step.stage === stage) break
    await request(contexts[step.who], order, step)
  }
  return order
}
