import type { Shop } from './open-shop.ts'

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

/** Taxes, a location, three tills, articles with codes and stock, and a cashier with a PIN. */
export async function stockShop({ api }: Shop): Promise<void> {
  const categories = {
    food: await api<Id<'taxCategoryId'>>('POST', '/tax-categories', { name: 'Food', rate: 700 }),
    goods: await api<Id<'taxCategoryId'>>('POST', '/tax-categories', { name: 'Goods', rate: 1900 }),
  }
  const { locationId } = await api<Id<'locationId'>>('POST', '/locations', { name: 'Main Street' })
  for (const name of ['Till 1', 'Till 2', 'Till 3']) await api('POST', '/tills', { locationId, name })
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
  await api('POST', '/staff', {
    email: 'grace@corner.example',
    name: 'Grace',
    password: 'another long password',
    pin: '2468',
    grants: [{ role: 'cashier', locationId: null }],
  })
}
