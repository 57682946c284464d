// ankerl::unordered_dense is not in Debian. The standard containers promise all that it does and more (stable addresses),
// so they stand in for it.
#pragma once
#include <functional>
#include <memory>
#include <unordered_map>
#include <unordered_set>
#include <utility>

namespace ankerl::unordered_dense
{
  template<typename Key>
  using hash = std::hash<Key>;

  template<
    typename Key,
    typename Value,
    typename Hash      = hash<Key>,
    typename KeyEqual  = std::equal_to<Key>,
    typename Allocator = std::allocator<std::pair<const Key, Value>>>
  using map = std::unordered_map<Key, Value, Hash, KeyEqual, Allocator>;

  template<
    typename Key,
    typename Hash      = hash<Key>,
    typename KeyEqual  = std::equal_to<Key>,
    typename Allocator = std::allocator<Key>>
  using set = std::unordered_set<Key, Hash, KeyEqual, Allocator>;
} // namespace ankerl::unordered_dense
