# shellcheck shell=sh
# What the scripts that build share. Needs `say` and the Java search of launch.sh, sourced before it.

# Sets JAVA_HOME to a JDK that can build Muster, or says what to install and fails.
#
# Exactly 25: Error Prone and the formatter look inside the compiler, and know this one.
# shellcheck disable=SC2154,SC2329 # launch.sh sets the variables and calls the inner function
find_jdk() {
    java_fits() {
        java_release "$1" && [ "$found" -eq "$java_wanted" ] && [ -x "$1/bin/javac" ]
    }
    if ! find_java 2>/dev/null; then
        say "building needs a JDK $java_wanted (looked at MUSTER_JAVA_HOME, JAVA_HOME, java on PATH and /usr/lib/jvm); install one, for example the package temurin-$java_wanted-jdk of Eclipse Adoptium, or set JAVA_HOME"
        return 1
    fi
    export JAVA_HOME="$java_home"
    # Maven's own Guava would print warnings about it.
    export MAVEN_OPTS="--sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}"
}

# install_packages PACKAGE...: installs what is named, or says what to install and fails.
install_packages() {
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
        say "missing: $*; install these Debian packages (or what your system calls them), or run this once as root on Debian"
        return 1
    fi
    say "installing $*"
    # A freshly installed service must not start: it would take a port that the tests or the demo use.
    policy=/usr/sbin/policy-rc.d
    [ -e "$policy" ] && policy=
    [ -z "$policy" ] || { printf '#!/bin/sh\nexit 101\n' >"$policy" && chmod +x "$policy"; }
    apt_status=0
    { apt-get -qq update && DEBIAN_FRONTEND=noninteractive apt-get -qq -y --no-install-recommends install "$@"; } \
        </dev/null >&2 || apt_status=$?
    [ -z "$policy" ] || rm -f "$policy"
    [ "$apt_status" -eq 0 ] || say "could not install $*; see above, install them by hand and try again"
    return "$apt_status"
}

# work_folder NAME: makes the folder $work for one run, which goes when the script ends, with every process whose
# command line names it. A script that has more to clean up defines clean_up_more.
work_folder() {
    work=$(mktemp -d "${TMPDIR:-/tmp}/muster-$1.XXXXXX") || return 1
    clean_up() {
        pkill -KILL -f -- "$work" # what a failed run left
        if command -v clean_up_more >/dev/null; then clean_up_more; fi
        rm -rf "$work"
    }
    trap clean_up EXIT
    trap 'exit 1' INT TERM HUP
}

# build_programs: builds the programs and what the tests are made of, or shows what Maven said and fails.
build_programs() {
    say "building"
    mvn -q -B -ntp -DskipTests package </dev/null >"$work/build.log" 2>&1 || {
        cat "$work/build.log" >&2
        return 1
    }
}

# run_with_client HEAP CLASS ARGUMENT...: runs a class of the tests' package "bench" that uses our own client, with the
# checkout and $work as its first arguments.
run_with_client() {
    run_heap=$1
    run_class=$2
    shift 2
    "$JAVA_HOME/bin/java" "-Xmx$run_heap" --enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow \
        -Dslf4j.provider=org.slf4j.nop.NOPServiceProvider \
        -cp "tests/target/test-classes:dist/target/muster/lib/*" \
        "io.muster.tests.bench.$run_class" "$PWD" "$work" "$@"
}
