#!/usr/bin/env bash
# tools/porogen and tools/bootstrap.sh, tried on a checkout whose program is one small file.
set -euo pipefail
tools=$1

tree=$(mktemp -d)
trap 'rm -rf -- "$tree"' EXIT
checkout="$tree/a checkout"
unset POROGEN_BUILD_DIR
failures=0

fail() {
    echo "line ${BASH_LINENO[0]}: $*"
    [[ ! -s $tree/err ]] || sed 's/^/    /' "$tree/err"
    failures=$((failures + 1))
}

# Runs the launcher with the arguments given; leaves $out, $status and the file err.
launch() {
    if out=$("$checkout/tools/porogen" "$@" 2> "$tree/err"); then status=0; else status=$?; fi
}

healed() { grep -q 'building anew' "$tree/err"; }
built() { grep -q 'building preset release' "$tree/err"; }

# program TEXT: the program says TEXT, its folder and its arguments, and returns their number.
program() {
    cat > "$checkout/src/main.cpp" << END
#include <cstdio>
#include <filesystem>
int main(int argc, char** argv) {
    std::printf("$1 %s", std::filesystem::current_path().c_str());
    for (int i = 1; i < argc; ++i) std::printf("|%s", argv[i]);
    return argc - 1;
}
END
}

mkdir -p "$checkout/tools" "$checkout/src" "$tree/a folder"
cp "$tools/porogen" "$tools/bootstrap.sh" "$checkout/tools/"
# The system that runs this test has what it needs; what follows when it has not is tried below.
echo '# none' > "$checkout/tools/packages"
cat > "$checkout/CMakeLists.txt" << 'END'
cmake_minimum_required(VERSION 3.25)
project(small LANGUAGES CXX)
add_executable(porogen src/main.cpp)
target_compile_features(porogen PRIVATE cxx_std_17)
set_target_properties(porogen PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")
END
cat > "$checkout/CMakePresets.json" << 'END'
{ "version": 6, "configurePresets": [
  { "name": "release", "generator": "Ninja", "binaryDir": "${sourceDir}/build/${presetName}" } ] }
END
program one
cd "$tree/a folder"

# The first call builds; arguments, folder, exit code and stdout are the program's.
launch cast 'two  words' '' --set 'a="*"'
[[ $out == "one $tree/a folder|cast|two  words||--set|a=\"*\"" && $status == 5 ]] || fail "got $status: $out"
built || fail "did not say that it builds"

# Later calls start at once and say nothing, also through a link.
launch
[[ $out == "one $tree/a folder" && $status == 0 && ! -s $tree/err ]] || fail "got $status: $out"
ln -s "$checkout/tools/porogen" "$tree/link"
[[ $("$tree/link" x 2>&1 || true) == "one $tree/a folder|x" ]] || fail "does not run through a link"

# Changed sources are built again, by one of two calls at once while the other waits.
program two
"$checkout/tools/porogen" > "$tree/out2" 2> "$tree/err2" &
launch
wait $!
[[ $out == two* && $(< "$tree/out2") == two* ]] || fail "two calls at once: $out, $(< "$tree/out2")"
[[ $(cat "$tree/err" "$tree/err2" | grep -c 'building preset') == 1 ]] || fail "built twice"

# Code that does not compile: the tail of the log, where it is, and an exit code; then mended.
echo 'int broken = ;' >> "$checkout/src/main.cpp"
launch
[[ $status == 5 && -z $out ]] || fail "broken code gave $status: $out"
grep -q 'error: expected primary-expression' "$tree/err" || fail "no compiler message"
grep -qF "$checkout/build/release.log" "$tree/err" || fail "does not say where the log is"
[[ -e $checkout/build/release/CMakeCache.txt ]] || fail "broken code cost the build folder"
program three
echo 'no_such_command()' >> "$checkout/CMakeLists.txt"
launch
[[ $status == 5 && -e $checkout/build/release/CMakeCache.txt ]] || fail "broken CMakeLists.txt: $status"
sed -i '$d' "$checkout/CMakeLists.txt"
launch
[[ $status == 0 && $out == three* ]] || fail "after mending: $status: $out"

# A moved checkout and a damaged build folder heal.
mv "$checkout" "$tree/moved"
checkout="$tree/moved"
launch
[[ $status == 0 && $out == three* ]] || fail "moved: $status: $out"
healed || fail "moved: did not build anew"
echo 'rubbish' > "$checkout/build/release/build.ninja"
echo 'rubbish' > "$checkout/build/release/CMakeCache.txt"
program four
launch
[[ $status == 0 && $out == four* ]] && healed || fail "damaged: $status: $out"
program five
sed -i 's|^CMAKE_CXX_COMPILER:.*|CMAKE_CXX_COMPILER:FILEPATH=/gone/c++|' "$checkout/build/release/CMakeCache.txt"
find "$checkout/build/release/CMakeFiles" -name CMakeCXXCompiler.cmake -exec sed -i 's|set(CMAKE_CXX_COMPILER .*|set(CMAKE_CXX_COMPILER "/gone/c++")|' {} +
launch
[[ $status == 0 && $out == five* ]] && healed || fail "compiler gone: $status: $out"
object=$(find "$checkout/build/release" -name main.cpp.o)
cp --preserve "$object" "$tree/object"
truncate -s 100 "$object"
touch -r "$tree/object" "$object"
echo >> "$checkout/CMakeLists.txt"
rm "$checkout/build/release/bin/porogen"
launch
[[ $status == 0 && $out == five* ]] && healed || fail "truncated object: $status: $out"
program four

# A build folder elsewhere; one that cannot be made.
POROGEN_BUILD_DIR="$tree/a build" launch
[[ $status == 0 && $out == four* && -x $tree/a\ build/release/bin/porogen ]] || fail "elsewhere: $status: $out"
POROGEN_BUILD_DIR=/dev/null/build launch
[[ $status == 5 && $(wc -l < "$tree/err") == 1 ]] || fail "unwritable: $status"
grep -q 'set POROGEN_BUILD_DIR' "$tree/err" || fail "unwritable: does not say what to do"

# Packages are missing: without root the line to run, with root apt-get is called.
mkdir "$tree/bin"
export POROGEN_BUILD_DIR="$tree/b"
echo 'build g++ # there' > "$checkout/tools/packages"
echo 'build libwanted-dev # not there' >> "$checkout/tools/packages"
echo 'test other-dev' >> "$checkout/tools/packages"
fake() { printf '#!/bin/sh\n%s\n' "$2" > "$tree/bin/$1"; chmod +x "$tree/bin/$1"; }
fake dpkg-query "echo 'g++ installed'; exit 1"
fake id 'echo 1000'
fake sudo 'exit 1'
fake apt-get "echo \"\$@\" >> '$tree/apt'"
PATH="$tree/bin:$PATH" launch
[[ $status == 5 && -z $out && ! -e $tree/apt ]] || fail "no root: $status: $out"
grep -q 'sudo apt-get update && sudo apt-get install --yes --no-install-recommends libwanted-dev$' "$tree/err" ||
    fail "no root: does not say what to run"
fake id 'echo 0'
PATH="$tree/bin:$PATH" launch
[[ $status == 0 && $out == four* ]] || fail "root: $status: $out"
grep -q 'install.* libwanted-dev$' "$tree/apt" || fail "root: apt-get got $(cat "$tree/apt")"
fake apt-get 'echo "E: no such package"; exit 100'
rm -rf "$tree/b"
PATH="$tree/bin:$PATH" launch
[[ $status == 5 ]] && grep -q 'E: no such package' "$tree/err" || fail "apt-get failing: $status"

[[ $failures == 0 ]] || exit 1
echo "launcher: all as expected"
