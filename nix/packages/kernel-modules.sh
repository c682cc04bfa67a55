# copyModules TREE FOLDER REQUIRED… [--optional NAME…]: copies kernel modules and what they depend on, unpacked, with
# names that sort in the order in which they are loaded. A required module must exist, or be built into the kernel.
copyModules() {
  local tree=$1 folder=$2 optional='' name line module number=100
  declare -A copied
  shift 2
  mkdir -p "$folder"
  for name in "$@"; do
    if [ "$name" = --optional ]; then optional=yes && continue; fi
    # Module names take - and _ for each other.
    line=$(grep -E "^[^:]*/${name//[-_]/[-_]}\.ko(\.[a-z]+)?:" "$tree/modules.dep" || true)
    if [ -z "$line" ]; then
      if [ -n "$optional" ] || grep -qE "/${name//[-_]/[-_]}\.ko$" "$tree/modules.builtin"; then continue; fi
      echo "the kernel has no module $name" >&2
      return 1
    fi
    # modules.dep names what a module needs from the nearest to the farthest.
    for module in $(echo "${line/:/}" | tr ' ' '\n' | tac); do
      if [ -n "${copied[$module]-}" ]; then continue; fi
      copied[$module]=yes
      number=$((number + 1))
      unpackModule "$tree/$module" "$folder/$number-$(basename "${module%%.ko*}").ko"
    done
  done
}

unpackModule() {
  case $1 in
    *.xz) xz -dc "$1" >"$2" ;;
    *.zst) zstd -qdc "$1" >"$2" ;;
    *) cp --no-preserve=mode "$1" "$2" ;;
  esac
}
