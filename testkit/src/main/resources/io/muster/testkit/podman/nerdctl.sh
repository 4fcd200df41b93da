#!/bin/sh
# Stands in for nerdctl on machines without containerd: translates what an agent asks to podman, and prints what nerdctl
# prints, including its errors. It is for tests alone, and knows nothing that an agent does not ask for.
#
# Which podman, with which storage, is said by CONTAINERS_CONF and CONTAINERS_STORAGE_CONF, as podman-home.sh makes them. If
# NERDCTL_REBOOTED_AT names a file, that holds the nanoseconds since 1970 of a reboot: containerd knows nothing of how what
# was started before has ended.
set -u

fatal() {
    echo "time=\"$(date -u +%Y-%m-%dT%H:%M:%SZ)\" level=fatal msg=\"$1\"" >&2
    exit 1
}

# Puts podman's words as nerdctl's.
failed() {
    id=$(sed -n 's/.*already in use by "\{0,1\}\([0-9a-f]\{12,64\}\).*/\1/p' "$errors")
    if [ -n "$id" ]; then
        fatal "name-store error\\nname \\\"$2\\\" is already used by ID \\\"$id\\\""
    fi
    if grep -q 'no such container\|no container with name or ID' "$errors"; then
        fatal "1 errors:\\nno such container: $2"
    fi
    fatal "$(tr '\n"' ' ~' <"$errors")"
}

inspect() {
    rebooted=0
    [ ! -e "${NERDCTL_REBOOTED_AT:-/nowhere}" ] || rebooted=$(cat "$NERDCTL_REBOOTED_AT")
    format='{{.State.Status}} {{.State.StartedAt.UnixNano}} {"Id":"{{.ID}}","Created":"{{.Created.Format "2006-01-02T15:04:05.999999999Z07:00"}}","Name":"{{.Name}}","State":{"Status":"STATUS","Running":{{.State.Running}},"Paused":{{.State.Paused}},"Restarting":false,"Pid":{{.State.Pid}},"ExitCode":{{.State.ExitCode}},"Error":"","FinishedAt":""},"RestartCount":0,"Mounts":[],"Config":{"Hostname":"x","Labels":{{json .Config.Labels}}}}'
    podman container inspect --format "$format" "$@" >"$output" 2>"$errors" ||
        fatal "$# errors:\\n[no such object: $*]"
    echo '['
    comma=
    while read -r status started json; do
        case $status in
            running | paused) ;;
            created | configured | initialized) status=created ;;
            stopping) status=running ;;
            *) status=exited ;;
        esac
        case $status in
            running | paused) ;;
            *) [ "$started" -gt "$rebooted" ] || [ "$rebooted" = 0 ] || status= ;;
        esac
        printf '%s%s\n' "$comma" "$json" | sed "s/\"Status\":\"STATUS\"/\"Status\":\"$status\"/"
        comma=,
    done <"$output"
    echo ']'
}

output=$(mktemp) && errors=$(mktemp) || exit 1
trap 'rm -f "$output" "$errors"' EXIT

verb=$1
case $verb in
    run | pull)
        name=$verb
        [ "$verb" = pull ] || name=$4 # run --detach --name NAME
        podman "$@" >"$output" 2>"$errors" || failed "$verb" "$name"
        cat "$output"
        ;;
    ps)
        podman "$@" || fatal "cannot list"
        ;;
    inspect)
        shift
        inspect "$@"
        ;;
    start | stop)
        podman "$@" >"$output" 2>"$errors" || failed "$verb" "$2"
        cat "$output"
        ;;
    logs)
        rm -f "$output" "$errors"
        exec podman --log-level=fatal "$@"
        ;;
    rm)
        # what runs is killed at once
        podman rm --force --time 0 "$3" >"$output" 2>"$errors" || failed "$verb" "$3"
        cat "$output"
        ;;
    image) # image inspect NAME
        podman image inspect --format '{{.ID}}' "$3" >"$output" 2>"$errors" ||
            fatal "1 errors:\\n[no such image: $3]"
        echo "[{\"Id\":\"sha256:$(cat "$output")\"}]"
        ;;
    *) fatal "the stand-in for nerdctl does not know \\\"$verb\\\"" ;;
esac
