// What the characters of a candidate say: entropy, and whether it is a placeholder rather than a
// secret. Pure functions, any thread; linear in the text.
#pragma once

#include <string_view>

namespace leaktrip {

// Shannon entropy of the byte distribution, in bits per character; 0 for an empty text.
double Entropy(std::string_view text);

// Why text stands for a secret instead of being one ("changeme", "${TOKEN}", "xxxxxxxx", "<token>",
// "[REDACTED]"), in a few words; empty when it may be real. strict is for guessable text, where
// whole words say it too; else only what no random token would hold.
std::string_view PlaceholderReason(std::string_view text, bool strict);

}  // namespace leaktrip
