/** Every host address of an IPv4 network of at most 1024 addresses; a larger one is not swept. */
export function hostsIn(cidr: string): string[] {
  const [network = '', prefix = '32'] = cidr.split('/')
  const size = 2 ** (32 - Number(prefix))
  if (size > 1024) return []
  const base = network.split('.').reduce((value, octet) => value * 256 + Number(octet), 0)
  const first = base - (base % size)
  return Array.from({ length: Math.max(0, size - 2) }, (_, index) => {
    const address = first + index + 1
    return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.')
  })
}
