# makeWrapper PROGRAM WRAPPER [--add-flags FLAGS] [--set NAME VALUE] [--set-default NAME VALUE] [--prefix NAME SEPARATOR VALUE]
makeWrapper() {
  local program=$1 wrapper=$2 flags='' lines=''
  shift 2
  while (($# > 0)); do
    case $1 in
      --add-flags) flags+=" $2"; shift 2 ;;
      --set) lines+="export $2='$3'"$'\n'; shift 3 ;;
      --set-default) lines+="export $2=\"\${$2-$3}\""$'\n'; shift 3 ;;
      --prefix) lines+="export $2=\"$4\${$2:+$3\$$2}\""$'\n'; shift 4 ;;
      *) echo "makeWrapper: $1 is not played" >&2; return 1 ;;
    esac
  done
  mkdir -p "$(dirname "$wrapper")"
  printf '#!/bin/bash\n%sexec %s%s "$@"\n' "$lines" "$program" "$flags" > "$wrapper"
  chmod +x "$wrapper"
}
makeBinaryWrapper() { makeWrapper "$@"; }
