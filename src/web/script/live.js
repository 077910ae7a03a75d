/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Live pages: GET /events is a stream of keys ("order-17") of what changed; a page that shows that key (body
   data-live-key; "*" shows all) fetches itself again and exchanges its parts marked data-live. One stream per browser:
   the window that holds the lock reads it and passes the keys on to the others. Nothing is exchanged while someone
   writes in that part. Where the login has ended, every page says so; it sends nothing until its user (body data-user)
   has logged in again in another window, and then goes on with what was typed. */
import { follow, hurry } from './stream.js'

const { liveKey: key, user } = document.body.dataset
const note = document.querySelector('[data-logged-out]')

async function load(address) {
  const answer = await fetch(address, { headers: { Accept: 'text/html' } })
  return answer.ok ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null
}

async function refresh() {
  const fresh = await load(location.href)
  if (!fresh) return
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
  if (!key || (key !== '*' && which !== '*' && which !== key)) return
  clearTimeout(pending)
  pending = setTimeout(refresh, 150)
}

/* The forms of a page carry the token of its login. Somebody else's is not for them. */
async function goOn() {
  const fresh = note.hidden ? null : await load('/account')
  if (fresh?.body.dataset.user !== user) return
  const { value } = fresh.querySelector('[name=_csrf]')
  for (const field of document.querySelectorAll('[name=_csrf]')) field.value = value
  note.hidden = true
}

function hear(said) {
  if (said === 'logged-out') note.hidden = false
  else if (said === 'hurry') hurry()
  else changed(said)
  if (said === '*') goOn()
}

if (note && navigator.locks && window.BroadcastChannel) {
  const channel = new BroadcastChannel('gendan-events')
  const say = (what) => {
    hear(what)
    channel.postMessage(what)
  }
  channel.onmessage = (event) => hear(event.data)
  navigator.locks.request('gendan-events', () => follow(say))
  document.addEventListener('visibilitychange', () => document.hidden || note.hidden || say('hurry'))
  window.addEventListener('submit', (event) => {
    if (note.hidden) return
    event.preventDefault()
    event.stopPropagation()
    note.scrollIntoView({ block: 'nearest' })
    say('hurry')
  }, true)
}
