#pragma once

#include <cstdint>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace porogen {

/// One `[[optimize.variable]]`: a key the search may change, bounds in the SI unit of that key.
struct VariableEntry {
    std::string key;
    double low = 0;
    double high = 0;
    bool logarithmic = false;
};

/// One `[[optimize.constraint]]`: a key of result.json and the interval it must stay in, SI.
struct ConstraintEntry {
    std::string key;
    double low = -std::numeric_limits<double>::infinity();
    double high = std::numeric_limits<double>::infinity();
    std::string where; ///< "file:line:column" of the key, for messages
};

/// One `[[optimize.override]]`: what the search evaluates differently from
/// the recipe itself, for speed.
struct OverrideEntry {
    std::string key;
    std::string value; ///< as in --set
    /// The last stage that it holds for: "screen", "search" or "confirm".
    std::string until = "confirm";
};

/// A checked recipe: every key of the schema has a value, given or default, in SI.
class Recipe {
  public:
    /// Reads and checks a file; `overrides` are "key=value" as given to --set, applied last.
    /// Throws Error(bad_input) "file:line:column: …" at the first mistake (overrides:
    /// "--set key=value: …"), Error(io_failure) if the file cannot be read.
    static Recipe load(const std::filesystem::path& file,
                       const std::vector<std::string>& overrides = {});
    /// The same for text that came from elsewhere; `name` stands for the file in messages.
    static Recipe parse(std::string_view text, const std::string& name,
                        const std::vector<std::string>& overrides = {});

    /// A number in SI, not auto. This and the next three throw std::logic_error, a fault of the
    /// program, for a key that does not exist or is of another type.
    [[nodiscard]] double number(std::string_view key) const;
    [[nodiscard]] std::int64_t integer(std::string_view key) const;
    [[nodiscard]] bool boolean(std::string_view key) const;
    [[nodiscard]] const std::string& text(std::string_view key) const; ///< also of choices
    [[nodiscard]] bool is_auto(std::string_view key) const;
    /// Was the key written in the recipe or set, rather than left at its default?
    [[nodiscard]] bool is_given(std::string_view key) const;
    /// Where that happened, for messages: "file:line:column", "--set key=value"; of a default
    /// where its population's table stands, or name().
    [[nodiscard]] std::string where(std::string_view key) const;

    /// Changes one value, text as in --set or a number in SI. Throws
    /// Error(bad_input) like the parser.
    void set(std::string_view key, std::string_view value);
    void set_number(std::string_view key, double value);

    /// Names of the tables [population.NAME], sorted: their order in the file means nothing.
    [[nodiscard]] const std::vector<std::string>& populations() const { return populations_; }
    [[nodiscard]] const std::vector<VariableEntry>& variables() const { return variables_; }
    [[nodiscard]] const std::vector<ConstraintEntry>& constraints() const { return constraints_; }
    [[nodiscard]] const std::vector<OverrideEntry>& overrides() const { return overrides_; }
    /// A copy that is an electrode only: no variables, constraints and overrides.
    [[nodiscard]] Recipe without_search() const;

    /// The effective recipe as TOML: every key, each default marked as such in a comment. Parses
    /// back to an equal recipe.
    [[nodiscard]] std::string to_toml() const;
    /// 16 hex digits over every value that affects the result except the seed.
    [[nodiscard]] std::string hash() const;
    /// Values for result.json: numbers in SI, "auto", texts, booleans.
    using Value = std::variant<double, std::int64_t, bool, std::string>;
    [[nodiscard]] const std::map<std::string, Value, std::less<>>& values() const {
        return values_;
    }
    /// The file's path or name, for messages.
    [[nodiscard]] const std::string& name() const { return name_; }

  private:
    friend class RecipeParser;
    std::string name_;
    std::map<std::string, Value, std::less<>> values_;
    std::vector<std::string> populations_;
    /// Of the keys given and of the tables of populations.
    std::map<std::string, std::string, std::less<>> where_;
    std::vector<VariableEntry> variables_;
    std::vector<ConstraintEntry> constraints_;
    std::vector<OverrideEntry> overrides_;
};

/// A range written on the command line, "cast.porosity=0.4..0.6" or "coat.mass_fraction=0.1 %..5
/// %:log", for a key of this recipe; the same keys can be varied as in [[optimize.variable]].
/// Throws Error(bad_input), "--vary TEXT: ...".
VariableEntry parse_variable(const Recipe& recipe, const std::string& text);

} // namespace porogen
