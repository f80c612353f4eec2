# locale
[ "$(printf %.1f 1.5)" = 1.5 ]
