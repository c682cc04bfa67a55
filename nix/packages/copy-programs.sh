# copyPrograms ROOT PROGRAM…: puts programs of another architecture into a root folder as /bin/NAME, with the loader and
# the libraries that they name, each at the path where the program looks for it. Nothing of them is run.
copyPrograms() {
  local root=$1 program
  shift
  for program in "$@"; do
    mkdir -p "$root/bin"
    cp --no-preserve=mode -L "$program" "$root/bin/$(basename "$program")"
    chmod 755 "$root/bin/$(basename "$program")"
    copyNeeded "$root" "$program"
  done
}

copyNeeded() {
  local root=$1 file=$2 path=${3-} interpreter library folder found
  if interpreter=$(patchelf --print-interpreter "$file" 2>/dev/null); then copyLibrary "$root" "$interpreter"; fi
  # A library without a path of its own is looked for where the program's are.
  path=$(patchelf --print-rpath "$file"):$path
  for library in $(patchelf --print-needed "$file"); do
    found=
    for folder in ${path//:/ }; do
      if [ -e "$folder/$library" ]; then found=$folder/$library && break; fi
    done
    if [ -z "$found" ]; then
      echo "$file needs $library, which is not in $path" >&2
      return 1
    fi
    if [ ! -e "$root$found" ]; then
      copyLibrary "$root" "$found"
      copyNeeded "$root" "$found" "$path"
    fi
  done
}

copyLibrary() {
  mkdir -p "$1$(dirname "$2")"
  cp --no-preserve=mode -L "$2" "$1$2"
  chmod 755 "$1$2"
}
