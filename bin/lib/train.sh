#!/bin/sh
# Makes the start-up caches that let each program start in a fraction of the time.
#
# Runs a small cluster for a moment, on a free port of this machine and in a folder of its own, and lets
# every JVM write down what it loaded. The caches fit one set of jars and one build of the JVM, so they are made
# where they are used and never shipped. Without them everything works, only slower. Safe to repeat.
set -u
home=$(CDPATH='' cd "$(dirname "$0")/../.." && pwd -P) || exit 1
lib=$home/lib
[ -f "$home/pom.xml" ] && lib=$home/dist/target/muster/lib
aot=$lib/../aot
work=$(mktemp -d) || exit 1
server='' agent=''

# stop PID: ends what this script started and waits until its JVM has written its cache; then kills.
stop() {
    kill -TERM "$1" 2>/dev/null
    timeout 60 tail --pid="$1" -f /dev/null || kill -KILL "$1" 2>/dev/null
    wait "$1" 2>/dev/null
}

clean_up() {
    [ -z "$agent" ] || stop "$agent"
    [ -z "$server" ] || stop "$server"
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 1' INT TERM HUP

fail() {
    printf 'train: %s; the programs start without their caches, only slower. What they said:\n' "$1" >&2
    tail -n 20 "$work/log" | sed 's/^/    /' >&2
    exit 1
}

# remember MODULE COMMAND...: becomes COMMAND, whose JVM writes its cache when it ends.
remember() {
    MUSTER_JAVA_OPTS="-XX:AOTCacheOutput=$work/$1.aot"
    export MUSTER_JAVA_OPTS
    shift
    exec "$@" >>"$work/log" 2>&1 </dev/null
}

# client COMMAND...: the command line, against the server or broker of this run.
client() {
    timeout 60 "$home/bin/muster" -k -s "mqtt://127.0.0.1:$port" "$@" >>"$work/log" 2>&1 </dev/null
}

# until_true COMMAND...: repeats it until it succeeds, for some ten seconds, while the server lives.
until_true() {
    tries=50
    until "$@"; do
        kill -0 "$server" 2>/dev/null || return 1
        tries=$((tries - 1))
        [ "$tries" -gt 0 ] || return 1
        sleep 0.2
    done
}

listening() {
    cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | grep -q ":$(printf %04X "$port") 0*:0000 0A"
}

agent_is_there() {
    client get agents && grep -q train-node "$work/log"
}

rm -rf "$aot"
mkdir "$work/run" || exit 1 # a run folder that is named has to be there
port=$((20000 + $$ % 12000))
while listening; do port=$((port + 1)); done

(remember server "$home/bin/muster-server" -k -a "127.0.0.1:$port" --state-dir "$work/server") &
server=$!
until_true listening || fail "the server did not start"
(remember agent "$home/bin/muster-agent" -k -n train-node -s "mqtt://127.0.0.1:$port" -r "$work/run" --state-dir "$work/agent") &
agent=$!
until_true agent_is_there || fail "the agent did not appear"
cat >"$work/manifest.yaml" <<'END'
apiVersion: v1
workloads:
  train:
    runtime: native
    agent: train-node
    runtimeConfig: |
      command: sleep
      args: ["60"]
END
(remember cli timeout 60 "$home/bin/muster" -k -s "mqtt://127.0.0.1:$port" apply "$work/manifest.yaml") ||
    fail "the manifest was not applied"
client get workloads || fail "the workloads were not listed"
client apply -d "$work/manifest.yaml" || fail "the workload was not deleted"
stop "$agent"
agent=''
stop "$server"
server=''

(remember broker "$home/bin/muster-broker" -k -a "127.0.0.1:$port") &
server=$!
until_true listening || fail "the broker did not start"
# Nobody answers behind a bare broker, which is not the point here.
timeout 60 "$home/bin/muster" -k -s "mqtt://127.0.0.1:$port" --response-timeout 1 get agents >>"$work/log" 2>&1 </dev/null
stop "$server"
server=''

mkdir "$aot" || exit 1
for module in server agent cli broker; do
    [ -f "$work/$module.aot" ] || fail "no cache came of muster-$module"
    mv "$work/$module.aot" "$aot/$module.aot" || exit 1
done
