# One static library per folder and one test program per test folder, both by glob: a new file needs no edit here.
add_library(leaktrip_options INTERFACE)
target_include_directories(leaktrip_options INTERFACE ${PROJECT_SOURCE_DIR})
target_compile_options(leaktrip_options INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wno-sign-conversion -Wno-missing-field-initializers -Werror
  -fno-omit-frame-pointer -fstack-protector-strong)
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  # Of librdkafka's macros and of g++ 12's own library headers.
  target_compile_options(leaktrip_options INTERFACE -Wno-gnu-statement-expression -Wno-deprecated-declarations)
endif()
# Any x86-64-v2 machine: Hyperscan and simdjson pick wider instructions at run time.
if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|AMD64")
  target_compile_options(leaktrip_options INTERFACE -march=x86-64-v2)
endif()
if(CMAKE_BUILD_TYPE STREQUAL "RelWithDebInfo")
  target_compile_definitions(leaktrip_options INTERFACE _FORTIFY_SOURCE=2)
endif()
if(LEAKTRIP_SANITIZE)
  target_compile_options(leaktrip_options INTERFACE -fsanitize=${LEAKTRIP_SANITIZE} -fno-sanitize-recover=all)
  target_link_options(leaktrip_options INTERFACE -fsanitize=${LEAKTRIP_SANITIZE})
endif()
if(LEAKTRIP_FUZZ)
  target_compile_options(leaktrip_options INTERFACE -fsanitize=fuzzer-no-link)
endif()

# leaktrip_library(NAME LIB...): all *.cc of the current folder, linked publicly to LIB.
function(leaktrip_library name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)
    add_library(${name} INTERFACE)
    target_link_libraries(${name} INTERFACE leaktrip_options ${ARGN})
    return()
  endif()
  add_library(${name} STATIC ${sources})
  target_link_libraries(${name} PUBLIC leaktrip_options ${ARGN})
endfunction()

# leaktrip_tests(NAME LIB...): all *_test.cc of the current folder as one GoogleTest program.
function(leaktrip_tests name)
  file(GLOB sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*_test.cc)
  add_executable(${name} ${sources})
  target_link_libraries(${name} PRIVATE leaktrip_options ${ARGN} GTest::gtest_main GTest::gmock)
  gtest_discover_tests(${name} DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 120)
endfunction()
