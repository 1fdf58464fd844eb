#!/usr/bin/perl
# SPDX-License-Identifier: ISC
# magics.t - no two structs have the same magic number.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Test::More;
use Tree;

my (%seen, @twice);
for my $file (tree_files(qr{^(src|include)/.*\.[ch]$})) {
	my $text = slurp($file);
	while ($text =~ m{^\s*#\s*define\s+(\w*MAGIC)\s+(0x[0-9a-f]+)}mgi) {
		my ($name, $value) = ($1, hex $2);
		push @twice, "$name in $file is $seen{$value}" if exists $seen{$value};
		$seen{$value} = "$name in $file";
	}
}
cmp_ok(scalar(keys %seen), ">", 0, "found magic numbers");
is(join("\n", @twice), "", "each is used once");
done_testing();
