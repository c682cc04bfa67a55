import * as z from 'zod'
import { address, name, size, text } from './fields.ts'

export const host = z.strictObject({
  name: name.meta({ description: 'Host name.', examples: ['zimablade'] }),
  address: address.meta({ description: 'Its fixed address.', examples: ['192.168.10.2'] }),
  configuration: text(['zimablade']).meta({ description: 'Its NixOS configuration in the flake.' }),
  does: z
    .array(text(['netboot']))
    .default([])
    .meta({ description: 'Its jobs in the house.', examples: [['netboot']] }),
})

const nfsExport = z.strictObject({
  name: name.meta({ description: 'Name that others use for it.', examples: ['media'] }),
  nfs: text(['/volume1/media']).meta({ description: 'Path that the appliance exports over NFS.' }),
  size: size.optional().meta({ description: 'How large it is.', examples: ['70 TB'] }),
})

export const appliance = z.strictObject({
  name: name.meta({ description: 'Host name.', examples: ['nas'] }),
  kind: z
    .enum(['synology', 'kodi', 'home-assistant-os', 'other'])
    .meta({ description: 'What kind of thing it is.' }),
  address: address.meta({ description: 'Its address, reserved for it.', examples: ['192.168.10.5'] }),
  exports: z.array(nfsExport).default([]).meta({ description: 'What it shares.' }),
  plays: z
    .array(name)
    .default([])
    .meta({ description: 'Names of exports that it plays from.', examples: [['media']] }),
})

const serviceMap = z.strictObject({
  name: name.meta({ description: 'Name of the service.', examples: ['notes'] }),
  manifests: text(['services/notes']).optional().meta({
    description:
      'What it consists of: a folder of manifests, a kustomization, a Helm chart, or a module (.ts, .js). Without it: services/<name>.',
  }),
  values: z
    .record(z.string(), z.unknown())
    .default({})
    .meta({
      description: 'Values of the chart, or what the function of the module is given. No secrets.',
      examples: [{ host: 'shop.home.arpa' }],
    }),
  available: z
    .enum(['always', 'usual'])
    .default('usual')
    .meta({ description: 'always: two replicas at least, no gap during an upgrade.' }),
  radio: z
    .strictObject({
      node: name.meta({ description: 'The node that the radio is plugged into.' }),
      device: text(['/dev/serial/by-id/usb-zigbee']).meta({ description: 'The device on that node.' }),
    })
    .optional()
    .meta({ description: 'A USB radio, which ties the service to one node.' }),
  after: z
    .array(name)
    .default([])
    .meta({ description: 'Services that must be ready first.', examples: [['local-path']] }),
})

/** A service as written: `notes`, or a map that says more. */
export const service = z.union([name.meta({ examples: ['notes'] }), serviceMap])
