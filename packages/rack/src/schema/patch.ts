import * as z from 'zod'
import { text } from './fields.ts'
import { shapeIssue } from './leaf.ts'

const patchMap = z
  .strictObject({
    file: text(['patches/all.yaml'])
      .optional()
      .meta({ description: 'A patch file, relative to homerack.yaml.' }),
    inline: z
      .unknown()
      .optional()
      .meta({
        description: 'The patch itself.',
        examples: [{ machine: { sysctls: { 'vm.swappiness': '1' } } }],
      }),
  })
  .check(({ value, issues }) => {
    const both = value.file !== undefined && value.inline !== undefined
    const neither = value.file === undefined && value.inline === undefined
    if (!both && !neither) return
    const cause = both ? 'has both file and inline' : 'has neither file nor inline'
    const hint = both ? 'Make two patches of it: they are applied in order.' : 'Write file: or inline:.'
    issues.push(shapeIssue(value, [], { code: 'E_PATCH_CHOICE', cause, hint }))
  })

/** A patch as written: a file name, `{ file }` or `{ inline }`. */
export const patch = z.union([text(['patches/all.yaml']), patchMap])

export const patches = z
  .array(patch)
  .default([])
  .meta({ examples: [['patches/all.yaml']] })
