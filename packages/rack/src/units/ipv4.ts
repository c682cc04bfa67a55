/** Addresses are unsigned 32-bit numbers here; `first` and `last` belong to the span. */
export type Span = { readonly first: number; readonly last: number }
export type Network = Span & { readonly prefix: number }

/** A dotted address as a number. Leading zeros are refused: some programs read them as octal. */
export function parseAddress(text: string): number | undefined {
  const parts = text.split('.')
  if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) {
    return undefined
  }
  return parts.reduce((sum, part) => sum * 256 + Number(part), 0)
}

export function formatAddress(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join('.')
}

/** The network that `text` lies in, even where its host bits are not zero. */
export function parseNetwork(text: string): Network | undefined {
  const match = /^([\d.]+)\/(\d{1,2})$/.exec(text)
  const address = parseAddress(match?.[1] ?? '')
  const prefix = Number(match?.[2])
  if (address === undefined || prefix < 1 || prefix > 32) return undefined
  const size = 2 ** (32 - prefix)
  const first = address - (address % size)
  return { first, last: first + size - 1, prefix }
}

/** `192.168.10.200-192.168.10.239`. The ends come back as written, even if they are reversed. */
export function parseRange(text: string): Span | undefined {
  const ends = text.split('-').map((end) => parseAddress(end.trim()))
  const [first, last] = ends
  return ends.length === 2 && first !== undefined && last !== undefined ? { first, last } : undefined
}

export function formatNetwork({ first, prefix }: Network): string {
  return `${formatAddress(first)}/${prefix}`
}

export function contains(span: Span, address: number): boolean {
  return span.first <= address && address <= span.last
}

export function overlaps(a: Span, b: Span): boolean {
  return a.first <= b.last && b.first <= a.last
}

/** The address with the same host part inside `network`, unless that is its network or broadcast address. */
export function sameHostInside(network: Network, address: number): string | undefined {
  const inside = network.first + (address % (network.last - network.first + 1))
  return inside === network.first || inside === network.last ? undefined : formatAddress(inside)
}
