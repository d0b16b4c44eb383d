// TailLevel: the score that owners reach N times a day, told from a fading histogram of scores.
//
// Scores are log likelihood ratios, or logarithms of counts. A ratio of attacker against owner
// exceeds e^s with owners at most e^-s of the time (Markov), so the owners' tail is exponential: a
// generalized Pareto tail (Pickands, 1975) of shape 0. Its scale is read off the body, as in
// Pickands' estimator off two of its parts, not off the top: the highest scores are the attacks,
// and a day full of them must not raise the bar for the next. Pure.
#pragma once

#include <cstddef>
#include <span>

namespace leaktrip {

// The least score that owners exceed about `wanted` times in the span that the counts (fractions
// where faded) come from. Bins have equal width, from 0. Never below `from`.
double TailLevel(std::span<const double> bins, double width, double wanted, double from);

// The same where attacks are too few to matter: the quantile itself, and beyond what was seen the
// exponential tail of the top scores.
double TopLevel(std::span<const double> bins, double width, double wanted, double from);

}  // namespace leaktrip
