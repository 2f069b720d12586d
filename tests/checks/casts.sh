#!/bin/sh
# A product of ints is widened before it is multiplied, (size_t)a * b, never
# after, (size_t)(a * b): by then it has overflowed.
src=$1
wide='size_t|ptrdiff_t|u?int64_t|long'
product='[^()]* \* [^()]*'
! grep -rnE --include='*.[ch]' "\(($wide)\)\($product\)" "$src" tests
