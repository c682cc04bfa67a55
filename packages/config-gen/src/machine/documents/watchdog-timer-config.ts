import { type ConfigDocument, document } from '../config-document.ts'

/**
 * The board resets itself when Talos hangs for two minutes: Ethernet stalls have been seen on Pi 5. The chip
 * counts to 15 s at most; Linux feeds it in between and lets go at the longer limit.
 */
export function watchdogTimerConfig(): readonly ConfigDocument[] {
  return [document('WatchdogTimerConfig', { device: '/dev/watchdog0', timeout: '2m0s' })]
}
