#!/usr/bin/env node
import { enableCompileCache } from 'node:module'
import { faultsOf, formatFault } from '@homerack/errors'
import { Command, InvalidArgumentError, Option } from 'commander'

// Commands import what they need when they run, so that --help answers at once; V8 keeps what it compiled for the next run.
enableCompileCache()

// Before anything uses them: a disk that is written and read back keeps more than Node's four threads waiting.
process.env.UV_THREADPOOL_SIZE ??= '8'

// Nobody has to listen to the end, as with `| head`: the work goes on.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

const program = new Command('flasher')
  .description('Disk images, netboot and bootloaders for Raspberry Pi 5 boards.')
  .showHelpAfterError('(flasher --help shows what there is)')

const cache = new Option(
  '--cache <folder>',
  'where framed images are kept (default: the cache folder of the user)',
)
const json = new Option('--json', 'one JSON object a line instead of words')
const systemRoot = new Option('--system-root <folder>', 'where /sys and /proc are').default('/').hideHelp()

program
  .command('serve')
  .description('netboot: proxy DHCP, TFTP and HTTP for the boards named, until it is stopped')
  .requiredOption('--listen <address>', 'IPv4 address of the interface that the boards are connected to')
  .requiredOption('--board <name=serial,mac[,address]>', 'a board that may boot (repeat)', list)
  .requiredOption('--image <file>', 'what is flashed: raw, xz, zstd or gzip')
  .requiredOption('--kernel <file>', 'arm64 kernel: raw, gzip or EFI zboot')
  .option('--initramfs <file>', 'with the first stage of the flash agent')
  .option('--runtime <file>', 'its second stage, unless that is in the initramfs: Node, as a cpio archive')
  .option('--file <name=path>', 'another file of the boot folder, such as a device tree (repeat)', list)
  .option(
    '--flash <name=disk,bytes>',
    'arm a board: write the image to the disk with this serial and size (repeat)',
    list,
  )
  .option('--erase <name>', 'what is on this board’s disk may go (repeat)', list)
  .addOption(
    new Option('--mode <mode>', 'how boards learn the address')
      .choices(['proxy-dhcp', 'tftp-address', 'dhcp'])
      .default('proxy-dhcp'),
  )
  .option(
    '--network <cidr>',
    'with --mode dhcp, where nothing else leases: the network of the boards’ addresses',
  )
  .option('--router <address>', 'with --mode dhcp: the way out of that network')
  .option('--dns <address>', 'with --mode dhcp: a name server (repeat)', list)
  .option('--advertise <address>', 'what boards are told, if it is not --listen')
  .option('--tftp-port <port>', '', port, 69)
  .option('--dhcp-port <port>', '', port, 67)
  .option('--http-port <port>', '', port, 8069)
  .option('--pxe-machine <name=mac>', 'another machine that may boot by PXE (repeat)', list)
  .option('--pxe-file <kind=path>', 'its boot file; kinds: bios, ipxe, uefi-x64, uefi-arm64 (repeat)', list)
  .option('--pxe-port <port>', '', port, 4011)
  .option('--capture <file>', 'write a pcap of the DHCP and TFTP packets seen')
  .addOption(cache)
  .addOption(json)
  .action(async (options) => (await import('./commands/serve.ts')).serve(options))

program
  .command('write <image> <disk>')
  .description('write an image to a disk of this machine, read it back, and compare')
  .option('--disk <serial>', 'serial of the disk, to be sure that it is the one; it must be empty')
  .option('--erase <serial>', 'the same, and what is on it may go')
  .addOption(cache)
  .addOption(json)
  .addOption(systemRoot)
  .action(async (image: string, disk: string, options) =>
    (await import('./commands/write.ts')).write(image, disk, options),
  )

program
  .command('verify <image> <disk>')
  .description('compare a disk with an image, and write nothing')
  .addOption(cache)
  .addOption(json)
  .addOption(systemRoot)
  .action(async (image: string, disk: string, options) =>
    (await import('./commands/verify.ts')).verify(image, disk, options),
  )

program
  .command('inspect <path>')
  .description('what an image or a disk holds, and whether a Raspberry Pi 5 would boot it')
  .addOption(cache)
  .addOption(json)
  .addOption(systemRoot)
  .action(async (path: string, options) => (await import('./commands/inspect.ts')).inspect(path, options))

program
  .command('image <file>')
  .description(
    'make an image ready to be served: skip its holes, recompress it into frames; kept for the next time',
  )
  .option('--kernel', 'the file is an arm64 kernel: unwrap it from EFI zboot')
  .option('--out <file>', 'where the kernel goes')
  .option('--gzip', 'pack the kernel with gzip, which a Raspberry Pi boots too')
  .addOption(cache)
  .addOption(json)
  .action(async (file: string, options) => (await import('./commands/image.ts')).image(file, options))

program
  .command('eeprom-inspect <image>')
  .description('version, settings and known limits of a bootloader image')
  .addOption(json)
  .action(async (image: string, options) =>
    (await import('./commands/eeprom.ts')).eepromInspect(image, options),
  )

program
  .command('eeprom-edit <image>')
  .description('a copy of a bootloader image with other settings, and its .sig')
  .requiredOption('--out <file>', 'the new image; its .sig goes beside it')
  .option('--config <file>', 'a whole bootconf.txt')
  .option('--set <name=value>', 'one setting (repeat)', list)
  .option('--time <seconds>', 'since 1970, for the .sig (default: now)', seconds)
  .action(async (image: string, options) => (await import('./commands/eeprom.ts')).eepromEdit(image, options))

program
  .command('eeprom-card')
  .description('the image of a microSD card that sets the bootloader of a Raspberry Pi 5')
  .requiredOption('--firmware <folder>', 'official firmware-2712 files: recovery.bin and pieeprom-*.bin')
  .requiredOption('--out <file>', 'the card’s image; write it with: flasher write')
  .option('--eeprom <file>', 'a pieeprom-*.bin of the folder (default: the newest)')
  .option('--tftp <address>', 'the operator’s address, so that no proxy DHCP is needed')
  .option('--config <file>', 'a whole bootconf.txt instead of homerack’s settings')
  .option('--reboot', 'boot on when it is done, instead of waiting with a green screen')
  .option('--reusable', 'leave the card as it is, for many boards')
  .option('--time <seconds>', 'since 1970, for the .sig (default: now)', seconds)
  .action(async (options) => (await import('./commands/eeprom-card.ts')).eepromCardCommand(options))

program
  .command('doctor')
  .description('whether this machine can serve: addresses, ports, privileges, other DHCP servers')
  .option('--listen <address>', 'IPv4 address of the interface that the boards are connected to')
  .option('--tftp-port <port>', '', port, 69)
  .option('--dhcp-port <port>', '', port, 67)
  .option('--http-port <port>', '', port, 8069)
  .option('--wait <seconds>', 'how long to listen for other DHCP servers', seconds, 3)
  .addOption(json)
  .action(async (options) => (await import('./commands/doctor.ts')).doctor(options))

function list(value: string, before: readonly string[] = []): string[] {
  return [...before, value]
}

function port(text: string): number {
  const number = Number(text)
  if (Number.isInteger(number) && number >= 0 && number <= 65535) return number
  throw new InvalidArgumentError('A port, from 0 to 65535.')
}

function seconds(text: string): number {
  const number = Number(text)
  if (/^\d{1,10}$/.test(text) && number <= 0xffffffff) return number
  throw new InvalidArgumentError('A number of seconds.')
}

try {
  await program.parseAsync()
} catch (error) {
  const faults = faultsOf(error)
  if (!faults) throw error
  process.stderr.write(`${faults.map(formatFault).join('\n\n')}\n`)
  process.exitCode = 1
}
