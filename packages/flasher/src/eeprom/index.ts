export {
  type BootSetting,
  checkBootConfig,
  type ProvisioningSettings,
  parseBootConfig,
  provisioningConfig,
  setBootSetting,
} from './boot-config.ts'
export { CARD_BYTES, type EepromCardOptions, eepromCard } from './eeprom-card.ts'
export { knownLimits } from './known-limits.ts'
export { type Eeprom, readEeprom } from './read-eeprom.ts'
export { type EepromFile, readEepromFile, replaceEepromFile, setUpdateTime } from './replace-file.ts'
export type { Section } from './sections.ts'
export { describeBootOrder } from './settings.ts'
export {
  type EepromSignature,
  formatPublicKey,
  formatSignature,
  parseSignature,
  verifySignature,
} from './signature.ts'
