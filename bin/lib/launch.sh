# shellcheck shell=sh
# Shared by the launchers beside it: finds the jars and a JDK, and becomes the JVM.
#
# A launcher sets `home`, the folder above bin/, and calls `launch`. Works in a checkout, with the jars
# that the build assembled, and in an installed distribution. Reads `release` files instead of starting
# every java it meets, since each start would cost as much as the command itself.

java_wanted=25

say() {
    printf '%s: %s\n' "${0##*/}" "$1" >&2
}

# Sets `found` to the feature release (25) of the Java in folder $1, or fails.
java_release() {
    found=
    [ -x "$1/bin/java" ] && [ -r "$1/release" ] || return 1
    while IFS='=' read -r key value || [ -n "$key" ]; do
        [ "$key" = JAVA_VERSION ] || continue
        value=${value#\"}
        value=${value%%[!0-9]*}
        found=$value
        break
    done <"$1/release"
    [ -n "$found" ]
}

java_fits() {
    java_release "$1" && [ "$found" -ge "$java_wanted" ]
}

# Sets `java_home` to the first fitting Java, or explains what is missing and fails.
find_java() {
    if [ -n "${MUSTER_JAVA_HOME:-}" ]; then
        java_home=$MUSTER_JAVA_HOME
        java_fits "$java_home" && return 0
        if [ -n "$found" ]; then
            problem="is of Java $found"
        else
            problem="is no folder of a Java runtime (with bin/java and a file named release)"
        fi
        say "MUSTER_JAVA_HOME: \"$java_home\" $problem; name one of Java $java_wanted or later, or unset it"
        return 1
    fi
    if [ -n "${JAVA_HOME:-}" ]; then
        java_home=$JAVA_HOME
        java_fits "$java_home" && return 0
    fi
    if java=$(command -v java); then
        java=$(readlink -f "$java")
        java_home=${java%/bin/java}
        java_fits "$java_home" && return 0
    fi
    for java_home in /usr/lib/jvm/* /opt/java/* "${HOME:-/root}"/.sdkman/candidates/java/*; do
        java_fits "$java_home" && return 0
    done
    say "no Java $java_wanted or later found (looked at MUSTER_JAVA_HOME, JAVA_HOME, java on PATH, /usr/lib/jvm, /opt/java and ~/.sdkman); install one, for example the package temurin-$java_wanted-jdk of Eclipse Adoptium or openjdk-$java_wanted-jre-headless, or set MUSTER_JAVA_HOME"
    return 1
}

# Sets `lib` to the folder of jars and `jar` to the program's own, which names the others in its manifest.
find_jar() {
    # shellcheck disable=SC2154 # the launcher sets it
    lib=$home/lib
    [ -f "$home/pom.xml" ] && lib=$home/dist/target/muster/lib
    for jar in "$lib/muster-$1"-*.jar; do
        [ -f "$jar" ] && return 0
    done
    if [ -f "$home/pom.xml" ]; then
        say "not built yet: $lib has no muster-$1; run \"mvn -q -DskipTests package\" in $home"
    else
        say "the installation is incomplete: $lib has no muster-$1; unpack the distribution again"
    fi
    return 1
}

# launch MODULE MAIN-CLASS JVM-FLAGS ARGUMENTS...: replaces the shell by the JVM.
#
# A start-up cache that train.sh made beside lib/ is used; the JVM checks whether it fits jars and JVM, and starts
# without it, unasked, when it does not. MUSTER_JAVA_OPTS follows our flags, so that it overrides them.
launch() {
    module=$1 main=$2 flags=$3
    shift 3
    find_jar "$module" || exit 1
    find_java || exit 1
    cache=$lib/../aot/$module.aot
    set -- -cp "$jar" "$main" "$@"
    [ -f "$cache" ] && set -- "-XX:AOTCache=$cache" "$@"
    # What the JVM has to say goes to stderr, where it cannot spoil a command's output.
    # shellcheck disable=SC2086 # flags are words
    exec "$java_home/bin/java" \
        -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xss512k -XX:-UsePerfData \
        -Xlog:disable -Xlog:all=warning:stderr "-Xlog:aot*=off:stderr" \
        --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Dstdout.encoding=UTF-8 -Dstderr.encoding=UTF-8 \
        $flags ${MUSTER_JAVA_OPTS:-} "$@"
}
