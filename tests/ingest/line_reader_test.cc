#include "daemon/ingest/line_reader.h"

#include <gtest/gtest.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>

namespace leaktrip {
namespace {

class LineReaderTest : public testing::Test {
 protected:
  LineReaderTest() {
    std::string name = std::filesystem::temp_directory_path() / "leaktrip-lines-XXXXXX";
    dir_ = ::mkdtemp(name.data());
  }
  ~LineReaderTest() override { std::filesystem::remove_all(dir_); }

  std::string Write(const std::string& bytes) {
    const std::string path = dir_ / "input";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  struct Read {
    std::string bytes;
    std::vector<LineChunk> chunks;  // without their bytes
    std::string error;
  };
  static Read ReadAll(const std::string& path, size_t chunk = 64, size_t most = 1024) {
    Read read;
    auto reader = LineReader::Open(path, chunk, most);
    if (!reader) return read.error = reader.error().ToString(), read;
    LineChunk piece;
    for (;;) {
      const auto more = (*reader)->Next(&piece);
      if (!more) return read.error = more.error().ToString(), read;
      if (!*more) return read;
      read.bytes += piece.bytes;
      read.chunks.push_back(piece);
    }
  }

  std::filesystem::path dir_;
};

std::string Gzip(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(text.size() + 1000, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string Zstd(const std::string& text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  out.resize(ZSTD_compress(out.data(), out.size(), text.data(), text.size(), 3));
  return out;
}

std::string Lines(int n) {
  std::string text;
  for (int i = 0; i < n; ++i) text += "line " + std::to_string(i) + "\n";
  return text;
}

TEST_F(LineReaderTest, ChunksJoinToTheFileAndEndAfterANewline) {
  const std::string text = Lines(100) + "no newline";
  const Read read = ReadAll(Write(text));
  EXPECT_EQ(read.bytes, text);
  ASSERT_GT(read.chunks.size(), 2u);
  EXPECT_EQ(read.chunks[1].offset, read.chunks[0].bytes.size());
  uint64_t line = 1;
  for (const auto& chunk : read.chunks) {
    EXPECT_FALSE(chunk.starts_inside_line);
    EXPECT_FALSE(chunk.ends_inside_line);
    EXPECT_GE(chunk.first_line, line);
    line = chunk.first_line;
  }
}

TEST_F(LineReaderTest, CompressedFilesReadAlike) {
  const std::string text = Lines(5000);
  EXPECT_EQ(ReadAll(Write(Gzip(text))).bytes, text);
  EXPECT_EQ(ReadAll(Write(Zstd(text))).bytes, text);
}

TEST_F(LineReaderTest, JoinedMembersAndFramesAreOneFile) {
  EXPECT_EQ(ReadAll(Write(Gzip("a\n") + Gzip("b\n"))).bytes, "a\nb\n");
  EXPECT_EQ(ReadAll(Write(Zstd("a\n") + Zstd("b\n"))).bytes, "a\nb\n");
}

TEST_F(LineReaderTest, CutCompressedDataIsAnErrorAfterItsWholeLines) {
  const std::string text = Lines(5000);
  for (const auto& packed : {Gzip(text), Zstd(text)}) {
    const Read read = ReadAll(Write(packed.substr(0, packed.size() - 9)));
    EXPECT_NE(read.error, "");
    EXPECT_TRUE(text.starts_with(read.bytes));
  }
}

TEST_F(LineReaderTest, DamagedCompressedDataIsAnError) {
  std::string packed = Gzip(Lines(5000));
  packed[packed.size() / 2] ^= 0x55;
  EXPECT_NE(ReadAll(Write(packed)).error, "");
  EXPECT_NE(ReadAll(Write("\x28\xb5\x2f\xfd garbage")).error, "");
}

TEST_F(LineReaderTest, LineLongerThanAChunkIsWholeUpToTheLimitAndCutBeyond) {
  const std::string fits = std::string(900, 'x') + "\n" + "y\n";
  EXPECT_EQ(ReadAll(Write(fits)).chunks.front().first_line, 1u);
  EXPECT_FALSE(ReadAll(Write(fits)).chunks.front().ends_inside_line);
  const std::string too_long = std::string(5000, 'x') + "\ny\n";
  const Read read = ReadAll(Write(too_long));
  EXPECT_EQ(read.bytes, too_long);
  EXPECT_TRUE(read.chunks[0].ends_inside_line);
  EXPECT_TRUE(read.chunks[1].starts_inside_line);
  EXPECT_EQ(read.chunks.back().first_line, 1u + (read.chunks.back().starts_inside_line ? 0 : 1));
}

TEST_F(LineReaderTest, EmptyFileHasNoChunk) {
  const Read read = ReadAll(Write(""));
  EXPECT_TRUE(read.chunks.empty());
  EXPECT_EQ(read.error, "");
}

TEST_F(LineReaderTest, MissingFileAndFolderAreNamed) {
  EXPECT_NE(ReadAll(dir_ / "none").error.find("none"), std::string::npos);
  EXPECT_NE(ReadAll(dir_).error.find("folder"), std::string::npos);
}

TEST_F(LineReaderTest, TakeLineDropsEitherLineEnd) {
  std::string_view text = "a\r\n\nb", line;
  ASSERT_TRUE(TakeLine(&text, &line));
  EXPECT_EQ(line, "a");
  ASSERT_TRUE(TakeLine(&text, &line));
  EXPECT_EQ(line, "");
  ASSERT_TRUE(TakeLine(&text, &line));
  EXPECT_EQ(line, "b");
  EXPECT_FALSE(TakeLine(&text, &line));
}

}  // namespace
}  // namespace leaktrip
