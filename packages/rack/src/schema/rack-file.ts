import * as z from 'zod'
import { cluster, image, network } from './cluster.ts'
import { name, recipient, text } from './fields.ts'
import { appliance, host, service } from './house.ts'
import { shapeIssue } from './leaf.ts'
import { node, nodeDefaults } from './node.ts'

const secrets = z
  .strictObject({
    file: text(['secrets.sops.yaml'])
      .default('secrets.sops.yaml')
      .meta({ description: 'The SOPS file with the secrets of the cluster, relative to homerack.yaml.' }),
    recipients: z
      .array(recipient)
      .check(({ value, issues }) => {
        if (value.length > 0) return
        const cause = 'is empty: nobody could open the secrets'
        issues.push(
          shapeIssue(value, [], { code: 'E_NO_RECIPIENT', cause, hint: 'Make a key: age-keygen -o KEYFILE' }),
        )
      })
      .meta({
        description: 'Who can open it: age recipients.',
        examples: [['age13ztalas23fvm9w3gwyc2ug9gkdvcc4vas8g98q2m5svkmg0ycslsj07lux']],
      }),
  })
  .meta({ description: 'Where the secrets of the cluster are kept.' })

/** homerack.yaml as it is written. Its input type is what editors see. */
export const rackFile = z
  .strictObject({
    homerack: z.literal(1).meta({ description: 'Version of this file format.' }),
    name: name.meta({ description: 'Name of the rack and of its cluster.', examples: ['closet'] }),
    network,
    cluster,
    image,
    secrets,
    nodeDefaults,
    nodes: z.array(node).meta({ description: 'The boards of the cluster.' }),
    hosts: z.array(host).default([]).meta({ description: 'NixOS machines beside the cluster.' }),
    appliances: z
      .array(appliance)
      .default([])
      .meta({ description: 'Other things with a fixed address: named and reserved, not managed.' }),
    services: z
      .array(service)
      .default([])
      .meta({ description: 'What runs on the cluster.', examples: [['notes']] }),
  })
  .meta({ title: 'homerack.yaml', description: 'A rack: its boards, its network, and what runs on it.' })

export type RackFile = z.output<typeof rackFile>
