#include "porogen/recipe/recipe.h"

#include <stdexcept>

#include "porogen/core/errors.h"
#include "porogen/recipe/schema.h"
#include "recipe/lookup.h"
#include "recipe/parser.h"
#include "recipe/value.h"

namespace porogen {

namespace {

/// Asking for a key that does not exist, or as another type, is a fault of the program, not of a
/// recipe.
template <typename T, typename Values>
const T& get(const Values& values, std::string_view key) {
    const auto found = values.find(key);
    if (found == values.end()) {
        throw std::logic_error("the recipe schema has no key '" + std::string(key) + "'");
    }
    const T* value = std::get_if<T>(&found->second);
    if (value == nullptr) {
        throw std::logic_error("recipe key '" + std::string(key) + "' is of another type");
    }
    return *value;
}

} // namespace

double Recipe::number(std::string_view key) const {
    return get<double>(values_, key);
}

std::int64_t Recipe::integer(std::string_view key) const {
    return get<std::int64_t>(values_, key);
}

bool Recipe::boolean(std::string_view key) const {
    return get<bool>(values_, key);
}

const std::string& Recipe::text(std::string_view key) const {
    return get<std::string>(values_, key);
}

bool Recipe::is_auto(std::string_view key) const {
    const auto found = values_.find(key);
    return found != values_.end() && is_auto_value(*find_key(key), found->second);
}

bool Recipe::is_given(std::string_view key) const {
    return where_.contains(key);
}

std::string Recipe::where(std::string_view key) const {
    auto found = where_.find(key);
    if (found == where_.end() && !population_of(section_of(key)).empty()) {
        found = where_.find(section_of(key));
    }
    return found == where_.end() ? name_ : found->second;
}

void Recipe::set(std::string_view key, std::string_view value) {
    const KeySpec& spec = settable_key(key, populations_);
    Value checked = value_from_text(spec, value);
    check_meaning(spec, checked);
    values_[spec.key] = std::move(checked);
    where_[spec.key] = "--set " + std::string(key) + '=' + std::string(value);
}

void Recipe::set_number(std::string_view key, double value) {
    const KeySpec& spec = settable_key(key, populations_);
    Value checked = value_from_si(spec, value);
    check_meaning(spec, checked);
    where_[spec.key] = "--set " + spec.key + '=' + to_text(spec, checked);
    values_[spec.key] = std::move(checked);
}

Recipe Recipe::without_search() const {
    Recipe electrode = *this;
    electrode.variables_.clear();
    electrode.constraints_.clear();
    electrode.overrides_.clear();
    return electrode;
}

} // namespace porogen
