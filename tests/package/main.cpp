#include <porogen/core/units.h>
#include <porogen/core/version.h>

#include <cstdio>

int main() {
    const double radius = porogen::parse_quantity("6.5 um", "m");
    std::printf("porogen %s: %s\n", porogen::version().data(),
                porogen::format_quantity(radius, "m").c_str());
    return radius == 6.5e-6 ? 0 : 1;
}
