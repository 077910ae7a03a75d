/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Searching what a reference may name: from the search box, the down key or Enter goes to what was found. */
document.addEventListener('keydown', (event) => {
  if (!event.target.matches('[data-lookup]') || (event.key !== 'ArrowDown' && event.key !== 'Enter')) return
  event.preventDefault()
  const list = document.getElementById(event.target.getAttribute('aria-controls'))
  if (list.selectedIndex < 0 && list.options.length) list.selectedIndex = 0
  list.focus()
})
