#!/bin/sh
# Makes the zoo's base image from Debian's packages alone, so that no registry is needed: Python with
# pytest, Node, a shell, libfaketime, time zones and a few locales. Needs root, debootstrap and a
# mirror of Debian's. Does nothing where the image is there.
set -eu
tag=testlooper-zoo-base:1
mirror=${DEBIAN_MIRROR:-http://deb.debian.org/debian}
packages=python3-pytest,nodejs,libfaketime,tzdata,locales,procps

if docker image inspect "$tag" >/dev/null 2>&1; then exit 0; fi

if ! command -v debootstrap >/dev/null; then
  echo "error: debootstrap is needed: apt-get install debootstrap" >&2
  exit 1
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM

echo "making the image $tag from $mirror"
debootstrap --variant=minbase --include="$packages" bookworm "$root" "$mirror" >"$root.log" 2>&1 || {
  tail -5 "$root.log" >&2
  exit 1
}
for locale in de_DE tr_TR; do
  chroot "$root" localedef -i "$locale" -f UTF-8 "$locale.UTF-8"
done
rm -rf "$root/var/cache/apt" "$root/var/lib/apt/lists" "$root/usr/share/doc" "$root/usr/share/man" "$root.log"
tar --owner=0 --group=0 --numeric-owner -C "$root" -c . |
  docker import --change 'LABEL testlooper.zoo=1' --change 'CMD ["/bin/bash"]' \
    --message 'Debian for the flaky zoo' - "$tag" >/dev/null
