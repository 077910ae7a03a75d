/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pictures of every kind of page. Usage: node shots.mjs GENDAN MODULES FOLDER [WIDTH,…] [light|dark] [NAME…] */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { openHouse } from './house.mjs'
import { allPages } from './pages.mjs'

const [folder, widths = '360,1280,2560', colorScheme = 'light', ...names] = process.argv.slice(4)
mkdirSync(folder, { recursive: true })
const house = await openHouse()
const { contexts, pages } = await allPages(house)
for (const { name, who, url } of pages.filter((page) => !names.length || names.includes(page.name))) {
  const page = await contexts[who].newPage()
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
  for (const width of widths.split(',').map(Number)) {
    await page.setViewportSize({ width, height: width < 500 ? 740 : 1000 })
    await page.goto(url)
    await page.screenshot({ path: join(folder, `${name}-${width}.png`), fullPage: true })
  }
  await page.close()
}
await house.close()
