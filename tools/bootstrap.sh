# Sourced by tools/porogen and tools/test: gets the packages, configures and builds. Everything said
# here goes to stderr, since stdout belongs to the program.
#
# Set by the caller: root (the checkout). Read from the environment:
#   POROGEN_BUILD_DIR  where the builds go (default: build/ in the checkout)

build_base=${POROGEN_BUILD_DIR:-$root/build}
case $build_base in /*) ;; *) build_base=$PWD/$build_base ;; esac

# The program's own exit codes: input/output failure, and interrupted but resumable.
readonly exit_failure=5 exit_interrupted=6

say() { printf 'porogen: %s\n' "$*" >&2; }
die() { say "$*"; exit "$exit_failure"; }

# Shows the last line read, in place, on a terminal; nothing elsewhere.
show_progress() {
    if [[ ! -t 2 || -n ${NO_COLOR:-} || ${TERM:-dumb} == dumb ]]; then
        cat > /dev/null
        return
    fi
    local line columns
    columns=$(tput cols 2> /dev/null || echo 80)
    while IFS= read -r line; do printf '\r\033[K%s' "${line:0:columns-1}" >&2; done
    printf '\r\033[K' >&2
}

# Runs a command with its output added to the log.
logged() {
    local log=$1
    shift
    "$@" 2>&1 < /dev/null | tee -a -- "$log" | show_progress
}

show_tail() {
    tail -n 30 -- "$1" >&2
    say "the whole log is in $1"
}

# --- packages ---------------------------------------------------------------------------------

# need_packages GROUP…: installs the packages of these groups in tools/packages that are missing.
need_packages() {
    # Not Debian: the libraries have to be there, and CMake says which one is not.
    command -v dpkg-query > /dev/null || return 0

    local wanted missing log
    wanted=$(awk -v groups=" $* " 'index(groups, " " $1 " ") { print $2 }' "$root/tools/packages")
    # A package that dpkg never heard of makes it fail, and is missing from what it prints.
    missing=$({ dpkg-query -W -f '${Package} ${db:Status-Status}\n' $wanted 2> /dev/null || true; } |
        awk -v wanted="${wanted//$'\n'/ }" '
            $2 == "installed" { have[$1] = 1 }
            END { n = split(wanted, w, " "); for (i = 1; i <= n; i++) if (!(w[i] in have)) printf " %s", w[i] }')
    [[ -n $missing ]] || return 0

    local install="apt-get install --yes --no-install-recommends$missing" sudo
    if ! command -v apt-get > /dev/null; then
        die "Debian packages are missing, and there is no apt-get to install them with; install:$missing"
    elif [[ $(id -u) == 0 ]]; then
        sudo=
    elif command -v sudo > /dev/null && sudo -n true 2> /dev/null; then
        sudo="sudo -n "
    else
        say "Debian packages are missing, and only root may install them; run"
        say "    sudo apt-get update && sudo $install"
        exit "$exit_failure"
    fi

    log=$build_base/packages.log
    : > "$log"
    say "installing the Debian packages that this needs ($*) and the system lacks:$missing"
    # The lock of the build must not be inherited by a service that a package starts.
    logged "$log" ${sudo}env DEBIAN_FRONTEND=noninteractive apt-get update 9>&- ||
        say "apt-get update failed; trying with the package lists at hand"
    if ! logged "$log" ${sudo}env DEBIAN_FRONTEND=noninteractive \
        apt-get -o DPkg::Lock::Timeout=600 install --yes --no-install-recommends $missing 9>&-; then
        show_tail "$log"
        die "the packages could not be installed; run: sudo apt-get update && sudo $install"
    fi
}

# --- build ------------------------------------------------------------------------------------

# Only one build at a time under build_base; whoever comes second waits, then finds the work done.
take_lock() {
    if ! mkdir -p -- "$build_base" 2> /dev/null || ! { exec 9> "$build_base/.lock"; } 2> /dev/null; then
        die "cannot write to $build_base; set POROGEN_BUILD_DIR to a folder that can hold the build"
    fi
    if ! flock --nonblock 9; then
        say "waiting for another build in $build_base"
        flock 9
    fi
}

release_lock() { exec 9>&-; }

# One compiler with OpenVDB's templates takes about 1 GB, so memory limits the jobs as much as cores do.
jobs() {
    local cores memory limit used
    cores=$(nproc)
    memory=$(awk '$1 == "MemAvailable:" { print $2 }' /proc/meminfo 2> /dev/null) # [kB]
    memory=${memory:-1500000}
    limit=$(cat /sys/fs/cgroup/memory.max 2> /dev/null || true) # [bytes], or "max"
    used=$(cat /sys/fs/cgroup/memory.current 2> /dev/null || true)
    if [[ $limit =~ ^[0-9]+$ && $used =~ ^[0-9]+$ && $(((limit - used) / 1024)) -lt $memory ]]; then
        memory=$(((limit - used) / 1024))
    fi
    local by_memory=$((memory / 1500000))
    ((by_memory < 1)) && by_memory=1
    echo $((by_memory < cores ? by_memory : cores))
}

configure() {
    local preset=$1 log=$2 launcher=()
    if [[ -z ${CMAKE_CXX_COMPILER_LAUNCHER:-} ]]; then
        # Given on each call, so that a build folder outlives the removal of ccache.
        launcher=("-DCMAKE_CXX_COMPILER_LAUNCHER=$(command -v ccache || true)")
    fi
    logged "$log" cmake -S "$root" -B "$build_base/$preset" --preset "$preset" "${launcher[@]}"
}

# True if the build failed for the state of the build folder and not for the code: neither a compiler nor
# a CMakeLists.txt complains, or they complain about a truncated object or a compiler that is gone.
is_broken_build() {
    ! grep -qE '^FAILED: |^CMake Error at ' -- "$1" ||
        grep -qE 'file (format )?not recognized|file truncated|file too short|CMAKE_CXX_COMPILER' -- "$1"
}

# build PRESET [TARGET…]: configures and builds; call with the lock held. A build folder that belongs
# to another checkout, or that a crash left damaged, is made anew.
build() {
    local preset=$1
    shift
    local dir=$build_base/$preset log=$build_base/$preset.log fresh=no
    [[ -e $dir ]] || fresh=yes
    local parallel
    parallel=$(jobs)
    : > "$log"
    say "building preset $preset, $parallel at a time (log: $log)"
    while :; do
        if configure "$preset" "$log" && logged "$log" ninja -C "$dir" -j "$parallel" "$@"; then
            return
        fi
        [[ $fresh == no ]] && is_broken_build "$log" || break
        say "the build folder $dir does not fit this checkout or is damaged; building anew"
        rm -rf -- "$dir"
        : > "$log"
        fresh=yes
    done
    show_tail "$log"
    if grep -q 'Could NOT find\|Could not find' -- "$log" && ! command -v dpkg-query > /dev/null; then
        die "a library is missing; tools/packages lists what is needed, by its Debian names"
    fi
    die "the build failed"
}

trap 'printf "\n" >&2; say "interrupted; the next call goes on from here"; exit "$exit_interrupted"' INT TERM
