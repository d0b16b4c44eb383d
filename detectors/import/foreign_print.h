// A foreign pattern's tree as text of our dialect, and what can be said of its parts. Pure.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "detectors/import/foreign_pattern.h"
#include "detectors/leak/pattern.h"

namespace leaktrip {

// Anchors print as nothing.
std::string Print(const ForeignNode& node);
std::string Print(const std::vector<ForeignNode>& parts);
// The printed text as the engine understands it; nullopt when it does not.
std::optional<PatternNode> Understood(const std::vector<ForeignNode>& parts);
// The literals that every match holds one of, when they are rare enough; in lower case.
std::vector<std::string> LiteralsOf(const std::vector<ForeignNode>& parts, double least_rarity);
bool HasAnchor(const ForeignNode& node);
// A part that stands for a boundary: an assertion, an anchor, delimiters, or a choice of these.
bool IsBoundary(const ForeignNode& node);

}  // namespace leaktrip
