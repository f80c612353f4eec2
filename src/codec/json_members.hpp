// How a page's struct becomes JSON: TL_JSON(Type, members...) makes a function `write`, found by
// those that write lists and optional values of it.
#pragma once

// The members of each struct are listed once, and their names become the JSON's: the two can't
// differ. TL_EACH applies a macro to each of its arguments.
#define TL_PARENS ()
#define TL_EXPAND(...) TL_EXPAND3(TL_EXPAND3(TL_EXPAND3(__VA_ARGS__)))
#define TL_EXPAND3(...) TL_EXPAND2(TL_EXPAND2(TL_EXPAND2(__VA_ARGS__)))
#define TL_EXPAND2(...) TL_EXPAND1(TL_EXPAND1(TL_EXPAND1(__VA_ARGS__)))
#define TL_EXPAND1(...) __VA_ARGS__
#define TL_EACH(macro, ...) __VA_OPT__(TL_EXPAND(TL_EACH_STEP(macro, __VA_ARGS__)))
#define TL_EACH_STEP(macro, first, ...) \
  macro(first) __VA_OPT__(TL_EACH_AGAIN TL_PARENS(macro, __VA_ARGS__))
#define TL_EACH_AGAIN() TL_EACH_STEP

#define TL_MEMBER(member) \
  writer.key(#member);    \
  write(writer, s.member);
#define TL_JSON(Type, ...)                                         \
  [[maybe_unused]] void write(JsonWriter& writer, const Type& s) { \
    writer.begin_object();                                         \
    TL_EACH(TL_MEMBER, __VA_ARGS__)                                \
    writer.end_object();                                           \
  }
