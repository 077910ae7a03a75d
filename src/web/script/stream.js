/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The event stream, begun again whenever it ends. By fetch: EventSource gives up for good at any status but 200, and
   does not say which it was. */
const FIRST = 3_000, MOST = 60_000 /* ms between two attempts; twice as long after each that fails */
const SILENT = 60_000 /* ms; the server gives a sign of life every 20 s */

let wake = () => {}
/* Tries again now, where it is being waited. */
export const hurry = () => wake()

const pause = (time) => new Promise((done) => {
  wake = done
  setTimeout(done, time)
})

/* One stream to its end. The status of the answer; 0 where there was none. */
async function read(begun, say) {
  const breaker = new AbortController()
  let silence = 0
  const alive = () => {
    clearTimeout(silence)
    silence = setTimeout(() => breaker.abort(), SILENT)
  }
  alive()
  try {
    const answer = await fetch('/events', { headers: { Accept: 'text/event-stream' }, redirect: 'manual',
      signal: breaker.signal })
    if (!answer.ok) return answer.status
    begun()
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader()
    for (let rest = ''; ;) {
      const { value, done } = await reader.read()
      if (done) return answer.status
      alive()
      const lines = (rest + value).split('\n')
      rest = lines.pop()
      for (const line of lines) if (line.startsWith('data: ')) say(line.slice('data: '.length))
    }
  } catch {
    return 0
  } finally {
    clearTimeout(silence)
  }
}

/* Says the keys of what changed; "logged-out"; "*" after a gap, in which anything may have changed, the login too. */
export async function follow(say) {
  let wait = FIRST, isOut = false, isLate = false
  const begun = () => {
    if (isLate) say('*')
    wait = FIRST
    isOut = false
  }
  for (;;) {
    const status = await read(begun, say)
    if (status === 401 && !isOut) say('logged-out')
    isOut ||= status === 401
    isLate = true
    await pause(wait * (0.5 + Math.random())) /* not all browsers at once after a restart */
    wait = Math.min(2 * wait, MOST)
  }
}
