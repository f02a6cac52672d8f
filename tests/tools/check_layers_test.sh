#!/bin/sh
# tools/check_layers accepts a clean tree and names each violation with its line.
set -eu
check_layers=$1

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
failures=0

# clean: a small tree without a violation.
clean() {
    rm -rf -- "$tree/a tree"
    mkdir -p "$tree/a tree"
    cd "$tree/a tree"
    for module in core volume geometry transport plating optimize io recipe report pipeline cli; do
        mkdir -p "include/porogen/$module" "src/$module"
    done
    rmdir include/porogen/cli
    printf '#pragma once\n#include <Eigen/Core>\n' > include/porogen/core/vec.h
    printf '#pragma once\n#include "porogen/core/vec.h"\n#include <vector>\n' > include/porogen/volume/field.h
    printf '#pragma once\n' > include/porogen/volume/box.h
    printf '#pragma once\n#include "porogen/volume/field.h"\n' > src/geometry/cut.h
    printf '#include "geometry/cut.h"\n#include "cut.h"\n#include <openvdb/openvdb.h>\n#include <unistd.h>\n' > src/geometry/cut.cpp
    printf '#include <tbb/parallel_for.h>\n' > src/core/parallel.cpp
    printf '#pragma once\n#include <openvdb/Grid.h>\n' > src/geometry/level_set_data.h
    printf '#include "geometry/level_set_data.h"\n' > src/io/vdb_file.cpp
    printf '// #include "porogen/plating/plate.h"\n  #  include <CLI/CLI.hpp>\n' > src/cli/main.cpp
}

# expect PLACE REASON: the tree as it stands breaks exactly one rule, at this place.
expect() {
    if output=$("$check_layers" "$tree/a tree" 2>&1); then status=0; else status=$?; fi
    case $output in
        "$1: "*"$2"*) found=yes ;;
        *) found=no ;;
    esac
    if [ "$status $found $(printf '%s\n' "$output" | wc -l)" != "1 yes 1" ]; then
        echo "expected $1: …$2…, got (exit $status): $output"
        failures=$((failures + 1))
    fi
}

# breaks FILE LINE REASON: adding the line to the clean tree breaks a rule.
breaks() {
    clean
    printf '%s\n' "$2" >> "$1"
    expect "$1:$(wc -l < "$1")" "$3"
}

clean
"$check_layers" "$tree/a tree" > /dev/null || { echo "the clean tree does not pass"; failures=1; }

# Arrows between modules.
breaks include/porogen/core/vec.h '#include "porogen/volume/box.h"' 'core may not use volume'
breaks src/transport/solve.cpp '#include "geometry/cut.h"' 'transport may not use geometry'
breaks src/io/stl.cpp '#include "geometry/cut.h"' 'src/geometry/cut.h is private to geometry'
breaks include/porogen/geometry/cast.h '#include "geometry/cut.h"' 'may not include the private src/geometry/cut.h'
breaks src/pipeline/run.cpp '#include "geometry/level_set_data.h"' 'src/geometry/level_set_data.h is private to geometry'

# One dependency, one door.
breaks src/volume/field.cpp '#include <openvdb/openvdb.h>' 'OpenVDB only in'
breaks include/porogen/io/vdb.h '#include <openvdb/openvdb.h>' 'OpenVDB only in'
breaks src/core/sum.cpp '#include <tbb/parallel_for.h>' 'oneTBB only in'
breaks src/core/sum.cpp '#include "oneapi/tbb/task_arena.h"' 'oneTBB only in'
breaks src/recipe/parse.cpp '#include <udunits2.h>' 'UDUNITS only in'
breaks src/pipeline/run.cpp '#include <nlopt.hpp>' 'NLopt only in'
breaks src/report/table.cpp '#include <sqlite3.h>' 'SQLite only in'
breaks src/report/plot.cpp '#include <png.h>' 'libpng only in'
breaks src/geometry/read.cpp '#include <tiffio.h>' 'libtiff only in'
breaks src/cli/run.cpp '#include <toml++/toml.h>' 'toml++ only in'
breaks src/pipeline/run.cpp '#include <CLI/CLI.hpp>' 'CLI11 only in'
breaks src/io/table.cpp '#include <nlohmann/json.hpp>' 'nlohmann-json only in'
breaks include/porogen/volume/field.h '#include <Eigen/Dense>' 'Eigen only in'
breaks include/porogen/core/files.h '#include <unistd.h>' 'POSIX only in'
breaks src/io/mesh.cpp '#include <boost/any.hpp>' 'unknown header boost/any.hpp'
breaks src/io/mesh.cpp '#include "gone.h"' 'unknown header gone.h'

# A module that is not in the table; a cycle.
clean
mkdir -p src/extra
echo '#include <vector>' > src/extra/extra.cpp
expect src/extra/extra.cpp:1 'not in a module'
clean
printf '#include <vector>\n#include "porogen/volume/b.h"\n' > include/porogen/volume/a.h
printf '#include "porogen/volume/c.h"\n' > include/porogen/volume/b.h
printf '\n#include "porogen/volume/a.h"\n' > include/porogen/volume/c.h
expect include/porogen/volume/c.h:2 'include/porogen/volume/a.h > include/porogen/volume/b.h > include/porogen/volume/c.h > include/porogen/volume/a.h'

# Nothing to look at is not a pass.
mkdir -p "$tree/a tree/empty/include/porogen" "$tree/a tree/empty/src"
if "$check_layers" "$tree/a tree/empty" > /dev/null 2>&1; then
    echo "an empty tree passes"
    failures=$((failures + 1))
fi

[ "$failures" = 0 ] || exit 1
echo "check_layers: all as expected"
