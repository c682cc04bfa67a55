/** Where our configs differ from those of `talosctl gen config`, and why. Nothing else may differ. */
export const deliberateDifferences: readonly { readonly where: RegExp; readonly why: string }[] = [
  { where: /^HostnameConfig: (auto|hostname)$/, why: 'the rack names its nodes; Talos would derive a name' },
  {
    where: /^LinkConfig end0: /,
    why: 'a fixed address and the default route from the rack, instead of DHCP',
  },
  { where: /^Layer2VIPConfig 192\.168\.10\.50: /, why: 'the address that the control planes share' },
  {
    where: /^ResolverConfig: (apiVersion|kind|nameservers.*|searchDomains.*)$/,
    why: 'name servers and domain of the rack',
  },
  { where: /^TimeSyncConfig: /, why: 'time servers of the rack' },
  {
    where: /^VolumeConfig EPHEMERAL: (apiVersion|kind|name|provisioning.*)$/,
    why: 'EPHEMERAL is capped: it can never shrink',
  },
  { where: /^UserVolumeConfig data: /, why: 'the rest of the one disk, as the rack divides it' },
  { where: /^WatchdogTimerConfig: /, why: 'a board that hangs resets itself' },
]
