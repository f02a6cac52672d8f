#include "porogen/report/design_tables.h"

#include <cmath>

#include "porogen/core/units.h"

namespace porogen {

namespace {

/// ",0.5", and "," where there is no number.
std::string cell(double value) {
    return std::isfinite(value) ? "," + format_number(value) : ",";
}

/// A text in quotes, those in it doubled (RFC 4180).
std::string quoted(const std::string& text) {
    if (text.empty()) {
        return "";
    }
    std::string out = "\"";
    for (const char c : text) {
        out += c == '"' ? "\"\"" : std::string(1, c == '\n' || c == '\r' ? ' ' : c);
    }
    return out + '"';
}

std::string names(const DesignTable& table) {
    std::string text;
    for (const DesignVariable& variable : table.variables) {
        text += (text.empty() ? "" : ",") + variable.key;
    }
    return text;
}

} // namespace

std::string designs_csv(const DesignTable& table, const std::vector<int>& numbers) {
    std::string text = "point,replicate," + names(table) + ",feasible,failure";
    for (const std::string& key : table.keys) {
        text += "," + key;
    }
    text += '\n';
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
        const DesignRow& row = table.rows[r];
        text += std::to_string(numbers[r]) + "," + std::to_string(row.replicate);
        for (const double value : row.values) {
            text += cell(value);
        }
        text += (row.feasible ? ",1," : ",0,") + quoted(row.failure);
        for (const double result : row.results) {
            text += cell(result);
        }
        text += '\n';
    }
    return text;
}

std::string sensitivity_csv(const DesignTable& table,
                            const std::vector<Sensitivity>& sensitivities) {
    std::string text =
        "key,variable,first,first_low,first_high,total,total_low,total_high,q2,rows\n";
    for (const Sensitivity& of : sensitivities) {
        for (std::size_t v = 0; v < of.indices.size(); ++v) {
            const SobolIndex& index = of.indices[v];
            text += of.key + "," + table.variables[v].key + cell(index.first) +
                    cell(index.first_low) + cell(index.first_high) + cell(index.total) +
                    cell(index.total_low) + cell(index.total_high) + cell(of.q2) + "," +
                    std::to_string(of.rows) + '\n';
        }
    }
    return text;
}

std::string response_csv(const DesignTable& table, const std::vector<Response>& responses) {
    std::string text = "key,x_variable,y_variable,x,y,mean,standard_deviation\n";
    for (const Response& response : responses) {
        const bool is_line = response.y_values.empty();
        const std::string begin = response.key + "," + table.variables[response.x].key + "," +
                                  (is_line ? "" : table.variables[response.y].key);
        const std::size_t lines = is_line ? 1 : response.y_values.size();
        for (std::size_t n = 0; n < response.predictions.size(); ++n) {
            const Prediction& prediction = response.predictions[n];
            text += begin + cell(response.x_values[n / lines]) +
                    (is_line ? "," : cell(response.y_values[n % lines])) + cell(prediction.mean) +
                    cell(prediction.standard_deviation) + '\n';
        }
    }
    return text;
}

std::string pareto_csv(const DesignTable& table, const ParetoFront& front) {
    std::string text = names(table);
    for (const std::size_t key : front.keys) {
        text += "," + table.keys[key];
    }
    text += '\n';
    for (const std::size_t r : front.rows) {
        const DesignRow& row = table.rows[r];
        std::string line;
        for (const double value : row.values) {
            line += cell(value);
        }
        for (const std::size_t key : front.keys) {
            line += cell(row.results[key]);
        }
        text += line.substr(1) + '\n';
    }
    return text;
}

std::string uncertain_csv(const std::vector<UncertainResult>& results) {
    std::string text = "key,nominal,median,quantile_05,quantile_95,draws\n";
    for (const UncertainResult& of : results) {
        text += of.key + cell(of.nominal) + cell(of.median) + cell(of.low) + cell(of.high) + "," +
                std::to_string(of.draws) + '\n';
    }
    return text;
}

std::string tornado_csv(const DesignTable& inputs, const std::vector<UncertainResult>& results) {
    std::string text = "key,input,input_low,input_high,result_at_low,nominal,result_at_high\n";
    for (const UncertainResult& of : results) {
        for (const TornadoBar& bar : of.tornado) {
            const DesignVariable& input = inputs.variables[bar.variable];
            text += of.key + "," + input.key + cell(input.low) + cell(input.high) + cell(bar.low) +
                    cell(of.nominal) + cell(bar.high) + '\n';
        }
    }
    return text;
}

} // namespace porogen
