# The second stage: Node and its libraries as an uncompressed cpio archive, because unpacking is what takes longest on
# the board. It comes over HTTP, and its hash is on the kernel command line.
{
  lib,
  runCommand,
  cpio,
  patchelf,
  arm,
}:
runCommand "flash-agent-runtime.cpio" {nativeBuildInputs = [cpio patchelf];} ''
  source ${./copy-programs.sh}
  mkdir root
  copyPrograms root ${lib.getExe arm.nodejs-slim_24}
  find root -exec touch -h -d @1 {} +
  cd root && find . -print0 | sort -z | cpio --quiet --null --create --format=newc --reproducible --owner=0:0 > $out
''
