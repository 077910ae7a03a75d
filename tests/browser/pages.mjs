/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every kind of page, as the people who see it: what the checks of pages and the screenshots go through. */
import { people } from './path.mjs'
import { requestOrder } from './walk.mjs'

const STAGES = ['form', 'drawing', 'contract', 'deposit', 'production-packed', 'delivery', 'delivered']

/* Fills the house with orders at several stages; list of {name, who (null: a stranger), url, status (of a refusal)}. */
export async function allPages(house) {
  const contexts = {}
  for (const who of [...people, 'admin']) contexts[who] = await house.enter(who)
  const order = {}
  for (const stage of STAGES) order[stage] = await requestOrder(contexts, stage)
  order.end = await requestOrder(contexts, null)
  const pageOf = async (who, where) => (await contexts[who].request.get(where)).text()
  const act = async (who, where, name) => [...(await pageOf(who, where)).matchAll(/href="([^"]+)"/g)]
    .map((match) => match[1]).find((href) => href.endsWith(`/${name}`))
  const pages = [
    { name: 'login', who: null, url: '/' },
    { name: 'inbox', who: 'clerk', url: '/' },
    { name: 'inbox-finance', who: 'finance', url: '/' },
    { name: 'orders', who: 'clerk', url: '/orders' },
    { name: 'orders-none', who: 'clerk', url: '/orders?q=zzz' },
    { name: 'kanban', who: 'clerk', url: '/orders?view=kanban' },
    { name: 'order-new', who: 'clerk', url: order.form },
    { name: 'order-making', who: 'clerk', url: order['production-packed'] },
    { name: 'order-blocked', who: 'clerk', url: order.delivery },
    { name: 'order-end', who: 'gm', url: order.end },
    { name: 'form-works', who: 'clerk', url: await act('clerk', order['production-packed'], 'works_order.create') ??
        await act('clerk', order.deposit, 'works_order.create') },
    { name: 'form-contract', who: 'clerk', url: await act('clerk', order.contract, 'contract.create') },
    { name: 'form-check', who: 'clerk', url: await act('clerk', '/', 'order_form.accept') },
    { name: 'form-confirm', who: 'dealer', url: await act('dealer', order.deposit, 'receipt.notice') },
    { name: 'dealers', who: 'clerk', url: '/dealers' },
    { name: 'dealer', who: 'clerk', url: '/dealers/1' },
    { name: 'form-dealer', who: 'clerk', url: '/new/dealer.create' },
    { name: 'project', who: 'clerk', url: '/projects/1' },
    { name: 'calendar', who: 'admin', url: '/calendar' },
    { name: 'receivables', who: 'finance', url: '/receivables' },
    { name: 'absences-none', who: 'admin', url: '/absences' },
    { name: 'password', who: 'clerk', url: '/account/password' },
    { name: 'account', who: 'clerk', url: '/account' },
    { name: 'users', who: 'admin', url: '/users' },
    { name: 'user', who: 'admin', url: '/users/1' },
    { name: 'portal', who: 'dealer', url: '/' },
    { name: 'portal-sign', who: 'dealer', url: order.contract },
    { name: 'portal-making', who: 'dealer', url: order['production-packed'] },
    { name: 'portal-orders', who: 'dealer', url: '/orders' },
    { name: 'error', who: 'clerk', url: '/orders/999999', status: 404 },
  ]
  return { contexts: { ...contexts, null: await house.enter(null) }, order, pages: pages.filter((page) => page.url) }
}
