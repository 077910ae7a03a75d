/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the lines of a table come to while they are typed: each line's product, and the sum. What is saved the server
   reckons anew, by the same rule. */
const table = document.querySelector('table[data-factors]')
const factors = table?.dataset.factors.split(' ')

/* Hundredths of what is typed; null: it is no number (yet). */
function hundredths(text) {
  const plain = text.normalize('NFKC').replace(/[\s,¥]/g, '')
  const [, minus, whole, rest] = /^([-−]?)(\d+)(?:\.(\d{1,2}))?$/.exec(plain) ?? []
  const number = whole && BigInt(whole + (rest ?? '').padEnd(2, '0'))
  return whole === undefined ? null : minus ? -number : number
}

/* To the nearest fen, halves away from zero. */
function product([quantity, price]) {
  const whole = quantity * price
  return (whole + (whole < 0n ? -50n : 50n)) / 100n
}

function money(fen) {
  const digits = String(fen < 0n ? -fen : fen).padStart(3, '0')
  return `${fen < 0n ? '−' : ''}¥${digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, ',')}.${digits.slice(-2)}`
}

function reckon() {
  let sum = 0n
  for (const row of table.tBodies[0].rows) {
    const typed = factors.map((name) => row.querySelector(`[name$=".${name}"]`)?.value)
    if (typed.includes(undefined)) continue
    const numbers = typed.map(hundredths), known = !numbers.includes(null)
    const amount = known ? (numbers.length > 1 ? product(numbers) : numbers[0]) : 0n
    const output = row.querySelector('.product output')
    if (output) output.textContent = known ? money(amount) : ''
    if (!row.querySelector('[name$="._remove"]')?.checked) sum += amount
  }
  const output = document.querySelector('[data-sum]')
  if (output) output.textContent = money(sum)
}

if (table) {
  table.addEventListener('input', reckon)
  table.addEventListener('change', reckon)
  reckon()
}
