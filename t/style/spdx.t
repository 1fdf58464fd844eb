#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# spdx.t - every source says its licence, and then what it is.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

my (@no_licence, @no_purpose);
for my $file (tree_files(qr{\.(c|h|sh|py|pm|pl|t|java|go|js|mjs)$|^contrib/(quickstart|check)$|^t/.*/(setup|ready|run)$})) {
	next if $file =~ m{(^|/)(package-lock\.json|go\.sum)$};
	my @head = split /\n/, slurp($file), 8;
	push @head, "" while @head < 6;
	push @no_licence, $file unless grep { /SPDX-License-Identifier: (ISC|Apache-2\.0)\b/ } @head;
	next unless $file =~ /\.[ch]$/ && $file !~ m{/gen/};
	push @no_purpose, $file unless join("\n", @head[1, 2]) =~ m{^/\*(\n \*)? \S};
}
is(join("\n", @no_licence), "", "every source has its SPDX line");
is(join("\n", @no_purpose), "", "and C sources say next what they are");
done_testing();
