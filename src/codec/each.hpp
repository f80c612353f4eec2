// TL_EACH(macro, a, b, ...) is macro(a) macro(b) ...: what a list of a struct's members is made
// with.
#pragma once

#define TL_PARENS ()
#define TL_EXPAND(...) TL_EXPAND3(TL_EXPAND3(TL_EXPAND3(__VA_ARGS__)))
#define TL_EXPAND3(...) TL_EXPAND2(TL_EXPAND2(TL_EXPAND2(__VA_ARGS__)))
#define TL_EXPAND2(...) TL_EXPAND1(TL_EXPAND1(TL_EXPAND1(__VA_ARGS__)))
#define TL_EXPAND1(...) __VA_ARGS__
#define TL_EACH(macro, ...) __VA_OPT__(TL_EXPAND(TL_EACH_STEP(macro, __VA_ARGS__)))
#define TL_EACH_STEP(macro, first, ...) \
  macro(first) __VA_OPT__(TL_EACH_AGAIN TL_PARENS(macro, __VA_ARGS__))
#define TL_EACH_AGAIN() TL_EACH_STEP
