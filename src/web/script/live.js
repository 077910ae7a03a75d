/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live pages: GET /events is a stream of keys ("order-17") of what changed; a page that shows that key (body
   data-live-key; "*" shows all) fetches itself again and exchanges its parts marked data-live. One stream per browser:
   the window that holds the lock reads it and passes the keys on to the others. Nothing is exchanged while someone
   writes in that part. */
const key = document.body.dataset.liveKey

async function refresh() {
  const answer = await fetch(location.href, { headers: { Accept: 'text/html' } })
  if (!answer.ok) return
  const fresh = new DOMParser().parseFromString(await answer.text(), 'text/html')
  for (const old of document.querySelectorAll('[data-live]')) {
    const part = old.id && fresh.getElementById(old.id)
    if (part) exchange(old, part)
  }
}

const isBeingWritten = (part) => [...part.querySelectorAll('textarea, input:not([type=hidden])')]
  .some((field) => field === document.activeElement
    || (field.type === 'file' ? field.files.length > 0 : field.value !== field.defaultValue))

function exchange(old, part) {
  if (isBeingWritten(old)) {
    old.addEventListener('focusout', () => setTimeout(refresh, 2000), { once: true })
    return
  }
  for (const details of old.querySelectorAll('details[id]')) {
    const twin = part.querySelector(`#${CSS.escape(details.id)}`)
    if (twin) twin.open = details.open || twin.open
  }
  old.replaceWith(part)
  window.htmx?.process(part)
  part.dispatchEvent(new CustomEvent('gendan:exchanged', { bubbles: true }))
}

let pending = 0
function changed(which) {
  if (key !== '*' && which !== key) return
  clearTimeout(pending)
  pending = setTimeout(refresh, 150)
}

if (key && window.EventSource && navigator.locks && window.BroadcastChannel) {
  const channel = new BroadcastChannel('gendan-events')
  channel.onmessage = (event) => changed(event.data)
  navigator.locks.request('gendan-events', () => new Promise(() => {
    const stream = new EventSource('/events')
    stream.onmessage = (event) => {
      changed(event.data)
      channel.postMessage(event.data)
    }
  }))
}
