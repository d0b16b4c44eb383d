// The actions of `leaktrip rules`, each like a command of its own: words after the action's name,
// two streams, an exit code.
#pragma once

#include <iosfwd>
#include <string>

#include "daemon/cli/commands.h"
#include "detectors/base/result.h"
#include "detectors/leak/rule.h"

namespace leaktrip {

int RunRulesList(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesShow(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesTest(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesBench(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesBacktest(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesNew(const Words& words, std::ostream& out, std::ostream& err);
int RunRulesImport(const Words& words, std::ostream& out, std::ostream& err);

// "unknown rule `x`, did you mean `y`?"
std::string UnknownRule(const std::string& id, const std::vector<Rule>& rules);
void PrintAll(const Errors& errors, std::string_view prefix, std::ostream& err);

}  // namespace leaktrip
