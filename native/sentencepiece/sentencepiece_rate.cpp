// sentencepiece_rate MODEL TEXT THREADS: the library called directly on each line of a text file, the peer for the tokenizer's rate.
// A line is one document; prints bytes, ids and MB/s of the fastest of five passes.
#include <sentencepiece_processor.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>
#include <vector>

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: sentencepiece_rate MODEL TEXT THREADS\n");
    return 2;
  }

  sentencepiece::SentencePieceProcessor processor;
  if (const auto status = processor.Load(argv[1]); !status.ok()) {
    std::fprintf(stderr, "%s\n", status.ToString().c_str());
    return 1;
  }

  std::vector<std::string> documents;
  std::ifstream file(argv[2]);
  size_t bytes = 0;
  for (std::string line; std::getline(file, line);) {
    std::replace(line.begin(), line.end(), '\x01', '\n');  // the line breaks inside a document
    bytes += line.size();
    documents.push_back(line);
  }

  const int threads = std::atoi(argv[3]);
  double best = 1e9;
  std::atomic<size_t> ids{0};
  for (int pass = 0; pass < 5; ++pass) {
    ids = 0;
    std::atomic<size_t> next{0};
    const auto start = std::chrono::steady_clock::now();
    std::vector<std::thread> workers;
    for (int t = 0; t < threads; ++t) {
      workers.emplace_back([&] {
        std::vector<int> out;
        for (size_t i = next.fetch_add(16); i < documents.size(); i = next.fetch_add(16)) {
          for (size_t j = i; j < std::min(i + 16, documents.size()); ++j) {
            processor.Encode(documents[j], &out).IgnoreError();
            ids += out.size();
            out.clear();
          }
        }
      });
    }

    for (auto& worker : workers) {
      worker.join();
    }

    best = std::min(best, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  }

  std::printf("{\"bytes\": %zu, \"ids\": %zu, \"threads\": %d, \"seconds\": %.3f, \"mb_per_s\": %.2f}\n", bytes, ids.load(), threads, best,
              bytes / best / 1e6);
  return 0;
}
