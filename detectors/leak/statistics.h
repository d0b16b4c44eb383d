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

// Why text looks made up although it may be real: sequences ("abc123xyz"), repeated patterns. Empty
// when it does not.
std::string_view DoubtReason(std::string_view text);

// Whether text is words, such as a class, a file or a state is named by ("AccessTokenFilter",
// "waiting_for_reply"): letters alone, in words of a length and with vowels as languages have them.
bool ReadsLikeWords(std::string_view text);

}  // namespace leaktrip
