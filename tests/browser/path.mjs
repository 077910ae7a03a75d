/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The whole path of one order, as a table: who does what and types what, from the order form to goods signed for. It is
   walked by clicking, without JavaScript, and quickly to fill a house with orders at every stage (see walk.mjs).
   A value is the text typed or the option chosen; PAPER a file; DRAWN a drawn signature. */
export const PAPER = Symbol('a file')
export const DRAWN = Symbol('a drawn signature')

const day = (days) => new Date(Date.now() + (8 * 3600 + days * 86400) * 1000).toISOString().slice(0, 10)
const site = { specification: '12+12 双玻，中空百叶', style: 'GD-80', floor: '地毯完成', ceiling: '矿棉板', others: '电梯可用至 18 时',
  glass: 'us', panel: 'none', door: 'us', hardware: 'us' }

const made = (stage) => ({ stage: `production-${stage}`, who: 'production', act: 'progress.report',
  type: { stage, quantity: '6' }, told: true })

/* On a project's page; the rest is done on the order's. */
export const opening = { who: 'clerk', act: 'order.create',
  type: { name: '18F 办公区玻璃隔断（试）', kind: 'normal', clerk: '陈小梅' } }
export const PROJECT = '/projects/1' /* of the demo: its dealer is "dealer" */

/* told: the dealer learns of it at once, as the clerk always does. */
export const path = [
  { stage: 'form', who: 'dealer', act: 'order_form.create', type: { remarks: '会议室玻璃请做防爆膜' }, told: true },
  { who: 'dealer', act: 'order_form_line.add',
    type: { area: '18F 东区', style: 'GD-80', thickness: '80', width: '3600', height: '2700', quantity: '4',
      frame_colour: '黑砂', filling: '12 mm 钢化', door_type: '单开玻璃门', door_opening: 'left_in', hardware: '地弹簧' },
    told: true },
  { who: 'dealer', act: 'order_form_line.add',
    type: { area: '会议室', style: 'GD-100', thickness: '100', width: '5400.5', height: '2700',
    quantity: '2', frame_colour: '香槟', filling: '双玻百叶' }, told: true },
  { who: 'dealer', act: 'order_form.submit', told: true },
  { who: 'clerk', act: 'order_form.accept', type: {}, told: true },
  { stage: 'drawing', who: 'clerk', act: 'drawing.create', type: { title: '施工图 A 版', file: PAPER } },
  { who: 'clerk', act: 'drawing.issue', type: {}, told: true },
  { who: 'dealer', act: 'drawing.sign', type: { signer_name: '孙经销', signature: DRAWN }, told: true },
  { stage: 'contract', who: 'clerk', act: 'contract.create',
    type: { amount: '100000', deposit_percent: '30', lead_days: '20',
    lead_kind: 'working', payment_terms: '订金 30%，余款发货前付清', liability: '按合同法' } },
  { who: 'clerk', act: 'contract.submit' },
  { who: 'manager', act: 'contract.sign', type: {} },
  { who: 'gm', act: 'contract.sign', type: {} },
  { who: 'finance', act: 'contract.sign', type: {}, told: true },
  { who: 'dealer', act: 'contract.countersign', type: { countersigned: PAPER }, told: true },
  { who: 'clerk', act: 'contract.accept_copy', type: {}, told: true },
  { stage: 'deposit', who: 'dealer', act: 'receipt.notice',
    type: { amount: '30000', value_date: day(0), payer: '华南隔断', slip: PAPER }, told: true },
  { who: 'finance', act: 'receipt.confirm', type: { value_date: day(0) }, told: true },
  { stage: 'works', who: 'clerk', act: 'works_order.create', type: site },
  { who: 'clerk', act: 'works_order.submit' },
  { who: 'manager', act: 'works_order.sign', type: {} },
  { who: 'gm', act: 'works_order.sign', type: {} },
  { who: 'production', act: 'works_order.confirm', type: {} },
  ...['cut', 'machined', 'assembled'].map(made),
  { stage: 'inspection', who: 'production', act: 'inspection.record', type: { result: 'passed', quantity: '6' } },
  made('packed'),
  { who: 'warehouse', act: 'stored_goods.receive', type: { package: '1/1 木箱', quantity: '6', place: 'A-03' },
    told: true },
  { who: 'production', act: 'works_order.finish' },
  { stage: 'balance', who: 'clerk', act: 'balance_notice.create', type: { planned_date: day(5) } },
  { who: 'clerk', act: 'balance_notice.send', told: true },
  { who: 'dealer', act: 'receipt.notice', type: { amount: '70000', value_date: day(0), payer: '华南隔断' }, told: true },
  { who: 'finance', act: 'receipt.confirm', type: { value_date: day(0) }, told: true },
  { stage: 'delivery', who: 'clerk', act: 'delivery_notice.create', type: { planned_date: day(5), remarks: '整车，勿叠放' } },
  { who: 'clerk', act: 'delivery_notice.fill' },
  { who: 'clerk', act: 'delivery_notice.submit' },
  { who: 'regional', act: 'delivery_notice.sign', type: {} },
  { who: 'finance', act: 'delivery_notice.sign', type: {} },
  { who: 'gm', act: 'delivery_notice.sign', type: {}, told: true },
  { stage: 'shipping', who: 'clerk', act: 'shipment.plan', type: { carrier: '德邦物流', expected_date: day(8) },
    told: true },
  { who: 'dealer', act: 'shipment.agree', told: true },
  { who: 'warehouse', act: 'shipment.ship', type: { waybill: 'DB-20260301', expected_date: day(8) }, told: true },
  { who: 'clerk', act: 'tracking.add', type: { place: '长沙', event: '到达中转站' }, told: true },
  { stage: 'delivered', who: 'dealer', act: 'shipment.sign_for', type: { signed_by: '现场 李工', signed_date: day(0) },
    told: true },
]

export const people = [...new Set(path.map((step) => step.who))]
