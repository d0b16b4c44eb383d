// What the parts of the store share: the connection and its options. Only files of this folder
// include it.
#pragma once

#include <memory>
#include <string>

#include "daemon/store/sqlite.h"
#include "daemon/store/store.h"

namespace leaktrip {

struct Store::Impl {
  Options options;
  std::unique_ptr<Database> db;
  std::string moved_aside;
};

}  // namespace leaktrip
