import { type Call, type Role, refuse } from './call.ts'

const readers: Role[] = ['os:admin', 'os:operator', 'os:reader']
const operators: Role[] = ['os:admin', 'os:operator']
const backup: Role[] = [...readers, 'os:etcd:backup']

const methods = (service: string, roles: Role[], names: string): [string, Role[]][] =>
  names.split(' ').map((name) => [`${service}/${name}`, roles])

/** Who may call what, as in Talos 1.13 and 1.14 (`machined.go`). What is not listed takes an administrator. */
const rules = new Map<string, Role[]>([
  ...methods(
    'machine.MachineService',
    readers,
    'Dmesg Events Hostname Logs Memory ServiceList Version ApplyConfiguration',
  ),
  ...methods('machine.MachineService', backup, 'EtcdAlarmList EtcdMemberList EtcdStatus'),
  ...methods(
    'machine.MachineService',
    operators,
    'EtcdAlarmDisarm EtcdDefragment Reboot ServiceRestart ServiceStart ServiceStop Shutdown',
  ),
  ['machine.MachineService/EtcdSnapshot', [...operators, 'os:etcd:backup']],
  ['machine.MachineService/MetaWrite', ['os:admin', 'os:meta:writer']],
  ...methods('machine.ImageService', readers, 'List'),
  ...methods('machine.ImageService', operators, 'Pull'),
  ...methods('cosi.resource.State', readers, 'Get List Watch'),
  ...methods('storage.StorageService', readers, 'Disks BlockDeviceWipe'),
  ...methods('cluster.ClusterService', readers, 'HealthCheck'),
  ...methods('time.TimeService', readers, 'Time TimeCheck'),
])

/** Methods that a reader may call in maintenance mode only. */
const maintenanceOnly = new Set([
  'machine.MachineService/ApplyConfiguration',
  'storage.StorageService/BlockDeviceWipe',
])

/** @throws ConnectError PermissionDenied, as Talos does */
export function authorize(method: string, { roles, maintenance }: Pick<Call, 'roles' | 'maintenance'>): void {
  const allowed =
    maintenanceOnly.has(method) && !maintenance ? ['os:admin'] : (rules.get(method) ?? ['os:admin'])
  if (!allowed.some((role) => roles.has(role))) throw refuse('PermissionDenied', 'not authorized')
}
