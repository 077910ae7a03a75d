/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A drawn signature: a canvas whose picture goes into a hidden field as a PNG data URL; the upload beside it stays. */
import SignaturePad from 'signature_pad'

for (const box of document.querySelectorAll('[data-signature]')) {
  const form = box.closest('form')
  const canvas = box.querySelector('canvas')
  const upload = box.parentElement.querySelector('input[type=file]')
  const isRequired = upload?.required
  const drawn = Object.assign(document.createElement('input'), { type: 'hidden', name: box.dataset.signature })
  box.append(drawn)
  box.hidden = false

  const pad = new SignaturePad(canvas, { backgroundColor: 'rgb(255,255,255)', minWidth: 1, maxWidth: 3 })
  const take = () => {
    drawn.value = pad.isEmpty() ? '' : pad.toDataURL('image/png')
    if (upload) upload.required = isRequired && pad.isEmpty()
  }
  const fit = () => {
    const strokes = pad.toData()
    const ratio = Math.min(window.devicePixelRatio || 1, 2)
    canvas.width = canvas.offsetWidth * ratio
    canvas.height = canvas.offsetHeight * ratio
    canvas.getContext('2d').scale(ratio, ratio)
    pad.clear()
    pad.fromData(strokes)
  }
  fit()
  window.addEventListener('resize', fit)
  pad.addEventListener('endStroke', () => {
    take()
    box.dispatchEvent(new Event('change', { bubbles: true }))
  })
  box.querySelector('[data-signature-clear]')?.addEventListener('click', () => {
    pad.clear()
    take()
  })
  form?.addEventListener('submit', take, { capture: true })
}
