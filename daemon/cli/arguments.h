// Arguments: the options of one command, through Boost.Program_options.
//
//   Arguments arguments("scan [options] PATH...|-", "Finds leaked credentials.");
//   arguments.Options()("rules", po::value(&dir)->value_name("DIR"), "…");
//   arguments.Positional("path", &paths);
//   if (const auto exit = arguments.Parse(args, out, err)) return *exit;
//
// `--help` is always known. Failure: what is wrong, a suggestion and where help is, to err; exit
// code 2. One thread; the variables given must outlive Parse().
#pragma once

#include <boost/program_options.hpp>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

namespace leaktrip {

namespace po = boost::program_options;

class Arguments {
 public:
  // notes: lines shown below the options.
  Arguments(std::string usage, std::string summary, std::string notes = {});

  po::options_description_easy_init Options() { return visible_.add_options(); }
  // Words without an option; values: at most `most`, -1 for any number.
  void Positional(const std::string& name, std::vector<std::string>* values, int most = -1);

  // nullopt: go on. Otherwise the exit code: help was shown, or a misuse was said.
  std::optional<int> Parse(const std::vector<std::string>& args, std::ostream& out,
                           std::ostream& err);
  bool Has(const std::string& name) const { return values_.count(name) > 0; }
  // Says what is wrong and where help is; returns exit code 2.
  int Misuse(const std::string& message, std::ostream& err) const;

 private:
  std::string Unknown(std::string option) const;

  std::string usage_;
  std::string summary_;
  std::string notes_;
  po::options_description visible_;
  po::options_description hidden_;
  po::positional_options_description positional_;
  po::variables_map values_;
};

}  // namespace leaktrip
