import type { Api, Shop } from './open-shop.ts'

type Id<Name extends string> = Record<Name, string>

/** What the shop of the tests sells. Codes have right check digits. */
export const articles = [
  {
    product: 'Coffee',
    name: 'Coffee beans 500 g',
    sku: 'COF-500',
    price: 749,
    code: '4006381333931',
    rate: 'food',
    stock: 40,
  },
  {
    product: 'Coffee',
    name: 'Coffee ground 250 g',
    sku: 'COF-250',
    price: 429,
    code: '4006381333948',
    rate: 'food',
    stock: 25,
  },
  {
    product: 'Chocolate',
    name: 'Dark chocolate 100 g',
    sku: 'CHO-100',
    price: 199,
    code: '9780201379624',
    rate: 'food',
    stock: 120,
  },
  {
    product: 'Mug',
    name: 'Mug, blue',
    sku: 'MUG-BLU',
    price: 1290,
    code: '5901234123457',
    rate: 'goods',
    stock: 6,
  },
  {
    product: 'Notebook',
    name: 'Notebook A5',
    sku: 'NOT-A5',
    price: 389,
    code: '4012345678901',
    rate: 'goods',
    stock: 3,
  },
] as const

/** What is weighed: one has its price in the label of the scale, one its weight. */
export const weighed = [
  { name: 'Ham', sku: 'HAM', price: 1990, reference: '2200001', kind: 'price' },
  { name: 'Mountain cheese', sku: 'CHE', price: 2450, reference: '2100002', kind: 'weight' },
] as const

/** The label that a scale prints: an EAN-13 of a reference and five digits. */
export function label(reference: string, value: number): string {
  const body = reference + String(value).padStart(5, '0')
  const sum = [...body].reduce((total, digit, at) => total + Number(digit) * (at % 2 === 0 ? 1 : 3), 0)
  return body + ((10 - (sum % 10)) % 10)
}

/** Taxes, a location, three tills, articles with codes and stock, and a cashier with a PIN. */
export async function stockShop({ api }: Shop): Promise<void> {
  const categories = {
    food: await api<Id<'taxCategoryId'>>('POST', '/tax-categories', { name: 'Food', rate: 700 }),
    goods: await api<Id<'taxCategoryId'>>('POST', '/tax-categories', { name: 'Goods', rate: 1900 }),
  }
  const { locationId } = await api<Id<'locationId'>>('POST', '/locations', { name: 'Main Street' })
  for (let till = 1; till <= 9; till++) await api('POST', '/tills', { locationId, name: `Till ${till}` })
  const products = new Map<string, string>()
  for (const { product, name, sku, price, code, rate, stock } of articles) {
    const { taxCategoryId } = categories[rate]
    const productId =
      products.get(product) ??
      (await api<Id<'productId'>>('POST', '/products', { name: product, taxCategoryId })).productId
    products.set(product, productId)
    const { variantId } = await api<Id<'variantId'>>('POST', `/products/${productId}/variants`, {
      sku,
      name,
      price,
      unit: 'piece',
      tracked: true,
      oversell: false,
      reorderPoint: 5000,
    })
    await api('POST', `/variants/${variantId}/barcodes`, { code, kind: 'gtin', pack: 1 })
    await api('POST', '/stock-changes', { variantId, locationId, change: stock * 1000, reason: 'receipt' })
  }
  const { taxCategoryId } = categories.food
  const { productId } = await api<Id<'productId'>>('POST', '/products', {
    name: 'Fresh counter',
    taxCategoryId,
  })
  for (const { name, sku, price, reference, kind } of weighed) {
    const { variantId } = await api<Id<'variantId'>>('POST', `/products/${productId}/variants`, {
      ...{ sku, name, price, unit: 'kilogram', tracked: true, oversell: true, reorderPoint: 0 },
    })
    await api('POST', `/variants/${variantId}/barcodes`, { code: reference, kind, pack: 1 })
  }
  await api('POST', '/staff', {
    email: 'grace@corner.example',
    name: 'Grace',
    password: 'another long password',
    pin: '2468',
    grants: [{ role: 'cashier', locationId: null }],
  })
}

/** A shop that puts the tax on top, and whose smallest coin is 0.05. */
export async function stockWholesale(api: Api): Promise<void> {
  const { taxCategoryId } = await api<Id<'taxCategoryId'>>('POST', '/tax-categories', {
    name: 'Normal',
    rate: 810,
  })
  const { locationId } = await api<Id<'locationId'>>('POST', '/locations', { name: 'Hall' })
  await api('POST', '/tills', { locationId, name: 'Gate' })
  const { productId } = await api<Id<'productId'>>('POST', '/products', { name: 'Rope', taxCategoryId })
  const { variantId } = await api<Id<'variantId'>>('POST', `/products/${productId}/variants`, {
    ...{ sku: 'ROPE', name: 'Rope 10 m', price: 1234, unit: 'piece' },
    ...{ tracked: true, oversell: true, reorderPoint: 0 },
  })
  await api('POST', `/variants/${variantId}/barcodes`, { code: '7612345678900', kind: 'gtin', pack: 1 })
}
