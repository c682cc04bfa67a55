import { create, type DescMessage, fromBinary, type MessageInitShape, toBinary } from '@bufbuild/protobuf'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  cluster,
  common,
  etcd,
  event,
  image,
  lifecycle,
  machine,
  resource,
  state,
  storage,
} from '../src/protocol.ts'

/** Bytes worked out by hand: tag = field number × 8 + wire type (0 varint, 2 length and bytes). */
const golden = <D extends DescMessage>(schema: D, hex: string, value: MessageInitShape<D>) => {
  const message: DescMessage = schema
  return {
    name: schema.typeName,
    schema: message,
    hex: hex.replaceAll(' ', ''),
    value: create(schema, value),
  }
}
const ab = new TextEncoder().encode('ab')
const containerd = { driver: 1, namespace: 2 }

const goldens = [
  golden(machine.ApplyConfigurationRequestSchema, '0a026162 2001 2801 3202085a', {
    data: ab,
    mode: 1,
    dryRun: true,
    tryModeTimeout: { seconds: 90n },
  }),
  golden(machine.ApplyConfigurationSchema, '120161 1801 220162', {
    warnings: ['a'],
    mode: 1,
    modeDetails: 'b',
  }),
  golden(machine.BootstrapRequestSchema, '0801 1001', { recoverEtcd: true, recoverSkipHashCheck: true }),
  golden(machine.RebootRequestSchema, '0802', { mode: 2 }),
  golden(machine.ShutdownRequestSchema, '0801', { force: true }),
  golden(machine.ResetRequestSchema, '0801 1001 1a09 0a055354415445 1001 220161 2801', {
    graceful: true,
    reboot: true,
    systemPartitionsToWipe: [{ label: 'STATE', wipe: true }],
    userDisksToWipe: ['a'],
    mode: 1,
  }),
  golden(machine.UpgradeRequestSchema, '0a0169 1001 1801 2001 2801', {
    image: 'i',
    preserve: true,
    stage: true,
    force: true,
    rebootMode: 1,
  }),
  golden(machine.ServiceStartRequestSchema, '0a0165', { id: 'e' }),
  golden(machine.ServiceStopRequestSchema, '0a0165', { id: 'e' }),
  golden(machine.ServiceRestartRequestSchema, '0a0165', { id: 'e' }),
  golden(machine.ServiceInfoSchema, '0a0165 120173 1a0a 0a08 0a016d 120173 1a00 2205 1001 1a016c', {
    id: 'e',
    state: 's',
    events: { events: [{ msg: 'm', state: 's', ts: {} }] },
    health: { healthy: true, lastMessage: 'l' },
  }),
  golden(machine.DmesgRequestSchema, '0801 1001', { follow: true, tail: true }),
  golden(machine.LogsRequestSchema, '0a0173 120165 1801 2001 28ffffffffffffffffff01', {
    namespace: 's',
    id: 'e',
    driver: 1,
    follow: true,
    tailLines: -1,
  }),
  golden(machine.ReadRequestSchema, '0a0170', { path: 'p' }),
  golden(machine.MetaWriteRequestSchema, '080a 12026162', { key: 10, value: ab }),
  golden(machine.GenerateClientConfigurationRequestSchema, '0a0172 1202083c', {
    roles: ['r'],
    crtTtl: { seconds: 60n },
  }),
  golden(machine.VersionSchema, '1206 0a0174 320161 1a06 0a016d 12016f 22020801', {
    version: { tag: 't', arch: 'a' },
    platform: { name: 'm', mode: 'o' },
    features: { rbac: true },
  }),
  golden(etcd.EtcdMemberListRequestSchema, '0801', { queryLocal: true }),
  golden(etcd.EtcdMemberSchema, '10ac02 1a0168 220170 2a0163 3001', {
    id: 300n,
    hostname: 'h',
    peerUrls: ['p'],
    clientUrls: ['c'],
    isLearner: true,
  }),
  golden(etcd.EtcdMembersSchema, '120161 1a021001', { legacyMembers: ['a'], members: [{ id: 1n }] }),
  golden(etcd.EtcdMemberStatusSchema, '0a0170 1001 1802 2003 2804 3005 3806 420165 4801 5007 5a0173', {
    protocolVersion: 'p',
    dbSize: 1n,
    dbSizeInUse: 2n,
    leader: 3n,
    raftIndex: 4n,
    raftTerm: 5n,
    raftAppliedIndex: 6n,
    errors: ['e'],
    isLearner: true,
    memberId: 7n,
    storageVersion: 's',
  }),
  golden(etcd.EtcdRemoveMemberByIDRequestSchema, '08ac02', { memberId: 300n }),
  golden(etcd.EtcdMemberAlarmSchema, '0801 1002', { memberId: 1n, alarm: 2 }),
  golden(event.EventsRequestSchema, '0801 120161 1802 220162', {
    tailEvents: 1,
    tailId: 'a',
    tailSeconds: 2,
    withActorId: 'b',
  }),
  golden(event.EventSchema, '1203 0a0174 1a0169 220161', { data: { typeUrl: 't' }, id: 'i', actorId: 'a' }),
  golden(lifecycle.LifecycleServiceInstallRequestSchema, '0a04 0801 1002 1203 0a0169 1a03 0a0164', {
    containerd,
    source: { imageName: 'i' },
    destination: { disk: 'd' },
  }),
  golden(lifecycle.LifecycleServiceUpgradeRequestSchema, '0a04 0801 1002 1203 0a0169', {
    containerd,
    source: { imageName: 'i' },
  }),
  golden(lifecycle.LifecycleServiceUpgradeResponseSchema, '0a02 1001', {
    progress: { response: { case: 'exitCode', value: 1 } },
  }),
  golden(image.ImageServiceListRequestSchema, '0a04 0801 1002', { containerd }),
  golden(image.ImageServiceListResponseSchema, '0a016e 120164 1805 2200 2a06 0a016b 120176', {
    name: 'n',
    digest: 'd',
    size: 5n,
    createdAt: {},
    labels: { k: 'v' },
  }),
  golden(image.ImageServicePullRequestSchema, '0a04 0801 1002 1a0169', { containerd, imageRef: 'i' }),
  golden(image.ImageServicePullResponseSchema, '1209 0a016c 1204 1801 2002', {
    response: { case: 'pullProgress', value: { layerId: 'l', progress: { offset: 1n, total: 2n } } },
  }),
  golden(image.ImageServiceImportRequestSchema, '0a04 0801 1002', {
    request: { case: 'containerd', value: containerd },
  }),
  golden(image.ImageServiceImportRequestSchema, '1204 1202 6162', {
    request: { case: 'imageChunk', value: { bytes: ab } },
  }),
  golden(image.ImageServiceRemoveRequestSchema, '0a04 0801 1002 120169', { containerd, imageRef: 'i' }),
  golden(storage.BlockDeviceWipeRequestSchema, '0a0b 0a016e 1001 1801 2001 2801', {
    devices: [
      { device: 'n', method: 1, skipVolumeCheck: true, dropPartition: true, skipSecondaryCheck: true },
    ],
  }),
  golden(
    storage.DiskSchema,
    '0801 12016d 1a0164 22016e 2a0173 320161 3a0175 420177 4803 520162 5801 620173 6801',
    {
      size: 1n,
      model: 'm',
      deviceName: 'd',
      name: 'n',
      serial: 's',
      modalias: 'a',
      uuid: 'u',
      wwid: 'w',
      type: 3,
      busPath: 'b',
      systemDisk: true,
      subsystem: 's',
      readonly: true,
    },
  ),
  golden(cluster.HealthCheckRequestSchema, '0a020802 1209 0a0161 120162 1a0163', {
    waitTimeout: { seconds: 2n },
    clusterInfo: { controlPlaneNodes: ['a'], workerNodes: ['b'], forceEndpoint: 'c' },
  }),
  golden(state.GetRequestSchema, '0a016e 120174 1a0169 2200', {
    namespace: 'n',
    type: 't',
    id: 'i',
    options: {},
  }),
  golden(state.ListRequestSchema, '0a016e 120174 1a11 0a0a 0a08 0a016b 1001 1a0176 1203 0a0172', {
    namespace: 'n',
    type: 't',
    options: { labelQuery: [{ terms: [{ key: 'k', op: 1, value: ['v'] }] }], idQuery: { regexp: 'r' } },
  }),
  golden(state.WatchRequestSchema, '0a016e 120174 1a0169 2206 0801 1002 2801 2801', {
    namespace: 'n',
    type: 't',
    id: 'i',
    options: { bootstrapContents: true, tailEvents: 2, aggregated: true },
    apiVersion: 1,
  }),
  golden(state.EventSchema, '0a00 1002 1a00 220165 2a026162', {
    resource: {},
    eventType: 2,
    old: {},
    error: 'e',
    bookmark: ab,
  }),
  golden(
    resource.ResourceSchema,
    '0a15 0a016e 120174 1a0169 220176 2a016f 320170 4a0166 1206 0a0161 120179',
    {
      metadata: {
        namespace: 'n',
        type: 't',
        id: 'i',
        version: 'v',
        owner: 'o',
        phase: 'p',
        finalizers: ['f'],
      },
      spec: { protoSpec: new TextEncoder().encode('a'), yamlSpec: 'y' },
    },
  ),
  golden(common.MetadataSchema, '0a0168 120165 1a05 0803 12016d', {
    hostname: 'h',
    error: 'e',
    status: { code: 3, message: 'm' },
  }),
]

test.for(goldens)('$name is $hex', ({ schema, hex, value }) => {
  expect(Buffer.from(toBinary(schema, value)).toString('hex')).toBe(hex)
  expect(toBinary(schema, fromBinary(schema, Buffer.from(hex, 'hex')))).toEqual(toBinary(schema, value))
})

test('the calls have the names that Talos listens for', () => {
  const services = [machine.MachineService, lifecycle.LifecycleService, image.ImageService]
  const others = [storage.StorageService, cluster.ClusterService, state.State]
  const paths = [...services, ...others].flatMap(({ typeName, methods }) =>
    methods.map(({ name, methodKind }) => `/${typeName}/${name} ${methodKind}`),
  )
  expect(paths).toMatchSnapshot()
})

test('cut and garbled messages are refused or read, never worse', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...goldens),
      fc.nat(64),
      fc.uint8Array({ maxLength: 8 }),
      (each, length, tail) => {
        const bytes = Buffer.concat([Buffer.from(each.hex, 'hex').subarray(0, length), tail])
        try {
          fromBinary(each.schema, bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Error)
        }
      },
    ),
  )
})
