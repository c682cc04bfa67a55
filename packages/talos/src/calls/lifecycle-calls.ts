import { createClient } from '@connectrpc/connect'
import { FaultError } from '@homerack/errors'
import type { CallOptions } from '../connection/caller.ts'
import { LifecycleService, type LifecycleServiceInstallProgress } from '../gen/machine/lifecycle_pb.js'
import { containerdOf, type ImageNamespace } from './containerd.ts'
import type { Link } from './link.ts'

const installerTimeout = 30 * 60_000

/**
 * The installer (Talos 1.13 and later). It does nothing but install: no drain, no reboot, no guard of etcd's
 * quorum. Pull the image first and give the name that the pull returned.
 */
export function lifecycleCalls({ address, transport, caller }: Link) {
  const lifecycle = createClient(LifecycleService, transport)
  return {
    /** Yields what the installer says. @throws FaultError E_TALOS_INSTALLER if it fails. */
    lifecycleInstall: (
      request: { image: string; disk: string; namespace?: ImageNamespace },
      options: CallOptions = {},
    ): AsyncGenerator<string, void> => {
      const rpc = 'LifecycleService.Install'
      const message = {
        containerd: containerdOf(request.namespace ?? 'system'),
        source: { imageName: request.image },
        destination: { disk: request.disk },
      }
      const patient = { timeoutMs: installerTimeout, ...options }
      return followInstaller(
        caller.stream(rpc, (wire) => lifecycle.install(message, wire), patient),
        address,
        rpc,
      )
    },

    /** Yields what the installer says. @throws FaultError E_TALOS_INSTALLER if it fails. */
    lifecycleUpgrade: (
      request: { image: string; namespace?: ImageNamespace },
      options: CallOptions = {},
    ): AsyncGenerator<string, void> => {
      const rpc = 'LifecycleService.Upgrade'
      const message = {
        containerd: containerdOf(request.namespace ?? 'system'),
        source: { imageName: request.image },
      }
      const patient = { timeoutMs: installerTimeout, ...options }
      return followInstaller(
        caller.stream(rpc, (wire) => lifecycle.upgrade(message, wire), patient),
        address,
        rpc,
      )
    },
  }
}

/** A failed installer shows in its exit code only: the call itself succeeds. */
async function* followInstaller(
  responses: AsyncIterable<{ progress?: LifecycleServiceInstallProgress | undefined }>,
  subject: string,
  rpc: string,
): AsyncGenerator<string, void> {
  let last = ''
  let exitCode: number | undefined
  for await (const { progress } of responses) {
    if (progress?.response.case === 'exitCode') exitCode = progress.response.value
    if (progress?.response.case === 'message') {
      last = progress.response.value
      yield last
    }
  }
  if (exitCode === 0) return
  const outcome = exitCode === undefined ? 'ended without an exit code' : `ended with exit code ${exitCode}`
  const cause = `${rpc}: the installer ${outcome}${last && `: ${last}`}`
  throw new FaultError({
    code: 'E_TALOS_INSTALLER',
    subject,
    cause,
    hint: 'The running system is unchanged.',
  })
}
