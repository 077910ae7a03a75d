/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What no template may hold, looked for in every build: output that is not escaped, inline script or style (the
   Content-Security-Policy would refuse it), a part that does not exist, a section left open. Returns the faults as
   lines. */
const FORBIDDEN = [
  [/\{\{\{|\{\{\s*&/g, 'unescaped output'],
  [/\{\{\s*=/g, 'changed delimiters'],
  [/<script\b(?![^>]*\bsrc=)/g, 'inline script'],
  [/<style\b|\sstyle\s*=/g, 'inline style'],
  [/\s(on[a-z]+|hx-on[:a-z-]*)\s*=/g, 'inline event handler'],
  [/(?:href|src|action)\s*=\s*"(?:https?:)?\/\//g, 'address of another server'],
]

const lineOf = (text, index) => text.slice(0, index).split('\n').length

function sectionFaults(name, text) {
  const faults = []
  const open = []
  for (const tag of text.matchAll(/\{\{([#^/])\s*([^}]*?)\s*\}\}/g)) {
    const [, sign, key] = tag
    if (sign !== '/') open.push(key)
    else if (open.pop() !== key) return [`${name}:${lineOf(text, tag.index)}: {{/${key}}} closes another section`]
  }
  if (open.length) faults.push(`${name}: {{#${open.pop()}}} is never closed`)
  return faults
}

/* templates: a Map of file name → text. */
export function templateFaults(templates) {
  const faults = []
  for (const [name, whole] of templates) {
    const text = whole.replace(/\{\{![^}]*(?:\}(?!\})[^}]*)*\}\}/g, (comment) => comment.replace(/[^\n]/g, ' '))
    for (const [pattern, what] of FORBIDDEN) {
      for (const match of text.matchAll(pattern)) faults.push(`${name}:${lineOf(text, match.index)}: ${what}`)
    }
    for (const part of text.matchAll(/\{\{>\s*([^}\s]+)\s*\}\}/g)) {
      const there = templates.has(`${part[1]}.html`)
      if (!there) faults.push(`${name}:${lineOf(text, part.index)}: there is no part "${part[1]}"`)
    }
    faults.push(...sectionFaults(name, text))
  }
  return faults
}
