/**
 * The settings of a `config.txt` that hold on a Raspberry Pi 5. A section in brackets limits what follows;
 * the last setting of a name wins. Sections that depend on the board's serial, EEPROM or display are left out.
 */
export function readConfigTxt(text: string): Map<string, string> {
  const settings = new Map<string, string>()
  let holds = true
  for (const line of text.split(/\r?\n/)) {
    const section = /^\s*\[(.+)\]/.exec(line)?.[1]
    if (section !== undefined) holds = section === 'all' || section === 'pi5'
    const setting = /^\s*([^#=\s][^=]*?)\s*=\s*(.*?)\s*$/.exec(line)
    if (holds && setting?.[1]) settings.set(setting[1], setting[2] ?? '')
  }
  return settings
}
