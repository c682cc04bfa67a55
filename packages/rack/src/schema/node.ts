import * as z from 'zod'
import {
  address,
  boardSerial,
  labelKey,
  labelValue,
  mac,
  name,
  size,
  sizeOrRest,
  sizeRule,
  taint,
  text,
  volumeName,
} from './fields.ts'
import { shapeIssue } from './leaf.ts'
import { patches } from './patch.ts'

const volume = z.strictObject({
  name: volumeName.meta({ description: 'Its name. A user volume is mounted at /var/mnt/<name>.' }),
  size: sizeOrRest.meta({ description: 'Its size, or rest for what is left.' }),
  kind: z
    .enum(['user', 'raw'])
    .default('user')
    .meta({ description: 'user: formatted and mounted. raw: a bare partition, as Ceph wants it.' }),
})

const disk = z
  .strictObject({
    size: sizeRule
      .optional()
      .meta({ description: 'What the disk must be before it is touched. This or serial is needed.' }),
    serial: text(['S6XNNS0W103'])
      .optional()
      .meta({ description: 'Serial number of the one disk that may be written.' }),
    system: size
      .optional()
      .meta({ description: 'Cap of the system volume (EPHEMERAL). It cannot shrink later.' }),
    volumes: z
      .array(volume)
      .optional()
      .meta({
        description: 'What the disk is divided into after the system.',
        examples: [[{ name: 'data', size: 'rest' }]],
      }),
  })
  .meta({ description: 'The NVMe disk: how to recognise it and how to divide it.' })

const slot = z
  .number()
  .check(({ value, issues }) => {
    if (Number.isInteger(value) && value >= 1 && value <= 1000) return
    issues.push(
      shapeIssue(value, [], { code: 'E_SLOT', cause: `${value} is not a slot: count from 1 to 1000` }),
    )
  })
  .meta({ description: 'Its place in the rack, counted from 1.', examples: [1] })

const keyed = <T extends z.ZodType<string, string>>(value: T) => z.record(labelKey, value).optional()

/** What nodeDefaults may say for all nodes. */
const shared = {
  board: z.literal('raspberry-pi-5').optional().meta({ description: 'The kind of board.' }),
  role: z.enum(['controlplane', 'worker']).optional().meta({
    description: 'controlplane: carries etcd and the Kubernetes API. worker: carries services only.',
  }),
  disk: disk.optional(),
  labels: keyed(labelValue).meta({
    description: 'Kubernetes node labels.',
    examples: [{ 'example.com/disk': 'fast' }],
  }),
  taints: keyed(taint).meta({
    description: 'Kubernetes node taints: key to value:Effect.',
    examples: [{ 'example.com/radio': 'true:NoSchedule' }],
  }),
  patches: patches.meta({ description: 'Machine config patches, after those of its role.' }),
}

export const nodeDefaults = z.strictObject(shared).prefault({}).meta({
  description: 'What every node has unless it says otherwise. disk, labels and taints are merged key by key.',
})

export const node = z.strictObject({
  name: name.meta({ description: 'Host name.' }),
  slot,
  serial: boardSerial.meta({ description: 'Serial of the board, eight hex digits.' }),
  mac: mac.meta({ description: 'MAC address of its Ethernet port.' }),
  address: address.meta({ description: 'Its fixed address.' }),
  ...shared,
})
