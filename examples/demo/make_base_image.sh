#!/bin/sh
# Makes the demo's base image from this machine's busybox, so that the demo needs no registry:
# a shell, the usual small programs, nothing else. Does nothing where the image is there.
set -eu
tag=testlooper-demo-base:1

if docker image inspect "$tag" >/dev/null 2>&1; then exit 0; fi

busybox=$(command -v busybox) || busybox=
if [ -z "$busybox" ] || ldd "$busybox" >/dev/null 2>&1; then
  echo "error: a busybox without shared libraries is needed: apt-get install busybox-static" >&2
  exit 1
fi
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
trap 'exit 1' HUP INT TERM
chmod 755 "$root"
mkdir -p "$root/bin" "$root/etc" "$root/root" "$root/srv" "$root/usr/bin" "$root/var"
mkdir -m 1777 "$root/tmp"
cp -L "$busybox" "$root/bin/busybox"
echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
echo 'root:x:0:' >"$root/etc/group"
for program in $("$busybox" --list); do
  [ "$program" = busybox ] || ln -s busybox "$root/bin/$program"
done
ln -s /bin/env "$root/usr/bin/env"

echo "making the image $tag from $busybox"
tar --owner=0 --group=0 --numeric-owner -C "$root" -c . |
  docker import --change 'LABEL testlooper.demo=1' --change 'ENV PATH=/bin:/usr/bin' \
    --change 'CMD ["/bin/sh"]' --message 'busybox for the TestLooper demo' - "$tag" >/dev/null
