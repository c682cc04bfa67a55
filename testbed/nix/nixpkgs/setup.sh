# A small stand-in for stdenv's setup: PATH, hooks and phases, nothing else.
set -eo pipefail
shopt -s nullglob
export HOME=/homeless-shelter SOURCE_DATE_EPOCH=315532800 LC_ALL=C.UTF-8 TZ=UTC
PATH=$hostPath
for input in $nativeBuildInputs $buildInputs; do
  if [ -d "$input/bin" ]; then PATH=$input/bin:$PATH; fi
  if [ -f "$input/nix-support/setup-hook" ]; then . "$input/nix-support/setup-hook"; fi
done
export PATH
runHook() { if [ -n "${!1-}" ]; then eval "${!1}"; fi; }

# Phases
if [ -n "${buildCommand-}" ]; then
  eval "$buildCommand"
  exit 0
fi
if [ -n "${buildCommandPath-}" ]; then
  . "$buildCommandPath"
  exit 0
fi
if [ -n "${src-}" ]; then
  cp -r "$src" source
  chmod -R u+w source
  cd source
fi
for phase in buildPhase checkPhase installPhase installCheckPhase; do
  if [ "$phase" = checkPhase ] && [ -z "${doCheck-}" ]; then continue; fi
  if [ "$phase" = installCheckPhase ] && [ -z "${doInstallCheck-}" ]; then continue; fi
  if [ -n "${!phase-}" ]; then eval "${!phase}"; fi
done
