/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The strip of steps: brings the current one into view on a narrow screen; a step that is jumped to unfolds. */
function centre() {
  const strip = document.querySelector('[data-strip]')
  const now = strip?.querySelector('.current, .waiting, .blocked')
  if (now) strip.scrollLeft = now.offsetLeft - (strip.clientWidth - now.offsetWidth) / 2
}

function unfold() {
  const step = location.hash && document.getElementById(location.hash.slice(1))
  if (step?.tagName === 'DETAILS') step.open = true
}

centre()
unfold()
window.addEventListener('hashchange', unfold)
document.addEventListener('gendan:exchanged', centre)
