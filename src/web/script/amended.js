/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was found wrong of a field is taken back once the field says something else; whether that is right the server
   says. */
document.addEventListener('change', ({ target }) => {
  const field = target.closest('.field.wrong')
  if (!field) return
  field.classList.remove('wrong')
  field.querySelector('.error')?.remove()
  const list = document.querySelector('[data-errors]')
  for (const item of list?.querySelectorAll('li') ?? []) {
    const wrong = item.querySelector('a')?.hash
    if (wrong && field.querySelector(wrong)) item.remove()
  }
  if (list && !list.querySelector('li, tr')) list.remove()
})
