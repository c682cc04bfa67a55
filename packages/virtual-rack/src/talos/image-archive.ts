const blockBytes = 512
const largestIndex = 4 * 1024 * 1024

/**
 * Reads the image name from an archive that arrives in pieces: `index.json` of an OCI layout or `manifest.json`
 * of a docker archive. Everything else passes through unkept.
 */
export function imageNameOf(): { push(chunk: Uint8Array): void; name(): string | undefined } {
  let pending = Buffer.alloc(0)
  let skip = 0
  let wanted: { name: string; bytes: number } | undefined
  const found = new Map<string, unknown>()

  const step = (): boolean => {
    if (skip > 0) {
      const passed = Math.min(skip, pending.length)
      pending = pending.subarray(passed)
      skip -= passed
      return passed > 0
    }
    if (wanted) {
      if (pending.length < wanted.bytes) return false
      found.set(wanted.name, parse(pending.subarray(0, wanted.bytes).toString()))
      skip = padded(wanted.bytes)
      wanted = undefined
      return true
    }
    if (pending.length < blockBytes) return false
    const { name, bytes } = readHeader(pending)
    pending = pending.subarray(blockBytes)
    if ((name === 'index.json' || name === 'manifest.json') && bytes <= largestIndex) wanted = { name, bytes }
    else skip = padded(bytes)
    return true
  }
  return {
    push(chunk) {
      pending = pending.length === 0 ? Buffer.from(chunk) : Buffer.concat([pending, chunk])
      while (step());
    },
    name: () => nameFrom(found.get('manifest.json'), found.get('index.json')),
  }
}

function readHeader(block: Buffer): { name: string; bytes: number } {
  const name = block.toString('latin1', 0, 100).replace(/\0.*$/s, '').replace(/^\.\//, '')
  return { name, bytes: Number.parseInt(block.toString('latin1', 124, 136), 8) || 0 }
}

function padded(bytes: number): number {
  return Math.ceil(bytes / blockBytes) * blockBytes
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function nameFrom(docker: unknown, oci: unknown): string | undefined {
  const tag = (docker as { RepoTags?: string[] }[] | undefined)?.[0]?.RepoTags?.[0]
  if (typeof tag === 'string') return tag
  const { annotations = {} } =
    (oci as { manifests?: { annotations?: Record<string, string> }[] })?.manifests?.[0] ?? {}
  return annotations['io.containerd.image.name'] ?? annotations['org.opencontainers.image.ref.name']
}
