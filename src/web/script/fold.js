/* SPDX-License-Identifier: GPL-3.0-or-later */
/* On a phone, filters that are not in use are folded away. */
const fold = document.querySelector('[data-fold]')
if (fold && matchMedia('(max-width: 767px)').matches) {
  fold.open = [...fold.querySelectorAll('select, input')].some((field) => field.value)
}
