#!/bin/bash
# get-nix.sh FOLDER: a private, recent Nix on a Debian machine, from the packages of Debian 13, in about 10 seconds.
# Nothing is installed, and nothing outside FOLDER changes: apt works on lists and a package database of its own.
set -euo pipefail
folder=$1
mkdir -p "$folder"/{apt/lists/partial,apt/cache/archives/partial,root,bin}
# An empty database makes apt fetch everything that Nix needs, its libc included.
: >"$folder/apt/status"
cat >"$folder/apt/apt.conf" <<CONFIG
Dir::Etc::sourcelist "$folder/apt/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State::lists "$folder/apt/lists";
Dir::State::status "$folder/apt/status";
Dir::Cache "$folder/apt/cache";
Dir::Cache::archives "$folder/apt/cache/archives";
APT::Install-Recommends "false";
APT::Sandbox::User "root";
Acquire::Languages "none";
CONFIG
source=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | awk '/debian\/?$/ && !/security/ { print; exit }')
: "${source:?no source of Debian packages is configured}"
echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $source trixie main" >"$folder/apt/sources.list"

export APT_CONFIG=$folder/apt/apt.conf
apt-get update -qq
apt-get install -y -qq --download-only nix-bin patchelf >/dev/null
for package in "$folder"/apt/cache/archives/*.deb; do dpkg-deb -x "$package" "$folder/root"; done
rm -rf "$folder/apt"

# Nix starts itself again through /proc/self/exe, so it is given its own libc rather than wrapped.
libraries=$(echo "$folder"/root/usr/lib/*-linux-gnu)
loader=$(echo "$libraries"/ld-linux-*.so.*)
"$loader" --library-path "$libraries" "$folder/root/usr/bin/patchelf" --set-interpreter "$loader" \
  --force-rpath --set-rpath "$libraries" "$folder/root/usr/bin/nix"
for name in nix nix-store; do ln -sf ../root/usr/bin/nix "$folder/bin/$name"; done
"$folder/bin/nix" --version
