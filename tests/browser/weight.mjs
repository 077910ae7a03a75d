/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a page costs a browser that has never been there: bytes over the wire, and when its largest part is painted. */
export async function coldLoad(house, who, url) {
  const context = await house.enter(who)
  const page = await context.newPage()
  const session = await context.newCDPSession(page)
  const bytes = new Map()
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => bytes.set(requestId, encodedDataLength))
  await page.goto(url, { waitUntil: 'load' })
  const painted = await page.evaluate(() => new Promise((done) => {
    const observer = new PerformanceObserver((list) => done(list.getEntries().at(-1).startTime))
    observer.observe({ type: 'largest-contentful-paint', buffered: true })
  }))
  await context.close()
  return { bytes: [...bytes.values()].reduce((sum, size) => sum + size, 0), requests: bytes.size, painted }
}
