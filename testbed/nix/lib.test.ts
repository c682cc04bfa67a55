import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Nix, noNix, openNix } from './support/open-nix.ts'

type Cases = Record<string, unknown>

/**
 * What the stand-in's lib must share with nixpkgs'. The expected values come from nixpkgs' lib; where NIXPKGS_LIB names
 * one, they are taken from it anew, and it is also what the other tests then evaluate with.
 */
describe.skipIf(noNix !== undefined)(`the stand-in's lib${noNix ? ` (${noNix})` : ''}`, () => {
  let nix: Nix
  beforeAll(async () => {
    nix = await openNix()
  })
  afterAll(() => nix.close())

  const evaluate = async (lib: string): Promise<Cases> => {
    const cases = `import ${import.meta.dirname}/lib-cases.nix { lib = import ${lib}; }`
    const { stdout, stderr } = await nix.run(['nix', 'eval', '--impure', '--json', '--expr', cases])
    expect(stderr).toBe('')
    return JSON.parse(stdout) as Cases
  }

  test('behaves as nixpkgs does in every recorded case', async () => {
    const { NIXPKGS_LIB } = process.env
    const recorded = JSON.parse(
      await readFile(join(import.meta.dirname, 'testdata/lib-cases.json'), 'utf8'),
    ) as Cases
    const expected = NIXPKGS_LIB ? await evaluate(NIXPKGS_LIB) : recorded
    expect(recorded).toEqual(expected)
    expect(await evaluate(join(import.meta.dirname, 'nixpkgs/lib'))).toEqual(expected)
  })
})
