import { type Fault, FaultError, faultsOf } from '@homerack/errors'
import { rollOut } from '@homerack/k8s-deploy'
import type { Service } from '@homerack/rack'
import type { ServiceState } from '../events/provision-event.ts'
import { planService } from '../services/plan-service.ts'
import type { Run } from './run.ts'

/** How long a service may take to become ready. */
const readyWithin = 10 * 60_000

/**
 * Brings services up, each once those it comes after are ready; services that do not wait for each other go
 * side by side. One that fails stops only those after it.
 */
export async function deployServices(run: Run, names: readonly string[]): Promise<Fault[]> {
  const wanted = run.site.rack.services.filter(({ name }) => names.includes(name))
  if (wanted.length === 0) return []
  const failed: Fault[] = []
  const done = new Map<string, Promise<boolean>>()
  const deploy = async (service: Service): Promise<boolean> => {
    const before = await Promise.all(service.after.map((name) => done.get(name) ?? true))
    try {
      if (before.includes(false)) throw new FaultError(stopped(service))
      await deployService(run, service)
      return true
    } catch (error) {
      const faults = faultsOf(error)
      if (!faults) throw error
      failed.push(...faults)
      run.events.emit({ type: 'service', service: service.name, state: { kind: 'failed', faults } })
      return false
    }
  }
  for (const service of inOrder(wanted)) done.set(service.name, deploy(service))
  await Promise.all(done.values())
  return failed
}

async function deployService(run: Run, service: Service): Promise<void> {
  const { events, journal, observer, signal } = run
  const { name } = service
  const tell = (state: ServiceState) => events.emit({ type: 'service', service: name, state })
  const cluster = await observer.kubernetes()
  const plan = await planService(cluster, service, await observer.declared(service), signal)
  journal.write({ step: 'deploy', subject: name, status: 'begin' })
  await rollOut({
    cluster,
    plan,
    timeoutMs: readyWithin,
    signal,
    onEvent: (event) => {
      if (event.type === 'waiting') return tell({ kind: 'rolling out', waitsFor: event.reason })
      if (event.type === 'rolling back') {
        return tell({
          kind: 'rolling out',
          waitsFor: `goes back to revision ${event.revision}: ${event.reason}`,
        })
      }
      tell({ kind: 'applying', done: event.done, total: event.total })
    },
  })
  journal.write({ step: 'deploy', subject: name, status: 'done' })
  tell({ kind: 'ready' })
}

/** Every service behind those it comes after. The file was checked for cycles. */
function inOrder(services: readonly Service[]): Service[] {
  const ordered: Service[] = []
  const visit = (service: Service) => {
    if (ordered.includes(service)) return
    for (const name of service.after) {
      const before = services.find((other) => other.name === name)
      if (before) visit(before)
    }
    ordered.push(service)
  }
  for (const service of services) visit(service)
  return ordered
}

function stopped(service: Service): Fault {
  return {
    code: 'E_SERVICE_BEFORE',
    subject: service.name,
    cause: `not deployed, because one of ${service.after.join(', ')} failed`,
  }
}
