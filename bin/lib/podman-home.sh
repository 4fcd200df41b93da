#!/bin/sh
# A home of its own for podman: configuration, storage, and an image made from nothing but busybox, so that tests and
# demos need no registry, and neither see nor touch the containers of the machine.
#
#   podman-home.sh create FOLDER   makes it and prints the environment that leads podman there, one K=V a line
#   podman-home.sh reboot FOLDER   leaves it as a power cut does: containers without processes, and no news of their end
#   podman-home.sh remove FOLDER   ends and removes all its containers, and the folder
#
# The image is localhost/muster-busybox:1 and has all applets of busybox on its PATH. Needs podman, runc or crun, and
# a static busybox (Debian: busybox-static).
set -eu

usage() {
    echo "usage: podman-home.sh create|reboot|remove FOLDER" >&2
    exit 2
}
[ $# -eq 2 ] || usage
home=$2
if command -v runc >/dev/null; then runtime=runc; else runtime=crun; fi
export CONTAINERS_CONF="$home/containers.conf" CONTAINERS_STORAGE_CONF="$home/storage.conf"

write_configuration() {
    # Locks in files: those in shared memory are shared with the podman of the machine.
    cat >"$CONTAINERS_CONF" <<END
[engine]
runtime = "$runtime"
cgroup_manager = "cgroupfs"
events_logger = "none"
lock_type = "file"
tmp_dir = "$home/tmp"
[containers]
netns = "none"
default_ulimits = ["nofile=20000:20000", "nproc=32768:32768"]
END
    cat >"$CONTAINERS_STORAGE_CONF" <<END
[storage]
driver = "$1"
graphroot = "$home/storage"
rootless_storage_path = "$home/storage"
runroot = "$home/run"
END
}

import_image() {
    mkdir -p "$home/image/bin" || return 1
    cp "$(command -v busybox)" "$home/image/bin/busybox" || return 1
    for applet in $("$home/image/bin/busybox" --list); do
        [ "$applet" = busybox ] || ln -sf busybox "$home/image/bin/$applet" || return 1
    done
    tar -C "$home/image" -cf "$home/image.tar" . || return 1
    podman import --quiet "$home/image.tar" localhost/muster-busybox:1 >/dev/null || return 1
    rm -rf "$home/image" "$home/image.tar"
}

unmount() {
    { grep -o " $home/[^ ]* " /proc/mounts || true; } | sort -r | while read -r mounted; do
        umount "$mounted" 2>/dev/null || true
    done
}

# Removes what the container runtime still keeps of containers whose end podman did not see.
forget() {
    for id in $("$runtime" list --quiet); do
        if "$runtime" state "$id" 2>/dev/null | grep -q "\"$home/"; then
            "$runtime" delete --force "$id" || true
        fi
    done
}

# First the monitors, so that nobody is left to note the end of the others.
reboot() {
    for id in $(podman ps --quiet --no-trunc); do
        pids=$(podman inspect --format '{{.State.ConmonPid}} {{.State.Pid}}' "$id")
        # shellcheck disable=SC2086 # two words
        kill -KILL $pids
    done
    forget
    unmount
    rm -rf "$home/run" "$home/tmp"
}

remove() {
    [ -d "$home" ] || return 0
    podman rm --all --force --time 0 >/dev/null 2>&1 || true
    forget
    unmount
    rm -rf "$home" 2>/dev/null || podman unshare rm -rf "$home"
}

case $1 in
    create)
        mkdir -p "$home"
        # Some file systems, such as that of a container, cannot carry an overlay.
        for driver in overlay vfs; do
            write_configuration "$driver"
            import_image 2>"$home/problem" && break
            rm -rf "$home/storage" "$home/run"
            [ "$driver" = overlay ] || { cat "$home/problem" >&2; exit 1; }
        done
        echo "CONTAINERS_CONF=$CONTAINERS_CONF"
        echo "CONTAINERS_STORAGE_CONF=$CONTAINERS_STORAGE_CONF"
        ;;
    reboot) reboot ;;
    remove) remove ;;
    *) usage ;;
esac
