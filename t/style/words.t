#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# words.t - the tree speaks of the product alone: no paths of somebody's machine, no names of the places that packages
# come from, no remarks about how it was written.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

# written so that this file does not match itself
my @patterns = (
	qr{(?<![\w.\$\}])/wor[k]/}, qr{/tmp/brie[f]}, qr{/hom[e]/\w}, qr{\bissue #?[0-9]+}i, qr{\bIS[S]UE\b}, qr{shared[/]kafka-protocol},
	qr{\bFIXM[E]\b}, qr{\bXX[X]\b}, qr{\bTOD[O]\b}, qr{\bclaud[e]\b}i, qr{\bchatgp[t]\b}i, qr{\bcopilo[t]\b}i, qr{\bLL[M]\b},
	qr{registry\.npm[j]s}, qr{\bpypi\.or[g]}, qr{proxy\.golang\.or[g]}, qr{repo1?\.mave[n]},
);

my @bad;
for my $file (tree_files(qr{.})) {
	next if $file eq "LICENSE" || $file =~ m{^t/(fuzz|data)/.*(corpus|seed)};
	next unless -T "$srcdir/$file";
	my $n = 0;
	for my $line (split /\n/, slurp($file)) {
		$n++;
		push @bad, "$file:$n: $line" if grep { $line =~ $_ } @patterns;
	}
}
is(join("\n", @bad), "", "no words that do not belong here");
done_testing();
