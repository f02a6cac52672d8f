#include <exception>
#include <filesystem>
#include <iostream>

#include "porogen/core/files.h"
#include "porogen/recipe/schema.h"
#include "porogen/report/result_keys.h"

/// Writes KEYS.md, RESULTS.md and porogen.schema.json into the directory given.
int main(int argc, char** argv) {
    if (argc != 2) {
        std::cerr << "usage: porogen_write_reference <directory>\n";
        return 1;
    }
    try {
        const std::filesystem::path directory(argv[1]);
        porogen::write_text_file(directory / "KEYS.md", porogen::key_reference());
        porogen::write_text_file(directory / "porogen.schema.json", porogen::json_schema());
        porogen::write_text_file(directory / "RESULTS.md", porogen::result_reference_markdown());
    } catch (const std::exception& error) {
        std::cerr << error.what() << '\n';
        return 5;
    }
    return 0;
}
