/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strip of steps and the tabs: the current one comes into view on a narrow screen.
   A step that is jumped to unfolds. */
function centre() {
  for (const strip of document.querySelectorAll('[data-strip], .tabs')) {
    const now = strip.querySelector('.current, .waiting, .blocked, [aria-current]')
    if (!now) continue
    const from = now.getBoundingClientRect().left - strip.getBoundingClientRect().left
    strip.scrollLeft += from - (strip.clientWidth - now.offsetWidth) / 2
  }
}

function unfold() {
  const step = location.hash && document.getElementById(location.hash.slice(1))
  if (step?.tagName === 'DETAILS') step.open = true
}

centre()
unfold()
window.addEventListener('hashchange', unfold)
document.addEventListener('gendan:exchanged', centre)
