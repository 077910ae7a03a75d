/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "/" goes to the search, unless something is being written; Escape leaves it. */
const isWriting = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName)

document.addEventListener('keydown', (event) => {
  const field = document.querySelector('[data-search]')
  if (!field) return
  if (event.key === 'Escape' && event.target === field) field.blur()
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting(event.target)) return
  event.preventDefault()
  field.focus()
  field.select()
})

/* A refused form: the list of what is wrong gets the focus, so that it is read first. */
document.querySelector('[data-errors]')?.focus()
