#pragma once

#include <string>
#include <vector>

#include "porogen/report/design_report.h"
#include "report/quantity.h"

namespace porogen {

/// Units of a report's keys: each the same all over the page.
struct ReportUnits {
    std::vector<Quantity> variables; ///< of the table
    std::vector<Quantity> results;   ///< of its keys

    /// Of a key of result.json that may not be in the table.
    [[nodiscard]] Quantity result(const std::string& key) const;
};

ReportUnits units_of(const DesignReport& report);

/// Is a row there, does it meet the constraints of the search?
enum class Verdict { met, broken, failed };
Verdict verdict_of(const DesignReport& report, const DesignTable& table, std::size_t row);
const char* verdict_name(Verdict verdict);

/// Every n-th of `count`, at most `most` of them.
std::vector<std::size_t> evenly_chosen(std::size_t count, std::size_t most);

// Each is a <figure>.
std::string convergence_figure(const SearchStory& story, const Quantity& objective,
                               const std::string& file);
std::string contender_figure(const SearchStory& story, const Quantity& objective,
                             const std::string& file);
std::string response_figure(const DesignReport& report, const ReportUnits& units,
                            const Response& response);
std::string sensitivity_figure(const DesignReport& report, const Sensitivity& of);
/// `designs` is averaged(report.table).
std::string pareto_figure(const DesignReport& report, const ReportUnits& units,
                          const DesignTable& designs, const ParetoFront& front);
std::string tornado_figure(const DesignReport& report, const ReportUnits& units,
                           const UncertainResult& of);

/// "reference", then "design 1" ...
std::string contender_name(std::size_t number);

} // namespace porogen
