/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A form marked data-once is sent once; the server's idempotency key is the real guard, this spares the second request.
   Coming back to the page (also from the browser's back-forward cache) frees it again. */
const SENT = 'sent'

document.addEventListener('submit', (event) => {
  const form = event.target
  if (!form.matches('[data-once]') || event.defaultPrevented) return
  if (form.dataset.state === SENT) {
    event.preventDefault()
    return
  }
  form.dataset.state = SENT
  form.setAttribute('aria-busy', 'true')
})

window.addEventListener('pageshow', () => {
  for (const form of document.querySelectorAll('[data-once][data-state]')) {
    delete form.dataset.state
    form.removeAttribute('aria-busy')
  }
})

/* Requests that htmx sends carry the form token of the page, as its forms do. */
document.addEventListener('htmx:configRequest', (event) => {
  const token = document.querySelector('input[name="_csrf"]')
  if (token) event.detail.headers['X-Form-Token'] = token.value
})
