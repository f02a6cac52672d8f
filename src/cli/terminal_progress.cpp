#include "cli/terminal_progress.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <string>

#include <unistd.h>

namespace porogen::cli {

namespace {

using Clock = std::chrono::steady_clock;

std::string duration(double seconds) {
    char text[48];
    if (seconds < 60) {
        std::snprintf(text, sizeof text, "%.0f s", seconds);
    } else {
        std::snprintf(text, sizeof text, "%d min %02d s", static_cast<int>(seconds) / 60,
                      static_cast<int>(seconds) % 60);
    }
    return text;
}

class TerminalProgress : public Progress {
  public:
    explicit TerminalProgress(bool animated) : animated_(animated) {}
    ~TerminalProgress() override { finish(); }

    void stage(std::string_view name) override {
        const std::scoped_lock lock(lock_);
        finish();
        name_ = name;
        begin_ = Clock::now();
        if (!name_.empty()) {
            draw(name_);
        }
    }

    void update(double fraction) override {
        const std::scoped_lock lock(lock_);
        const auto now = Clock::now();
        if (name_.empty() || now - drawn_ < std::chrono::milliseconds(200)) {
            return;
        }
        drawn_ = now;
        const double elapsed = std::chrono::duration<double>(now - begin_).count();
        char percent[16];
        std::snprintf(percent, sizeof percent, "  %3.0f %%", 100 * fraction);
        std::string text = name_ + percent;
        if (elapsed > 2 && fraction > 0.02) {
            text += "  about " + duration(elapsed * (1 - fraction) / fraction) + " left";
        }
        draw(text);
    }

  private:
    void draw(const std::string& text) const {
        if (animated_) {
            std::fprintf(stderr, "\r\033[K%s", text.c_str());
            std::fflush(stderr);
        }
    }

    void finish() {
        if (name_.empty()) {
            return;
        }
        const double elapsed = std::chrono::duration<double>(Clock::now() - begin_).count();
        std::fprintf(stderr, "%s%-12s %8.2f s\n", animated_ ? "\r\033[K" : "", name_.c_str(),
                     elapsed);
        name_.clear();
    }

    bool animated_;
    std::mutex lock_;
    std::string name_;
    Clock::time_point begin_;
    Clock::time_point drawn_;
};

} // namespace

std::unique_ptr<Progress> terminal_progress(bool quiet) {
    if (quiet) {
        return std::make_unique<Progress>();
    }
    const bool animated = ::isatty(STDERR_FILENO) != 0 && std::getenv("NO_COLOR") == nullptr;
    return std::make_unique<TerminalProgress>(animated);
}

} // namespace porogen::cli
