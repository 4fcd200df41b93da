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
