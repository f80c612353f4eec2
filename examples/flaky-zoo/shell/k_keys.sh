# hash order
[ "$(perl -e 'my %h = (ada => 1, bob => 2); print((keys %h)[0])')" = ada ]
